package ui

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

// sending says which code a model waits for an answer about.
func sendingCode(m model) string {
	task, _ := m.flow.Task()
	v, ok := task.Want.(flows.VerifyCode)
	if !ok {
		return ""
	}
	return v.Code.Reveal()
}

func TestCodeSendsItselfAtTheLastDigitOnce(t *testing.T) {
	t.Parallel()
	m := then(t, atCode(t, 80, 24), "12345")
	if got := sendingCode(m); got != "" {
		t.Fatalf("after five digits: got %q sent, want none", got)
	}
	m = then(t, m, "6")
	task, _ := m.flow.Task()
	if got := sendingCode(m); got != "123456" {
		t.Fatalf("got %q sent, want 123456", got)
	}
	m = then(t, m, "7", strings.Repeat("\r", 20), tea.PasteMsg{Content: "654321"})
	if same, _ := m.flow.Task(); same.ID != task.ID {
		t.Errorf("got task %v after more keys, want still %v", same, task)
	}
}

func TestEnterOutOfHabitDoesNotClearTheAnswer(t *testing.T) {
	t.Parallel()
	m := then(t, atCode(t, 80, 24), wrongCode, flows.Failed{Err: fault(client.WrongCode)}, "\r")
	wantText(t, m, "The code is wrong")
	m.runner.Now = func() time.Time { return noon.Add(time.Minute) }
	wantText(t, then(t, m, "\r\r"), "The code is wrong")
}

func TestEnterOutOfHabitDoesNotSendAHeldBackCode(t *testing.T) {
	t.Parallel()
	m := then(t, atScan(t, 80, 24), wrongCode, "\r")
	if got := sendingCode(m); got != "" {
		t.Fatalf("got %q sent, want it held back", got)
	}
	m.runner.Now = func() time.Time { return noon.Add(habit) }
	if got := sendingCode(then(t, m, "\r")); got != wrongCode {
		t.Errorf("after a while: got %q sent, want %q", got, wrongCode)
	}
}

func TestEmptyCodeGetsAHint(t *testing.T) {
	t.Parallel()
	m := atCode(t, 80, 24)
	wantText(t, then(t, m, "\r"), "Nothing was typed")
}

func TestDigitsAfterAHeldBackCodeStartOver(t *testing.T) {
	t.Parallel()
	m := then(t, atScan(t, 80, 24), wrongCode)
	if got := then(t, m, " ").input.Value(); got != wrongCode+" " {
		t.Errorf("got field %q after a blank, want the code still there", got)
	}
	if got := then(t, m, "7").input.Value(); got != "7" {
		t.Errorf("got field %q, want 7", got)
	}
	if got := then(t, m, "\b").input.Value(); got != wrongCode[1:] {
		t.Errorf("got field %q after backspace, want one digit less", got)
	}
}

func TestDigitsOfAllScriptsAreCodes(t *testing.T) {
	t.Parallel()
	for name, typed := range map[string]string{
		"spaces": "123 456", "dashes": "123-456", "full width": "１２３４５６", "Arabic": "١٢٣٤٥٦", "letters between": "1x2y3z456",
	} {
		if got := sendingCode(then(t, atCode(t, 80, 24), typed)); got != "123456" {
			t.Errorf("%s, typed: got %q, want 123456", name, got)
		}
		if got := sendingCode(then(t, atCode(t, 80, 24), tea.PasteMsg{Content: typed + "\n"})); got != "123456" {
			t.Errorf("%s, pasted: got %q, want 123456", name, got)
		}
	}
}

func TestPasteIsOneAnswer(t *testing.T) {
	t.Parallel()
	m := then(t, atCode(t, 80, 24), tea.PasteMsg{Content: "\n123 456\n654 321\n"})
	if got := sendingCode(m); got != "123456" {
		t.Errorf("got %q sent, want 123456", got)
	}
	m = then(t, start(t, flows.SignIn(flows.Plan{}), 80, 24), flows.Prepared{}, tea.PasteMsg{Content: "ada\x1b[201~\x1b[31m\x00\u202e@example.com\nmore"})
	if got, want := m.input.Value(), "ada[201~[31m@example.com"; got != want {
		t.Errorf("got field %q, want %q", got, want)
	}
	m = then(t, m, tea.KeyPressMsg{Code: tea.KeyHome}, tea.PasteMsg{Content: "x"})
	if got := m.input.Value(); !strings.HasPrefix(got, "xada") {
		t.Errorf("got field %q, want the paste at the cursor", got)
	}
}

func TestHugePasteIsBounded(t *testing.T) {
	t.Parallel()
	for name, piece := range map[string]string{"digits": "1", "letters": "a", "wide": "漢", "lines": "\n", "escapes": "\x1b[A"} {
		for _, m := range []model{atCode(t, 80, 24), then(t, start(t, flows.SignIn(flows.Plan{}), 80, 24), flows.Prepared{})} {
			m = then(t, m, tea.PasteMsg{Content: strings.Repeat(piece, 5<<20/len(piece))})
			if got := len([]rune(m.input.Value())); got > longestKept {
				t.Errorf("%s: got %d characters kept, want at most %d", name, got, longestKept)
			}
			fits(t, m)
		}
	}
}

func TestPasteOnAPageGoesToTheField(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"?", "u", "k"} {
		m := then(t, atScan(t, 80, 24), page, tea.PasteMsg{Content: codeAt(noon)})
		if got := sendingCode(m); got != codeAt(noon) {
			t.Errorf("on page %s: got %q sent, want the code", page, got)
		}
	}
}

func TestAnswersAreTypedOrPasted(t *testing.T) {
	t.Parallel()
	m := start(t, flows.Enroll(flows.Plan{Details: true}), 80, 24)
	m = then(t, m, flows.Prepared{}, " ada@example.com \r", "Ada\r", "+4915112345678\r")
	task, _ := m.flow.Task()
	want := flows.SignUp{LoginID: ada, User: client.NewUser{Name: "Ada", Email: ada, Phone: "+4915112345678"}}
	if task.Want != want {
		t.Errorf("got %+v, want %+v", task.Want, want)
	}
}

func TestChoicesAreTakenByNumberOrArrows(t *testing.T) {
	t.Parallel()
	at := func() model {
		m := start(t, flows.Enroll(flows.Plan{LoginID: ada}), 80, 24)
		return then(t, m, flows.Prepared{}, flows.Failed{Err: fault(client.UserExists)})
	}
	for keys, want := range map[string]flows.Step{
		"1": flows.StepCode, "2": flows.StepMethod, "3": flows.StepLoginID, "4": flows.StepOver, "\r": flows.StepCode,
		"↓\r": flows.StepMethod, "↑\r": flows.StepOver, "↓↓↓↓\r": flows.StepCode, "j\r": flows.StepMethod,
		"k\r": flows.StepOver, "0": flows.StepExisting, "5": flows.StepExisting, "x": flows.StepExisting, "\x1b": flows.StepLoginID, "\x04": flows.StepOver,
	} {
		if got := then(t, at(), keys).flow.Screen().Step; got != want {
			t.Errorf("%q: got step %d, want %d", keys, got, want)
		}
	}
	m := then(t, at(), tea.PasteMsg{Content: "2"})
	if got := m.flow.Screen().Step; got != flows.StepExisting {
		t.Errorf("paste: got step %d, want none taken", got)
	}
}

func TestEscGoesBackOneThing(t *testing.T) {
	t.Parallel()
	m := then(t, atScan(t, 80, 24), "k", "\x1b")
	if m.page != pictureFirst || m.flow.Screen().Step != flows.StepScan {
		t.Errorf("from the key: got page %d of step %d, want the picture", m.page, m.flow.Screen().Step)
	}
	m = then(t, m, "?", "\x1b")
	if m.page != pictureFirst || m.flow.Screen().Step != flows.StepScan {
		t.Errorf("from help: got page %d of step %d, want the picture", m.page, m.flow.Screen().Step)
	}
	m = then(t, m, "\x1b")
	if got := m.flow.Screen().Step; got != flows.StepLoginID || m.input.Value() != ada {
		t.Errorf("got step %d with %q, want the login ID again", got, m.input.Value())
	}
	if got := then(t, m, "\x1b").flow.Screen().Step; got != flows.StepOver {
		t.Errorf("from the login ID: got step %d, want the end", got)
	}
}

func TestDigitOnAPageIsTyped(t *testing.T) {
	t.Parallel()
	m := then(t, atScan(t, 80, 24), "u1")
	if m.page != pictureFirst || m.input.Value() != "1" {
		t.Errorf("got page %d and field %q, want the picture and 1", m.page, m.input.Value())
	}
}

func TestPictureFormsAndInk(t *testing.T) {
	t.Parallel()
	m := atScan(t, 120, 50)
	before := grid(m).Text()
	m = then(t, m, "f")
	if got := grid(m).Text(); got == before || m.form != qrHalf {
		t.Errorf("got form %d, want the other one", m.form)
	}
	if m = then(t, m, "f"); grid(m).Text() != before {
		t.Error("got another screen after f twice, want the first")
	}
	small := atScan(t, 80, 24)
	if got := then(t, small, "f"); text(got) != text(small) || strings.Contains(text(small), "f other form") {
		t.Errorf("got\n%s\nwant no other form where none fits", text(got))
	}
	if m = then(t, m, "i"); !m.ink.invert {
		t.Error("got no inverted picture")
	}
}

func TestTurningPutsANoticeAside(t *testing.T) {
	t.Parallel()
	m := then(t, atScan(t, 46, 23), wrongCode)
	wantText(t, m, "Not sent", "k picture")
	m = then(t, m, "k")
	if got := text(m); !strings.Contains(got, "▄") {
		t.Errorf("got\n%s\nwant the picture", got)
	}
	wantText(t, then(t, m, "k"), "Not sent")
	wantText(t, then(t, m, "999999"), "Not sent")
}

func TestClipboardIsUsedByItsKeyAlone(t *testing.T) {
	t.Parallel()
	const osc = "\x1b]52;"
	s := full(t, flows.Enroll(flows.Plan{LoginID: ada}))
	s.until("Type the code")
	s.keys("kuk?fi1\b")
	s.until("next code")
	if strings.Contains(s.raw(), osc) {
		t.Error("got the clipboard set without its key")
	}
	s.keys("c")
	s.untilRaw(osc + "c;" + base64.StdEncoding.EncodeToString([]byte(testKey)))
	s.until("Key sent to the")
	s.keys("\x03")
	s.end()
}

// TestClipboardIsWrappedForGNUScreen: it hands on nothing else.
func TestClipboardIsWrappedForGNUScreen(t *testing.T) {
	t.Parallel()
	set := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(testKey)) + "\x07"
	for _, row := range []struct {
		name    string
		env     []string
		wrapped bool
		said    string
	}{
		{"neither", nil, false, "the terminal's clipboard"},
		{"screen", []string{"TERM=screen-256color", "STY=1.pts-0.here"}, true, "the terminal's clipboard"},
		{"screen with another TERM", []string{"STY=1.pts-0.here"}, true, "the terminal's clipboard"},
		{"screen or tmux over ssh", []string{"TERM=screen-256color"}, true, "the terminal's clipboard"},
		{"tmux", []string{"TERM=tmux-256color", "TMUX=/tmp/tmux,1,0"}, false, "set-clipboard is on"},
	} {
		m := atScan(t, 120, 50)
		m.term.Env = append(m.term.Env, row.env...)
		m, cmd := m.press(tea.KeyPressMsg{Code: 'c', Text: "c"})
		raw, _ := cmd().(tea.RawMsg)
		want := set
		if row.wrapped {
			want += "\x1bP" + set + "\x1b\\"
		}
		if raw.Msg != want {
			t.Errorf("%s: got %q, want %q", row.name, raw.Msg, want)
		}
		if !strings.Contains(m.aside, row.said) {
			t.Errorf("%s: got %q said, want %q in it", row.name, m.aside, row.said)
		}
	}
}
