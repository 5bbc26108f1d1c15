package ui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/spinner"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"postern/flows"
)

// Messages of our own.
type (
	startMsg  struct{} // lets Update start the first task: Init cannot change the model
	closeMsg  struct{} // the process is asked to end, or the terminal is gone
	tickMsg   struct{} // a second went by
	frameMsg  struct{} // what was sent last is on the screen
	panicMsg  struct{} // a command broke
	linkMsg   string   // the newest link in the sandbox inbox
	erasedMsg struct{} // the rows are erased: the size may change
	wokenMsg  struct{} // the process goes on after it was stopped
	asideMsg  struct { // news of what a key did
		step  flows.Step // where it was pressed
		text  string
		until time.Time // when it is of no use any more, zero for never
	}
)

// resizedMsg is a new size that waits for the rows to be erased.
type resizedMsg tea.WindowSizeMsg

// model is the one Bubble Tea model. Bubble Tea copies it with every message.
type model struct {
	term   Term
	runner flows.Runner
	flow   flows.Flow
	styles styles
	ink    qrInk
	form   qrForm // wished for; qrNone leaves it to the window

	manual  bool  // the key, or its code, was taken by another way than the picture
	learned QRWay // chosen by hand and read, "" for none
	tried   int   // how many samples were not read

	input   textinput.Model
	pick    int // chosen line of Choices
	number  int // the first figure of one that is being typed, 0 for none
	columns int
	rows    int
	resized resizedMsg // the newest size
	now     time.Time
	sent    time.Time // when a code sent itself, at its last digit
	noticed time.Time // when the notice came

	early   early
	running int // ID of the task at work, 0 for none
	begun   time.Time
	cancel  context.CancelFunc
	effort  effort
	stretch int // which one it is, of work without a pause
	spinner spinner.Model

	aside    string    // news of a key: "saved as …"
	asideEnd time.Time // when they are of no use any more, zero for never
	page     page
	shell    bool // there is a shell that could wake us
	top      int  // how far the page is scrolled
	details  bool // the notice is shown in full
	read     bool // the notice was seen: the picture may take its room again
	past     bool // and left behind, by another key
	pictures *pictures

	shown       tea.View // what View gives
	onAlternate bool     // the alternate screen is shown
	curtain     curtain
	frame       tea.View // shown instead of the flow's while the curtain moves
	gone        bool     // nothing of ours is to stay on the screen
	quitting    bool     // leave once the curtain is closed
	suspending  bool
	closing     bool // no more questions: what is open comes to its end
	interrupted bool // by Ctrl-C
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

// longestKept is how much a field keeps, in characters, and the longest paste
// that is looked at, in bytes: more than the flow takes, which refuses what was
// cut here.
const longestKept = flows.MaxLink + 96

func newModel(t Term, f flows.Flow, r flows.Runner) model {
	in := textinput.New()
	in.SetVirtualCursor(false)
	in.KeyMap.Paste.SetEnabled(false) // it would run a helper program; terminals paste by themselves
	in.CharLimit = longestKept
	in.Focus() // the cursor is the terminal's own: there is nothing to blink
	m := model{
		term: t, runner: r, flow: f, styles: newStyles(t.NoColor()), input: in, ink: t.ink(), form: t.QR.form(),
		columns: 80, rows: 24, now: r.Now(), pictures: &pictures{dir: t.env("XDG_RUNTIME_DIR")},
		shell: canSuspend(), spinner: spinner.New(spinner.WithSpinner(turning)),
	}
	if is, known := t.window(); known {
		m.columns, m.rows = is.Width, is.Height
	}
	return m
}

// Init starts the clock and the first task.
func (m model) Init() tea.Cmd {
	return tea.Batch(tick(m.runner.Now()), func() tea.Msg { return startMsg{} })
}

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
		m.effort = idle
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel, m.running, m.begun = cancel, task.ID, m.runner.Now()
	runner := m.runner
	return tea.Batch(m.begin(task), func() tea.Msg { return runner.Run(ctx, task) })
}

// saying shows what comes of what a key asked for.
func saying(step flows.Step, f func(context.Context) string) tea.Cmd {
	return alongside(func(ctx context.Context) tea.Msg { return asideMsg{step: step, text: f(ctx)} })
}

// alongside runs what a key asked for, off the screen's own goroutine. A panic in
// it ends the program without its text, which might hold anything.
func alongside(f func(context.Context) tea.Msg) tea.Cmd {
	return func() (msg tea.Msg) {
		defer func() {
			if recover() != nil {
				msg = panicMsg{}
			}
		}()
		ctx, cancel := context.WithTimeout(context.Background(), asideWait)
		defer cancel()
		return f(ctx)
	}
}
