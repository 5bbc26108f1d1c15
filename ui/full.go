package ui

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"postern/flows"
)

const (
	framesPerSecond = 120                   // paints the first screen without a visible wait
	oneFrame        = 25 * time.Millisecond // some frames: until what was sent is drawn
	asideWait       = 3 * time.Second       // the sandbox phone is a local file
	lastWait        = time.Second           // a screen that does not close is killed after this
)

// Full drives the flow on the whole screen. It returns when the flow is over,
// with ErrInterrupted after Ctrl-C, and with the cause of ctx when that ends;
// the outcome then says what a Cancel came to, and is zero where nothing is
// known. The terminal is as it was.
func Full(ctx context.Context, t Term, f flows.Flow, r flows.Runner) (flows.Outcome, error) {
	t, r = t.cleaned(), withClock(r)
	m := newModel(t, f, r)
	defer m.pictures.clear()
	in := newEnding(t.In)
	p := tea.NewProgram(
		m, tea.WithInput(in.reader()), tea.WithOutput(withoutQuestions(t.Out)), tea.WithEnvironment(t.Env), tea.WithFPS(framesPerSecond),
		tea.WithColorProfile(t.profile()), tea.WithoutSignalHandler(), tea.WithFilter(steady),
		tea.WithWindowSize(m.columns, m.rows), // for a terminal that is not a file
	)
	_, _ = io.WriteString(t.Out, plainOffer(m.columns)+"\r\n")
	stopWatch, stopWaking := watch(ctx, in.gone, p), watchWaking(p)
	last, err := p.Run()
	stopWaking()
	stopWatch()
	end, ok := last.(model)
	if !ok || end.broken || errors.Is(err, tea.ErrProgramPanic) {
		return flows.Outcome{}, flows.ErrInternal
	}
	if end.cancel != nil {
		end.cancel()
	}
	if end.learned != "" && t.Learned != nil {
		t.Learned(end.learned)
	}
	o, over := end.flow.Outcome()
	switch {
	case ctx.Err() != nil:
		return o, context.Cause(ctx)
	case end.interrupted:
		return o, ErrInterrupted
	case over:
		return o, nil
	case in.ended():
		return flows.Outcome{End: flows.Stopped}, nil
	case err == nil:
		err = flows.ErrInternal // nothing ends the screen but the above
	}
	return flows.Outcome{}, err
}

// watch closes the screen when ctx ends or the terminal is gone, and kills a
// screen that hangs.
func watch(ctx context.Context, gone <-chan struct{}, p *tea.Program) (stop func()) {
	done := make(chan struct{})
	go func() {
		select {
		case <-done:
			return
		case <-ctx.Done():
		case <-gone:
		}
		go p.Send(closeMsg{})
		select {
		case <-done:
		case <-time.After(lastWait):
			p.Kill()
		}
	}()
	return func() { close(done) }
}

// steady keeps the size from changing while the curtain moves: the renderer
// would draw the whole frame anew, with the secret in it. Before it draws one
// anew, it erases the screen as a whole, so where a secret is, each row is
// erased by itself first.
func steady(m tea.Model, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if m.(model).curtain != open {
			return nil
		}
		if m.(model).onAlternate {
			return resizedMsg(msg)
		}
	case erasedMsg:
		if m.(model).curtain != open {
			return nil
		}
		return tea.WindowSizeMsg(m.(model).resized)
	}
	return msg
}

// profile is what colours the terminal has. NO_COLOR is left out, because
// without colours no camera reads a QR code; our own styles honour it.
func (t Term) profile() colorprofile.Profile {
	env := []string{"TTY_FORCE=1"}
	for _, e := range t.Env {
		if !strings.HasPrefix(e, "NO_COLOR=") {
			env = append(env, e)
		}
	}
	return max(colorprofile.Env(env), colorprofile.ANSI)
}

// basicInk reports whether a QR code is to do with the first eight colours.
// GNU screen calls itself screen, and is not always built for more.
func (t Term) basicInk() bool {
	term := t.env("TERM")
	return t.profile() < colorprofile.ANSI256 || strings.HasPrefix(term, "screen") && !strings.Contains(term, "256")
}

// withClock gives a runner without a clock the real one.
func withClock(r flows.Runner) flows.Runner {
	if r.Now == nil {
		r.Now = time.Now
	}
	return r
}
