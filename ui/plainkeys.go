package ui

import (
	"context"
	"fmt"
	"io"
	"strings"

	"postern/client"
	"postern/flows"
)

// prompt asks what is asked.
func (p *plain) prompt(s flows.Screen) {
	label := fieldLabel(s, p.term.Host)
	switch {
	case len(s.Choices) > 0:
		p.ask(plainChoose(len(s.Choices)))
	case label != "" && p.show != nil:
		p.ask(plainHidden(label))
	case label != "":
		p.ask(label)
	case s.Step == flows.StepLoginID && s.LoginID != "":
		p.ask(fmt.Sprintf("%s [%s]", title(s), s.LoginID))
	default:
		p.ask(title(s))
	}
}

// ask prints a question; the answer is typed behind it.
func (p *plain) ask(question string) { p.print(question + ": ") }

// command takes a letter typed where a code is asked.
func (p *plain) command(ctx context.Context, f flows.Flow, line string) flows.Flow {
	s := f.Screen()
	sc, scan := s.Show.(flows.Scan)
	switch {
	case line == "b":
		return p.next(f, flows.Back{})
	case line == "r" && s.Can.Resend:
		return p.next(f, flows.Resend{At: p.runner.Now()})
	case line == "m" && s.Can.Method:
		return p.next(f, flows.Another{})
	case line == "l" && s.Can.Lost:
		return p.next(f, flows.Lost{})
	case line == "d" && detailed(s) != nil:
		p.sayDetails(s)
	case line == "p" && p.term.Phone != nil:
		pctx, cancel := context.WithTimeout(ctx, asideWait)
		defer cancel()
		p.say(lookAt(pctx, p.term.Phone, s))
	case line == "k" && scan:
		p.say(plainKeyWarning)
		p.say(grouped(sc.Key.Reveal()))
	case line == "u" && scan:
		p.say(plainKeyWarning)
		p.say(sc.URI.Reveal())
	case s.Step == flows.StepSample:
		p.say(sampleNext)
	case line == "q" && scan:
		p.printPicture(sc.URI)
	case line == "s" && scan:
		p.say(p.pictures.save(sc.URI, p.pictures.age()))
	case scan:
		p.say(plainScanKeys)
	default:
		if l, link := s.Show.(flows.Link); link {
			p.say(Sentences(SayPress(l), waitLine(l, p.runner.Now())))
		}
		p.say(letterWords(s, p.runner.Now()))
	}
	return f
}

func (p *plain) sayDetails(s flows.Screen) {
	for _, line := range detailLines(detailed(s)) {
		p.say(line)
	}
}

// attend listens while a patient task is at work, and goes on with whatever
// comes first: its answer, or what somebody typed. What moves nothing leaves the
// task alone.
func (p *plain) attend(ctx context.Context, f flows.Flow, t flows.Task) flows.Flow {
	tctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan flows.Done, 1)
	go func() { done <- p.runner.Run(tctx, t) }()
	for {
		select {
		case <-ctx.Done():
			return f
		case d := <-done:
			next := f.Next(d)
			p.moved = next.Screen().Step != f.Screen().Step
			return next
		case line, more := <-p.lines:
			if !more {
				return f.Next(flows.Cancel{})
			}
			f = p.take(ctx, f, line)
		}
		if now, open := f.Task(); !open || now.ID != t.ID {
			return f
		}
	}
}

// printPicture prints the code where the terminal has the size and colours.
func (p *plain) printPicture(uri client.Secret) {
	picture, ok := p.term.picture(uri.Reveal(), p.term.QR)
	if !ok {
		p.say(plainNoPicture)
		return
	}
	p.say(plainKeyWarning)
	_, _ = io.WriteString(p.term.Out, picture)
}

// picture is a code for a window line by line, in this way if that fits. There
// is none where no way does.
func (t Term) picture(text string, way QRWay) (lines string, ok bool) {
	columns, rows := t.roomForPicture()
	quiet, form, ok := fitQR(text, columns, rows, t.UTF8(), way.form())
	if !ok {
		return "", false
	}
	code, err := drawQR(text, form, quiet, qrInk{invert: way.inverted(), basic: t.basicInk()})
	if err != nil {
		return "", false
	}
	return strings.Join(code.rows, "\n") + "\n", true
}

// roomForPicture is the window without the row of the prompt, line by line; none
// where there are no colours.
func (t Term) roomForPicture() (columns, rows int) {
	if term := t.env("TERM"); term == "" || term == "dumb" {
		return 0, 0
	}
	columns, rows = 80, 24
	if is, known := t.window(); known {
		columns, rows = is.Width, is.Height
	}
	return columns, rows - 1
}
