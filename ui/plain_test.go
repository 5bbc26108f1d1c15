package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"postern/client"
	"postern/flows"
	"postern/internal/ptytest"
)

// piped runs Plain on lines that are there from the start, as a transcript:
// what it printed, with each line that it took after its question.
func piped(t *testing.T, s *service, f flows.Flow, change func(*Term), lines ...string) (string, flows.Outcome, error) {
	t.Helper()
	var b strings.Builder
	term := testTerm(t)
	if change != nil {
		change(&term)
	}
	r, w := io.Pipe()
	term.In, term.Out = r, &b
	go func() {
		for _, l := range lines {
			if _, err := io.WriteString(w, l+"\n"); err != nil {
				return
			}
		}
		_ = w.Close()
	}()
	o, err := Plain(context.Background(), term, f, s.runner(&clock{t: noon}))
	_ = r.Close()
	return strings.ReplaceAll(b.String(), term.env("XDG_RUNTIME_DIR"), "/run/user/1"), o, err
}

var plainRuns = []struct {
	name   string
	flow   flows.Flow
	change func(*service)
	term   func(*Term)
	lines  []string
}{
	{"sign-up", flows.Enroll(flows.Plan{Details: true}), nil, nil,
		[]string{"ada@example.com", "Ada", "+4915112345678", codeAt(noon)}},
	{"sign-up-password", flows.Enroll(flows.Plan{LoginID: ada, Method: client.Password}), nil, nil,
		[]string{"weak", password, "other", password, password}},
	{"details", flows.SignIn(flows.Plan{LoginID: ada}), func(s *service) {
		s.verify = func(context.Context, string) (*client.Session, error) { return nil, refusal }
	}, nil, []string{"d", wrongCode, "d"}},
	{"sandbox", flows.Enroll(flows.Plan{LoginID: ada}), nil, func(t *Term) { t.Sandbox, t.Phone = true, showing() },
		[]string{"p", codeAt(noon)}},
	{"wrong-code", flows.SignIn(flows.Plan{LoginID: ada}), nil, nil,
		[]string{wrongCode, wrongCode, "", "123", "x", codeAt(noon)}},
	{"doubt", flows.Enroll(flows.Plan{LoginID: ada}), nil, nil,
		[]string{wrongCode, "z", wrongCode, codeAt(noon)}},
	{"key", flows.Enroll(flows.Plan{LoginID: ada}), nil, nil, []string{"K", "u", codeAt(noon)}},
	{"store", flows.Enroll(flows.Plan{LoginID: ada}), func(s *service) { s.prepare = noKeyring(s) }, nil,
		[]string{"x", "9", "1", codeAt(noon)}},
	{"existing", flows.Enroll(flows.Plan{LoginID: ada}), func(s *service) {
		s.signUp = func(context.Context) (*client.Enrollment, error) { return nil, fault(client.UserExists) }
	}, nil, []string{"1", "b", "", codeAt(noon)}},
	{"unkept", flows.SignIn(flows.Plan{LoginID: ada}), func(s *service) {
		s.keep = func(context.Context) error { return uncomparable{"gone"} }
	}, nil, []string{codeAt(noon), "1", "2"}},
	{"magic", flows.SignIn(flows.Plan{LoginID: ada, Method: client.MagicLink}), func(s *service) {
		s.verify = func(context.Context, string) (*client.Session, error) { return signedIn(), nil }
	}, func(t *Term) { t.Phone = showing() }, []string{"p", "x", "the link", "<" + newestURL + ">"}},
	{"not-utf-8", flows.SignIn(flows.Plan{LoginID: "zoë"}), nil, func(t *Term) { t.Env = append(t.Env, "LC_ALL=C") },
		[]string{codeAt(noon)}},
}

// At home a session outlives the end of the input, so it has a test of its own.
func TestPlainHome(t *testing.T) {
	t.Parallel()
	s := &service{}
	got, o, err := piped(t, s, flows.Home(flows.Plan{}), nil, "2", ada, "", "", codeAt(noon), "2", "6", "5", "3")
	if err != nil || o.End != flows.Left {
		t.Errorf("got %+v, %v, want home to be left", o, err)
	}
	golden(t, "plain/home.txt", fmt.Sprintf("%s\n-- end %d, asked %q\n", got, o.End, s.asked))
	for n := range 3 { // wherever the input ends, within a task or at home
		_, o, err = piped(t, &service{}, flows.Home(flows.Plan{}), nil, []string{"2", ada, ""}[:n]...)
		if err != nil || o.End != flows.Stopped {
			t.Errorf("%d lines: got %+v, %v, want it stopped", n, o, err)
		}
	}
}

// uncomparable is an error as some libraries have them: == on it panics.
type uncomparable []string

func (u uncomparable) Error() string { return "store: " + u[0] }

// noKeyring is a machine without a keyring, until another store is taken.
func noKeyring(s *service) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if s.count("use") > 0 {
			return "", nil
		}
		return "", &flows.NoStore{Options: []flows.Store{flows.Kernel, flows.None}, Err: errKeyringGone}
	}
}

func TestPlainTranscripts(t *testing.T) {
	t.Parallel()
	for _, run := range plainRuns {
		t.Run(run.name, func(t *testing.T) {
			s := &service{}
			if run.change != nil {
				run.change(s)
			}
			got, o, err := piped(t, s, run.flow, run.term, run.lines...)
			if err != nil {
				t.Fatal(err)
			}
			if strings.ContainsFunc(got, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r == 0x9b }) {
				t.Errorf("got a control character in %q", got)
			}
			golden(t, "plain/"+run.name+".txt", fmt.Sprintf("%s\n-- end %d, asked %q\n", got, o.End, s.asked))
		})
	}
}

func TestPlainStopsAtTheEndOfTheInput(t *testing.T) {
	t.Parallel()
	for _, run := range plainRuns {
		for n := range run.lines {
			s := &service{}
			if run.change != nil {
				run.change(s)
			}
			got, o, err := piped(t, s, run.flow, run.term, run.lines[:n]...)
			if err != nil || o.End != flows.Stopped && o.End != flows.Broken {
				t.Errorf("%s, %d lines: got %+v, %v, want it stopped\n%s", run.name, n, o, err, got)
			}
			if s.count("keep") > 0 && s.count("revoke") != 1 {
				t.Errorf("%s, %d lines: got %q, want the session ended", run.name, n, s.asked)
			}
		}
	}
}

func TestFaultL11PlainShowsTheKeyOnRequestOnly(t *testing.T) {
	t.Parallel()
	got, _, _ := piped(t, &service{}, flows.Enroll(flows.Plan{LoginID: ada}), nil, "?", "x", "s")
	if strings.Contains(got, "JBSW") {
		t.Errorf("got the key unasked in\n%s", got)
	}
	for _, letter := range []string{"k", "u"} {
		got, _, _ = piped(t, &service{}, flows.Enroll(flows.Plan{LoginID: ada}), nil, letter)
		warning, key := strings.Index(got, plainKeyWarning), strings.Index(got, "JBSW")
		if warning < 0 || key < warning {
			t.Errorf("%s: got the warning at %d, the key at %d", letter, warning, key)
		}
	}
}

func TestPlainPrintsThePictureWhereItFits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		env           string
		columns, rows int
		drawn         bool
	}{
		{"TERM=xterm-256color", 80, 24, true}, {"TERM=linux", 80, 24, true}, {"TERM=xterm", 80, 20, false},
		{"TERM=dumb", 80, 24, false}, {"LC_ALL=C", 80, 24, false}, {"LC_ALL=C", 100, 50, true},
	} {
		got, _, _ := piped(t, &service{}, flows.Enroll(flows.Plan{LoginID: ada}), func(term *Term) {
			term.Env = append(term.Env, row.env)
			term.Size = func() (int, int) { return row.columns, row.rows }
		}, "q")
		_, after, _ := strings.Cut(got, plainKeyWarning+"\n")
		img := ptytest.ParseGrid(strings.Split(after, "\n")...).Image(ptytest.Light)
		text, _ := ptytest.DecodeQRZxing(img)
		if drawn := text == enrollment(ada, "Example").URI.Reveal(); drawn != row.drawn {
			t.Errorf("%s, %dx%d: got it drawn: %v, want %v", row.env, row.columns, row.rows, drawn, row.drawn)
		}
		if row.env == "LC_ALL=C" && strings.ContainsFunc(got, func(r rune) bool { return r > 0x7e }) {
			t.Errorf("%s: got more than ASCII", row.env)
		}
	}
}

func TestPlainTakesLinesOfAnyLength(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 1<<20)
	got, o, err := piped(t, &service{}, flows.SignIn(flows.Plan{}), nil, long, ada, strings.Repeat("1", 1<<20), codeAt(noon))
	if err != nil || o.End != flows.Entered {
		t.Errorf("got %+v, %v, want the sign-in", o, err)
	}
	if len(got) > 4096 {
		t.Errorf("got %d bytes printed, want no line back", len(got))
	}
}

func TestPlainEndsWithItsContext(t *testing.T) {
	t.Parallel()
	cause := errors.New("asked to end")
	s := drive(t, Plain, flows.SignIn(flows.Plan{LoginID: ada}))
	s.untilRaw("Code for")
	s.cancel(cause)
	if o, err := s.end(); !errors.Is(err, cause) || o.End != flows.Stopped {
		t.Errorf("got %+v, %v, want it stopped with %v", o, err, cause)
	}
}

func TestPlainPanicsEndWithTheInternalError(t *testing.T) {
	t.Parallel()
	got, _, err := piped(t, &service{verify: badSession}, flows.SignIn(flows.Plan{LoginID: ada}), nil, wrongCode)
	if !errors.Is(err, flows.ErrInternal) || strings.Contains(got, "canary") {
		t.Errorf("got %v and\n%s\nwant %v", err, got, flows.ErrInternal)
	}
}
