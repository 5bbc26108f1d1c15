package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

// atLink is a model that waits for a link, atMagic one where a link is pasted.
func atLink(t testing.TB, columns, rows int) model {
	t.Helper()
	sent := client.Sent{To: "a***@example.com", Number: "37", Ref: "ref"}
	return sentBy(t, client.Link, sent, columns, rows)
}

func atMagic(t testing.TB, columns, rows int) model {
	t.Helper()
	return sentBy(t, client.MagicLink, client.Sent{To: "a***@example.com"}, columns, rows)
}

func sentBy(t testing.TB, by client.Method, sent client.Sent, columns, rows int) model {
	t.Helper()
	m := start(t, flows.SignIn(flows.Plan{LoginID: ada, Method: by}), columns, rows)
	return then(t, m, flows.Prepared{}, flows.Delivered{Sent: sent, ResendAt: noon.Add(23 * time.Second)})
}

// atMethods is a model with more methods than there are figures.
func atMethods(t testing.TB, columns, rows int) model {
	t.Helper()
	m := start(t, flows.SignIn(flows.Plan{LoginID: ada}), columns, rows)
	m.flow = flows.Enroll(flows.Plan{LoginID: ada, User: client.NewUser{Phone: "+4915112345678"}, Method: flows.AnyFactor})
	return then(t, m, flows.Prepared{})
}

// after is a model some time later.
func after(m model, d time.Duration) model {
	m.now = m.now.Add(d)
	m.shown = m.draw()
	return m
}

func TestLettersBesideALinkAreCommands(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]flows.Step{
		"m": flows.StepMethod, "\x1b": flows.StepLoginID, "\x04": flows.StepOver, "x": flows.StepLink, "\r": flows.StepLink,
	} {
		m := then(t, atLink(t, 80, 24), keys)
		if got := m.flow.Screen().Step; got != want {
			t.Errorf("%q: got step %d, want %d", keys, got, want)
		}
	}
	m := atLink(t, 80, 24)
	m.runner.Now = func() time.Time { return noon.Add(23 * time.Second) }
	if got := then(t, after(m, 23*time.Second), "r").flow.Screen().Step; got != flows.StepSend {
		t.Errorf("r after the pause: got step %d, want %d", got, flows.StepSend)
	}
}

func TestAPollChangesOnlyTheClock(t *testing.T) {
	t.Parallel()
	m := atLink(t, 80, 24)
	before := text(m)
	if got := text(then(t, m, flows.Failed{Err: fault(client.Pending)})); got != before {
		t.Errorf("after a poll: got\n%s\nwant\n%s", got, before)
	}
	missed := then(t, m, flows.Failed{Err: fault(client.Unreachable)})
	if got := text(missed); got != before {
		t.Errorf("after one lost poll: got\n%s\nwant\n%s", got, before)
	}
	wantText(t, after(missed, 9*time.Second), "No answer for 9 s, still waiting", "link 37")
	wantText(t, then(t, missed, flows.Failed{Err: fault(client.Pending)}), "Waiting: 2 min 0 s left")
}

func TestBigNumberIsDrawnWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	if m := atLink(t, 80, 24); !strings.Contains(text(m), "██████") {
		t.Errorf("got no big figures in\n%s", text(m))
	}
	m := atLink(t, 80, 24)
	m.term.Env = append(m.term.Env, "LC_ALL=C")
	if m.shown = m.draw(); strings.Contains(text(m), "█") || !strings.Contains(text(m), "link 37") {
		t.Errorf("not UTF-8: got\n%s", text(m))
	}
	for _, odd := range []string{"", "3a", "٣", "1234567"} {
		if got := bigNumber(odd); got != nil {
			t.Errorf("%q: got %q, want no figures", odd, got)
		}
	}
	seen := map[string]bool{}
	for n := range 10 {
		rows := bigNumber(fmt.Sprint(n))
		seen[strings.Join(rows, "\n")] = len(rows) == 5
	}
	if len(seen) != 10 {
		t.Errorf("got %d figures that differ, want 10", len(seen))
	}
}

func TestNumbersOfTwoFigures(t *testing.T) {
	t.Parallel()
	if n := len(atMethods(t, 80, 24).flow.Screen().Choices); n != 11 {
		t.Fatalf("got %d choices, want 11", n)
	}
	for typed, want := range map[string]flows.Step{
		"1": flows.StepMethod, "1\r": flows.StepSignUp, "10": flows.StepPolicy, "11": flows.StepOver, "3": flows.StepSend, "13": flows.StepSend, "0": flows.StepMethod, "1↓\r": flows.StepSend,
	} {
		if got := then(t, atMethods(t, 80, 24), typed).flow.Screen().Step; got != want {
			t.Errorf("%q: got step %d, want %d", typed, got, want)
		}
	}
}

func TestTheChosenMethodIsSeenInEveryWindow(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}, {40, 12}, {30, 8}, {20, 5}} {
		m := atMethods(t, size[0], size[1])
		for i := range m.flow.Screen().Choices {
			if want := fmt.Sprintf("> %2d ", i+1); !strings.Contains(text(m), want) {
				t.Errorf("%v: got no %q in\n%s", size, want, text(m))
			}
			m = then(t, m, "↓")
		}
	}
}

func TestALinkIsPastedWhole(t *testing.T) {
	t.Parallel()
	m := then(t, atMagic(t, 80, 24), tea.PasteMsg{Content: " <https://app.example.com/in?\r\nlang=en&t=4d1f\n6e0c>\n"}, "\r")
	if got := sendingCode(m); got != "4d1f6e0c" {
		t.Errorf("got %q sent, want 4d1f6e0c", got)
	}
	long := "https://app.example.com/in?back=" + strings.Repeat("x", 1000) + "&t=4d1f6e0c"
	if got := sendingCode(then(t, atMagic(t, 80, 24), tea.PasteMsg{Content: long}, "\r")); got != "4d1f6e0c" {
		t.Errorf("a long link: got %q sent, want 4d1f6e0c", got)
	}
}

func TestLettersGoIntoTheFieldOfALink(t *testing.T) {
	t.Parallel()
	ctrl := func(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Mod: tea.ModCtrl} }
	if got := then(t, atMagic(t, 80, 24), "rmp").input.Value(); got != "rmp" {
		t.Errorf("got field %q, want rmp", got)
	}
	if got := then(t, atMagic(t, 80, 24), ctrl('o')).flow.Screen().Step; got != flows.StepMethod {
		t.Errorf("ctrl-o: got step %d, want %d", got, flows.StepMethod)
	}
	later := after(atMagic(t, 80, 24), 23*time.Second)
	later.runner.Now = func() time.Time { return noon.Add(23 * time.Second) }
	if got := then(t, later, ctrl('r')).flow.Screen().Step; got != flows.StepSend {
		t.Errorf("ctrl-r: got step %d, want %d", got, flows.StepSend)
	}
	m := atMagic(t, 80, 24)
	m.term.Phone = showing()
	_, cmd := m.press(ctrl('p'))
	if got := send(m, cmd()).input.Value(); got != newestURL {
		t.Errorf("ctrl-p: got field %q, want %q", got, newestURL)
	}
	m = then(t, m, flows.Back{})
	if got := send(m, cmd()).input.Value(); got != ada {
		t.Errorf("a link that comes late: got field %q, want %q", got, ada)
	}
}

// opened answers so many polls with Pending, then with a session.
func opened(s *service, polls int) {
	s.verify = func(context.Context, string) (*client.Session, error) {
		if s.count("verify ref") <= polls {
			return nil, fault(client.Pending)
		}
		return signedIn(), nil
	}
}

// Line by line, the number is printed once, and nothing while it is waited for.
func TestPlainWaitsWithoutAWord(t *testing.T) {
	t.Parallel()
	f := func() flows.Flow { return flows.SignIn(flows.Plan{LoginID: ada, Method: client.Link}) }
	s := drive(t, Plain, f(), func(s *memory, _ *Term) { opened(s.service, 40) })
	o, err := s.end()
	if err != nil || o.End != flows.Entered {
		t.Fatalf("got %+v, %v, want entered", o, err)
	}
	golden(t, "plain/link.txt", s.out.String())

	gate := make(chan struct{})
	s = drive(t, Plain, f(), func(s *memory, _ *Term) {
		opened(s.service, 1000)
		verify := s.service.verify
		s.service.verify = func(ctx context.Context, code string) (*client.Session, error) {
			select {
			case <-gate:
			case <-ctx.Done():
			}
			return verify(ctx, code)
		}
	})
	from := 0
	news := func(words string) {
		t.Helper()
		s.wait(words, func() bool { return strings.Contains(s.out.String()[from:], words) })
		from = len(s.raw())
	}
	for _, line := range []struct{ see, keys string }{
		{"b to go back", "x"}, {"s left.", "r"}, {"a mail with links", "m"}, {"Choose 1 to", "2"}, {"b to go back", "b"}, {"Login ID", ""}, {"b to go back", ""},
	} {
		news(line.see)
		s.keys(line.keys + "\n")
	}
	news("s left.")
	close(gate) // nobody ever presses it
	news("not pressed in time")
	s.keys("3\n")
	if o, err = s.end(); err != nil || o.End != flows.Stopped || s.service.count("send") != 2 {
		t.Errorf("got %+v, %v, %d messages, want it stopped after two", o, err, s.service.count("send"))
	}
}

func TestSilentlyTheNumberIsToldOnce(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		polls int
		end   flows.End
		err   error
	}{{"opened", 5, flows.Entered, nil}, {"never opened", 1000, flows.Stopped, client.Pending}} {
		s := &service{}
		opened(s, row.polls)
		var told []string
		a := Answers{Link: func(l flows.Link) { told = append(told, string(l.Number)) }}
		f := flows.SignIn(flows.Plan{LoginID: ada, Method: client.Link})
		o, err := Silent(t.Context(), a, f, s.runner(&clock{t: noon}))
		if o.End != row.end || !errors.Is(err, row.err) || strings.Join(told, " ") != "37" {
			t.Errorf("%s: got %+v, %v, told %q, want end %d with %v and 37 once", row.name, o, err, told, row.end, row.err)
		}
		if got := s.count("verify ref"); row.err != nil && (got < 118 || got > 120) {
			t.Errorf("%s: got %d polls, want one a second for two minutes", row.name, got)
		}
	}
	s, needed := &service{}, new(AnswerNeeded)
	if _, err := Silent(t.Context(), Answers{}, flows.SignIn(flows.Plan{LoginID: ada, Method: client.Link}), s.runner(&clock{t: noon})); !errors.As(err, &needed) || s.count("send") > 0 {
		t.Errorf("nobody to tell: got %v and %d messages, want an answer to be needed", err, s.count("send"))
	}
}

func TestSilentlyAMagicLinkIsAnAnswer(t *testing.T) {
	t.Parallel()
	s := &service{verify: func(context.Context, string) (*client.Session, error) { return signedIn(), nil }}
	f := flows.SignIn(flows.Plan{LoginID: ada, Method: client.MagicLink})
	o, err := Silent(t.Context(), answersOf(ada, newestURL), f, s.runner(&clock{t: noon}))
	if err != nil || o.End != flows.Entered || s.count("verify 4d1f6e0c9ab2") != 1 {
		t.Errorf("got %+v, %v, asked %q, want the token sent", o, err, s.asked)
	}
}
