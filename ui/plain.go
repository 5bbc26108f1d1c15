package ui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"postern/flows"
)

// Plain drives the flow line by line: each message is printed once, nothing is
// redrawn, no escape sequence is sent unless a picture is asked for. The end
// of the input is Cancel. It returns as Full does.
func Plain(ctx context.Context, t Term, f flows.Flow, r flows.Runner) (flows.Outcome, error) {
	p := &plain{term: t, runner: r, lines: make(chan string), pictures: &pictures{}}
	defer p.pictures.clear()
	stop := make(chan struct{})
	defer close(stop)
	go p.read(stop)
	if t.Sandbox {
		p.say(sandboxBanner)
	}
	p.say(plainHello)
	return p.drive(ctx, f)
}

type plain struct {
	term     Term
	runner   flows.Runner
	lines    chan string // closed at the end of the input
	pictures *pictures

	step   flows.Step // what was announced last
	said   bool
	notice error
}

const longestLine = 4096 // bytes: nothing that is asked for is longer

// read is the one goroutine that reads, all the time. What it reads after the
// flow is over is dropped.
func (p *plain) read(stop <-chan struct{}) {
	defer close(p.lines)
	in := bufio.NewReaderSize(p.term.In, longestLine)
	for {
		line, more, err := in.ReadLine()
		if err != nil {
			return
		}
		text := string(line)
		for more && err == nil {
			_, more, err = in.ReadLine()
		}
		select {
		case p.lines <- text:
		case <-stop:
			return
		}
	}
}

func (p *plain) drive(ctx context.Context, f flows.Flow) (flows.Outcome, error) {
	for {
		if o, over := f.Outcome(); over {
			return o, nil
		}
		p.announce(f.Screen())
		if t, open := f.Task(); open {
			next, err := p.work(ctx, f, t)
			if err != nil {
				return flows.Outcome{}, err
			}
			f = next
			continue
		}
		p.prompt(f.Screen())
		select {
		case <-ctx.Done():
			p.say("")
			return flows.Outcome{}, context.Cause(ctx)
		case line, more := <-p.lines:
			if !more {
				f = f.Next(flows.Cancel{})
				continue
			}
			f = p.take(ctx, f, line)
		}
	}
}

// work does a task. Lines typed meanwhile wait; the end of the process does not.
func (p *plain) work(ctx context.Context, f flows.Flow, t flows.Task) (flows.Flow, error) {
	tctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan flows.Done, 1)
	go func() { done <- p.runner.Run(tctx, t) }()
	select {
	case <-ctx.Done():
		return f, context.Cause(ctx)
	case d := <-done:
		return f.Next(d), nil
	}
}

// announce says where we are, when that has changed, and each notice once.
func (p *plain) announce(s flows.Screen) {
	if !p.said || s.Step != p.step {
		p.said, p.step = true, s.Step
		if s.Ask == nil || s.Ask.Code() { // other questions are their own prompt
			p.say(title(s))
		}
		if s.Step == flows.StepScan {
			p.explainScan()
		}
		for i := range s.Choices {
			p.say(fmt.Sprintf("%d %s", i+1, choiceLabel(s, i)))
		}
		for _, line := range closedLines(s) {
			p.say(line)
		}
		switch s.Step {
		case flows.StepDelivered:
			p.say(plainSentKeys)
		case flows.StepCode:
			p.say(plainCodeKeys)
		}
	}
	switch s.Step {
	case flows.StepReplace, flows.StepIdentity, flows.StepChooseStore:
		return // the title said it
	}
	if s.Notice != nil && s.Notice != p.notice {
		x := Explain(s.Notice, p.term.Called)
		p.say(x.What + " " + x.Do)
	}
	p.notice = s.Notice
}

func (p *plain) explainScan() {
	for _, l := range scanSteps(false) {
		p.say(l)
	}
	p.say(plainScanKeys)
	if p.term.Phone != nil {
		p.say(plainPhoneKey)
	}
}

func (p *plain) prompt(s flows.Screen) {
	switch {
	case len(s.Choices) > 0:
		p.print(plainChoose(len(s.Choices)))
	case s.Ask.Code():
		p.print(codeLabel(p.term.Host) + ": ")
	case s.Step == flows.StepLoginID && s.LoginID != "":
		p.print(fmt.Sprintf("%s [%s]: ", title(s), s.LoginID))
	default:
		p.print(title(s) + ": ")
	}
}

// take turns a line into an event.
func (p *plain) take(ctx context.Context, f flows.Flow, line string) flows.Flow {
	s := f.Screen()
	line = strings.TrimSpace(line)
	p.notice = nil
	switch {
	case len(s.Choices) > 0:
		if n := int(firstRune(line) - '1'); len(line) == 1 && n >= 0 && n < len(s.Choices) {
			return f.Next(flows.Pick{Index: n})
		}
		p.say(plainNoChoice)
		return f
	case s.Ask == nil:
		return f
	case s.Ask.Code() && unicode.IsLetter(firstRune(line)):
		return p.command(ctx, f, line)
	case s.Step == flows.StepLoginID && line == "":
		line = s.LoginID // offered in brackets
	}
	return f.Next(flows.Submit{Text: line, At: p.runner.Now()})
}

// command takes a letter typed where a code is asked.
func (p *plain) command(ctx context.Context, f flows.Flow, line string) flows.Flow {
	s := f.Screen()
	sc, scan := s.Show.(flows.Scan)
	switch {
	case line == "b":
		return f.Next(flows.Back{})
	case line == "r" && s.Can.Resend:
		return f.Next(flows.Resend{At: p.runner.Now()})
	case line == "m" && s.Can.Method:
		return f.Next(flows.Another{})
	case line == "l" && s.Can.Lost:
		return f.Next(flows.Lost{})
	case line == "p" && p.term.Phone != nil:
		pctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		p.say(lookAt(pctx, p.term.Phone, s))
	case line == "k" && scan:
		p.say(plainKeyWarning)
		p.say(grouped(sc.Key.Reveal()))
	case line == "u" && scan:
		p.say(plainKeyWarning)
		p.say(sc.URI.Reveal())
	case line == "q" && scan:
		p.printPicture(sc.URI)
	case line == "s" && scan:
		p.say(p.pictures.save(sc.URI))
	case scan:
		p.say(plainScanKeys)
	case s.Step == flows.StepDelivered:
		p.say(plainSentKeys)
	default:
		p.say(plainCodeKeys)
	}
	return f
}

func (p *plain) say(line string)   { p.print(line + "\n") }
func (p *plain) print(text string) { _, _ = io.WriteString(p.term.Out, text) }

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
