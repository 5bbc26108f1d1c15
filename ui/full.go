package ui

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
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
// with ErrInterrupted after Ctrl-C, and with the cause of ctx when that ends.
// The terminal is then as it was.
func Full(ctx context.Context, t Term, f flows.Flow, r flows.Runner) (flows.Outcome, error) {
	m := newModel(t, f, r)
	defer m.pictures.clear()
	profile := colorprofile.Env(withoutNoColor(t.Env))
	m.ink.basic = profile < colorprofile.ANSI256
	p := tea.NewProgram(
		m, tea.WithInput(t.In), tea.WithOutput(t.Out), tea.WithEnvironment(t.Env), tea.WithFPS(framesPerSecond),
		tea.WithColorProfile(profile), tea.WithoutSignalHandler(),
	)
	_, _ = io.WriteString(t.Out, plainOffer+"\r\n")
	stopWatch := watch(ctx, p)
	last, err := p.Run()
	stopWatch()
	end, ok := last.(model)
	switch {
	case !ok:
		return flows.Outcome{}, err
	case end.broken:
		return flows.Outcome{}, flows.ErrInternal
	case ctx.Err() != nil:
		return flows.Outcome{}, context.Cause(ctx)
	case end.interrupted:
		return flows.Outcome{}, ErrInterrupted
	}
	if o, over := end.flow.Outcome(); over {
		return o, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return flows.Outcome{End: flows.Stopped}, nil // the terminal is gone
	}
	return flows.Outcome{}, err
}

// watch closes the screen when ctx ends, and kills a screen that hangs.
func watch(ctx context.Context, p *tea.Program) (stop func()) {
	done := make(chan struct{})
	go func() {
		select {
		case <-done:
			return
		case <-ctx.Done():
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

// withoutNoColor keeps the colours of a QR code, without which no camera reads
// it. Our own styles honour NO_COLOR.
func withoutNoColor(env []string) []string {
	var out []string
	for _, e := range env {
		if !strings.HasPrefix(e, "NO_COLOR=") {
			out = append(out, e)
		}
	}
	return append(out, "TTY_FORCE=1")
}

// Messages of our own.
type (
	closeMsg struct{} // the process is asked to end
	tickMsg  struct{} // a second went by
	frameMsg struct{} // what was sent last is on the screen
	asideMsg string   // news of what a key did
)

// model is the one Bubble Tea model. Bubble Tea copies it with every message.
type model struct {
	term   Term
	runner flows.Runner
	flow   flows.Flow
	styles styles
	ink    qrInk
	form   qrForm // wished for; qrNone leaves it to the window

	input   textinput.Model
	pick    int // chosen line of Choices
	columns int
	rows    int
	now     time.Time

	running int // ID of the task at work, 0 for none
	cancel  context.CancelFunc

	aside    string // news of a key: "saved as …"
	page     page
	pictures *pictures

	onAlternate bool // the alternate screen is shown
	curtain     curtain
	frame       tea.View // shown instead of the flow's while the curtain moves
	gone        bool     // nothing of ours is to stay on the screen
	quitting    bool     // leave once the curtain is closed
	suspending  bool
	interrupted bool
	broken      bool // a panic was caught
}

// page is what the scan screen gives its room to.
type page int

const (
	pictureFirst page = iota
	keyPage           // text alone: the key to be typed
	linkPage          // the otpauth:// link
	helpPage
)

func newModel(t Term, f flows.Flow, r flows.Runner) model {
	in := textinput.New()
	in.Prompt = "> "
	in.SetVirtualCursor(false)
	in.KeyMap.Paste.SetEnabled(false) // it would run a helper program; terminals paste by themselves
	in.CharLimit = 320
	in.SetStyles(textinput.Styles{})
	in.Focus() // the cursor is the terminal's own: there is nothing to blink
	m := model{
		term: t, runner: r, flow: f, styles: newStyles(t.NoColor()), input: in,
		columns: 80, rows: 24, now: r.Now(), pictures: &pictures{},
	}
	if t.Size != nil {
		if c, rws := t.Size(); c > 0 && rws > 0 {
			m.columns, m.rows = c, rws
		}
	}
	return m
}

// Init starts the clock and the first task.
func (m model) Init() tea.Cmd {
	return tea.Batch(tick(m.runner.Now()), func() tea.Msg { return startMsg{} })
}

// startMsg lets Update start the first task: Init cannot change the model.
type startMsg struct{}

// tick fires at the next full second, when the countdown changes.
func tick(now time.Time) tea.Cmd {
	return tea.Tick(time.Second-time.Duration(now.Nanosecond()), func(time.Time) tea.Msg { return tickMsg{} })
}

// work brings the open task and the one at work together: it starts what the
// flow wants and cancels what it no longer wants.
func (m *model) work() tea.Cmd {
	task, open := m.flow.Task()
	if open && task.ID == m.running {
		return nil
	}
	if m.cancel != nil {
		m.cancel()
		m.cancel, m.running = nil, 0
	}
	if !open {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel, m.running = cancel, task.ID
	runner := m.runner
	return func() tea.Msg { return runner.Run(ctx, task) }
}
