package ui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"postern/flows"
)

// Plain drives the flow line by line: each message is printed once, nothing is
// redrawn, no escape sequence is sent unless a picture is asked for. The end
// of the input is Cancel. It returns as Full does.
func Plain(ctx context.Context, t Term, f flows.Flow, r flows.Runner) (o flows.Outcome, err error) {
	t, r = t.cleaned(), withClock(r)
	p := &plain{term: t, runner: r, lines: make(chan string), pictures: &pictures{dir: t.env("XDG_RUNTIME_DIR")}}
	defer p.pictures.clear()
	stop := make(chan struct{})
	defer close(stop)
	defer func() {
		if recover() != nil { // its text might hold anything
			o, err = flows.Outcome{}, flows.ErrInternal
		}
	}()
	go p.read(stop)
	if t.Sandbox {
		p.say(sandboxBanner)
	}
	p.say(plainHello)
	if t.Recorder != "" {
		p.say(warnRecorded(t.Recorder))
	}
	defer p.unhide()
	return p.drive(ctx, f)
}

type plain struct {
	term     Term
	runner   flows.Runner
	lines    chan string // closed at the end of the input
	pictures *pictures

	step   flows.Step // what was announced last
	said   bool
	wanted string // of a new password, as it was said last
	show   func() // makes what is typed be shown again, nil where it is shown
	asked  bool   // its question was, too
	seen   bool   // that a typed secret is shown was said
	moved  bool   // something happened since: a notice is news
	sample int    // the picture that was printed last, of those that fit
}

const longestLine = longestKept // bytes: what is cut here, the flow refuses

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
		if ctx.Err() != nil {
			p.say("")
			return windUp(ctx, f, p.runner), context.Cause(ctx)
		}
		if o, over := f.Outcome(); over {
			return o, nil
		}
		p.announce(f.Screen())
		if t, open := f.Task(); open && t.Patient() {
			f = p.attend(ctx, f, t)
			continue
		} else if open {
			s, late := f.Screen(), unsaid
			if held := s.Held.Sub(p.runner.Now()); held > 0 {
				p.say(Sentences(saidHeld(held), plainCtrlC))
			} else {
				late = func() { p.late(s) }
			}
			var ended bool
			if f, ended = run(ctx, f, p.runner, t, max(moment, p.term.patience), late); !ended {
				return flows.Outcome{}, context.Cause(ctx)
			}
			p.moved = true
			continue
		}
		p.asked = true
		p.hide(f.Screen())
		p.prompt(f.Screen())
		select {
		case <-ctx.Done():
		case line, more := <-p.lines:
			if !more {
				p.say("") // what comes next does not belong to the question
				f = f.Next(flows.Cancel{})
				continue
			}
			f = p.take(ctx, f, line)
		}
	}
}

// announce says where we are, when that has changed, and each notice once.
func (p *plain) announce(s flows.Screen) {
	arrived := !p.said || s.Step != p.step
	if arrived {
		if p.step == flows.StepScan {
			p.pictures.clear()
		}
		p.said, p.step, p.asked = true, s.Step, false
		if !titleFirst[s.Step] { // what came of the last answer, before the next question
			p.sayNotice(s)
		}
		if s.Ask == nil || fieldLabel(s, "") != "" { // other questions are their own prompt
			p.say(title(s))
		}
		if titleFirst[s.Step] {
			p.sayNotice(s)
		}
		if wanted := sayWanted(s); wanted != "" && wanted != p.wanted {
			p.wanted = wanted
			p.say(wanted)
		}
		p.sayCodes(s)
		if s.Step == flows.StepScan {
			p.explainScan()
		}
		if samples, ok := s.Show.(flows.Samples); ok {
			p.explainSamples(samples)
		}
		for _, line := range homeLines(s, p.term.Host, p.runner.Now()) {
			p.say(line)
		}
	}
	if arrived {
		p.offer(s)
	} else {
		p.sayNotice(s)
	}
	p.moved = false
}

// titleFirst are the steps whose title is news, and the notice its reason.
var titleFirst = map[flows.Step]bool{flows.StepStuck: true, flows.StepUnkept: true, flows.StepUnopened: true}

// sayNotice says what came of the last answer.
func (p *plain) sayNotice(s flows.Screen) {
	if s.Notice == nil || !p.moved || titleSays(s.Step) {
		return
	}
	p.say(Sentences(plainNotice(s.Notice, p.term.Called), triesLeft(s)))
	if detailed(s) != nil && lettersMean(s) {
		p.say(plainDetailsKey)
	}
}

func plainNotice(err error, called string) string {
	if line, home := homeNews(err, called); home {
		return line
	}
	x := Explain(err, called)
	return Sentences(x.What, x.Do)
}

// offer lists what can be chosen or typed beside a code.
func (p *plain) offer(s flows.Screen) {
	for i := range s.Choices {
		p.say(fmt.Sprintf("%d %s", i+1, choiceLabel(s, i)))
	}
	for _, line := range append(storeLines(s), closedLines(s)...) {
		p.say(line)
	}
	if l, link := s.Show.(flows.Link); link {
		p.say(SayPress(l))
		p.say(waitLine(l, p.runner.Now()))
	}
	if words := letterWords(s, p.runner.Now()); words != "" {
		p.say(words)
	}
	if words := phoneKeys[s.Step]; words != "" && p.term.Phone != nil {
		p.say(words)
	}
}

func (p *plain) explainScan() {
	for _, l := range plainSteps {
		p.say(l)
	}
	p.say(plainScanKeys)
	if p.term.Phone != nil {
		p.say(plainPhoneKey)
	}
}

// take turns a line into an event.
func (p *plain) take(ctx context.Context, f flows.Flow, line string) flows.Flow {
	s := f.Screen()
	if s.Ask != nil && s.Ask.Hidden && s.Step != flows.StepMagic { // taken as it is
		return p.next(f, flows.Submit{Text: line, At: p.runner.Now()})
	}
	line = strings.TrimSpace(line)
	switch {
	case len(s.Choices) > 0:
		if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(s.Choices) {
			return p.next(f, flows.Pick{Index: n - 1})
		}
		if line == "d" && detailed(s) != nil {
			p.sayDetails(s)
			return f
		}
		p.say(plainNoChoice)
		return f
	case s.Step == flows.StepLink, s.Step == flows.StepMagic && len(line) == 1 && unicode.IsLetter(firstRune(line)):
		return p.command(ctx, f, strings.ToLower(line))
	case s.Ask == nil:
		return f
	case s.Step == flows.StepSample && line == "":
		p.nextSample(s)
		return f
	case s.Ask.Code() && (unicode.IsLetter(firstRune(line)) || line == "?"):
		return p.command(ctx, f, strings.ToLower(line))
	case s.Step == flows.StepLoginID && line == "":
		line = s.LoginID // offered in brackets
	}
	return p.next(f, flows.Submit{Text: line, At: p.runner.Now()})
}

func (p *plain) next(f flows.Flow, e flows.Event) flows.Flow {
	p.moved = true
	return f.Next(e)
}

func (p *plain) say(line string) { p.print(line + "\n") }

// print prints a line, or a question.
func (p *plain) print(text string) { _, _ = io.WriteString(p.term.Out, p.term.Line(text)) }

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
