package ui

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"postern/client"
	"postern/flows"
)

func TestAPasswordIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	const odd = ` p"ä 1  ` // blanks at either end, digits and letters that are keys elsewhere
	typed := then(t, atPassword(t, 80, 24), odd+"\r")
	pasted := then(t, atPassword(t, 80, 24), tea.PasteMsg{Content: odd + "\r\n"}, "\r")
	for name, m := range map[string]model{"typed": typed, "pasted": pasted} {
		task, _ := m.flow.Task()
		if v, _ := task.Want.(flows.VerifyCode); v.Code.Reveal() != odd {
			t.Errorf("%s: sent %q, want %q", name, v.Code.Reveal(), odd)
		}
	}
}

func TestNoScreenShowsATypedPassword(t *testing.T) {
	t.Parallel()
	const secret = "xyzzy-1-Plugh"
	for _, m := range []model{atPassword(t, 80, 24), atNewPassword(t, 80, 24)} {
		for _, r := range secret {
			m = send(m, keyOf(r))
			if shown := text(m); strings.Contains(shown, secret[:3]) || !strings.Contains(shown, bullet) {
				t.Fatalf("got %q, want bullets", shown)
			}
		}
	}
}

// watcher looks at what a terminal would show.
type watcher struct {
	hidden, hides int
	failing       bool
}

func (e *watcher) hide() (func(), error) {
	if e.failing {
		return nil, errors.New("not here")
	}
	e.hides++
	e.hidden++
	over := false
	return func() {
		if !over {
			e.hidden--
		}
		over = true
	}, nil
}

func TestPlainHidesAPasswordAndShowsAllElse(t *testing.T) {
	t.Parallel()
	signIn := flows.SignIn(flows.Plan{Method: client.Password})
	for _, row := range []struct {
		name  string
		lines []string
		hides int
	}{
		{"to the end", []string{ada, password}, 1},
		{"a wrong one first", []string{ada, "wrong", "1", password}, 2},
		{"the end of input at the password", []string{ada}, 1},
	} {
		e := &watcher{}
		s := &service{verify: func(_ context.Context, code string) (*client.Session, error) {
			if code != password {
				return nil, fault(client.Denied)
			}
			return signedIn(), nil
		}}
		_, _, err := piped(t, s, signIn, func(t *Term) { t.Hide = e.hide }, row.lines...)
		if err != nil || e.hidden != 0 || e.hides != row.hides {
			t.Errorf("%s: got %v, hidden %d times, still %d, want %d and none", row.name, err, e.hides, e.hidden, row.hides)
		}
	}
	out, _, _ := piped(t, &service{}, signIn, func(t *Term) { t.Hide = (&watcher{failing: true}).hide }, ada)
	if strings.Count(out, plainShown) != 1 {
		t.Errorf("got %q, want it said that what is typed is shown", out)
	}
}

func TestPlainShowsAgainWhenItIsCutShort(t *testing.T) {
	t.Parallel()
	e := &watcher{}
	ctx, cancel := context.WithCancelCause(t.Context())
	r, w := io.Pipe()
	defer w.Close()
	defer r.Close()
	gone := errors.New("hang-up")
	term := testTerm(t)
	term.In, term.Out = r, io.Discard
	term.Hide = func() (func(), error) { cancel(gone); return e.hide() }
	_, err := Plain(ctx, term, flows.SignIn(flows.Plan{LoginID: ada, Method: client.Password}), (&service{}).runner(&clock{t: noon}))
	if !errors.Is(err, gone) || e.hides != 1 || e.hidden != 0 {
		t.Errorf("got %v, hidden %d, still %d, want %v, once, and shown again", err, e.hides, e.hidden, gone)
	}
}

func TestASecretIsAnsweredByAScript(t *testing.T) {
	t.Parallel()
	var wanted []CodeWanted
	lines := []string{}
	a := Answers{Code: func(_ context.Context, w CodeWanted) (string, error) {
		wanted = append(wanted, w)
		line := lines[0]
		lines = lines[1:]
		return line, nil
	}}
	for _, row := range []struct {
		name  string
		flow  flows.Flow
		lines []string
		asked string
		new   bool // of the last answer
	}{
		{"sign-in", flows.SignIn(flows.Plan{LoginID: ada, Method: client.Password}), []string{codeAt(noon)}, "verify " + codeAt(noon), false},
		{"sign-up", flows.Enroll(flows.Plan{LoginID: ada, Method: client.Password}), []string{password}, "sign-up ada@example.com " + password, true},
		{"change", flows.ChangePassword(flows.Plan{}), []string{"old", password}, "replace old by " + password, true},
		{"recovery code", flows.SignIn(flows.Plan{LoginID: ada, Method: client.Recovery}), []string{codeAt(noon)}, "verify " + codeAt(noon), false},
	} {
		s := &service{}
		lines, wanted = row.lines, nil
		o, err := Silent(t.Context(), a, row.flow, s.runner(&clock{t: noon}))
		if err != nil || o.End != flows.Entered || s.count(row.asked) != 1 || wanted[len(wanted)-1].New != row.new {
			t.Errorf("%s: got %+v, %v, asked %q, wanted %+v", row.name, o, err, s.asked, wanted)
		}
		var needed *AnswerNeeded
		if _, err := Silent(t.Context(), Answers{}, row.flow, s.runner(&clock{t: noon})); !errors.As(err, &needed) {
			t.Errorf("%s without an answer: got %v, want one to be needed", row.name, err)
		}
	}
}
