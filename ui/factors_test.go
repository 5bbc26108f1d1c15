package ui

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/client"
	"postern/flows"
	"postern/internal/sandbox"
)

const ann = "ann@example.com"

// bench is a flow's outside: the sandbox, and a shelf for the session.
type bench struct {
	t   *testing.T
	box *sandbox.Sandbox
	s   *client.Session
	up  *client.Session
}

func newBench(t *testing.T) *bench {
	box, err := sandbox.Open(sandbox.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t: t, box: box}
}

func (b *bench) runner() flows.Runner {
	project, err := client.NewProject(b.box.ProjectID(), "http://127.0.0.1")
	if err != nil {
		b.t.Fatal(err)
	}
	return flows.Runner{Auth: client.New(client.Config{Project: project, Transport: b.box}), Keep: b, Limit: b, Now: time.Now}
}

func (b *bench) Prepare(context.Context) (string, error)                { return "", nil }
func (b *bench) Use(context.Context, flows.Store) error                 { return nil }
func (b *bench) Current(context.Context) (*client.Session, error)       { return b.s, nil }
func (b *bench) Keep(_ context.Context, s *client.Session) (_, _ error) { b.s = s; return nil, nil }
func (b *bench) Allow(context.Context, client.Send) (time.Time, error) {
	return time.Now().Add(time.Hour), nil
}
func (b *bench) Code(context.Context, string) (string, error)                  { return "", errors.New("no phone") }
func (b *bench) KeepStepUp(_ context.Context, s *client.Session, _ bool) error { b.up = s; return nil }

func (b *bench) Press(ctx context.Context, id string) (string, error) { return b.box.Press(ctx, id) }

// Link is the newest link that was delivered.
func (b *bench) Link(context.Context, string) (string, error) {
	inbox, err := b.box.Inbox(context.Background())
	if err != nil || len(inbox) == 0 || inbox[0].Link == "" {
		return "", errors.New("no link was delivered")
	}
	return inbox[0].Link, nil
}

// mail is the newest code that was delivered.
func (b *bench) mail(context.Context, CodeWanted) (string, error) {
	inbox, err := b.box.Inbox(context.Background())
	if err != nil || len(inbox) == 0 {
		return "", errors.New("nothing was delivered")
	}
	return inbox[0].Code, nil
}

func (b *bench) Inbox(context.Context) ([]string, error) {
	code, err := b.mail(context.Background(), CodeWanted{})
	return []string{"mail " + code}, err
}

// talk answers words with a line, one after the other.
type talk struct {
	b     *bench
	mu    sync.Mutex
	text  string // since the last answer
	lines []string
	in    *io.PipeWriter
}

func (k *talk) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.text += string(p)
	if len(k.lines) > 1 && strings.Contains(k.text, k.lines[0]) {
		answer := k.lines[1]
		if answer == "{mail}" {
			answer, _ = k.b.mail(context.Background(), CodeWanted{})
		}
		k.text, k.lines = "", k.lines[2:]
		go io.WriteString(k.in, answer+"\n")
	}
	return len(p), nil
}

// plainly drives a flow line by line; lines are words that are waited for, each
// followed by its answer.
func (b *bench) plainly(f flows.Flow, lines ...string) flows.Outcome {
	b.t.Helper()
	r, w := io.Pipe()
	defer r.Close()
	k := &talk{b: b, lines: lines, in: w}
	ctx, cancel := context.WithTimeout(b.t.Context(), 20*time.Second)
	defer cancel()
	o, err := Plain(ctx, Term{In: r, Out: k, Host: "the sandbox", Called: "postern", Phone: b}, f, b.runner())
	if err != nil || len(k.lines) > 0 {
		b.t.Fatalf("got %v, waiting for %q after:\n%s", err, k.lines, k.text)
	}
	return o
}

func TestFactorsLineByLine(t *testing.T) {
	b := newBench(t)
	o := b.plainly(flows.Enroll(flows.Plan{Method: client.SMS}),
		"Login ID", ann,
		"where the code goes: ", "+4915112345678",
		"by SMS to +4915112345678 (Germany)?\n1 Send it\n2 Another method", "1",
		"a code was sent by SMS to ", "r",
		"Too early", "m",
		"How do you want to sign up as ann@example.com?\n1 Authenticator app\n2 Link by email to a***@example.com: press the one with the number\n3 Email to a***@example.com", "3",
		"a code was sent by email to ", "12",
		"the code has 4 to 10", "p",
		"Sandbox inbox, newest first:\nmail ", "{mail}",
	)
	if o.End != flows.Entered || b.s == nil {
		t.Fatalf("got %+v, want entered", o)
	}
	o = b.plainly(flows.StepUp(flows.Plan{}),
		"A code once more for ann@example.com. From where?\n1 Link by email to a***@example.com: press the one with the number\n2 Email to a***@example.com\n3 SMS to ", "3",
		"Step up as ann@example.com: a code was sent by SMS", "{mail}",
	)
	if o.Missing != flows.NoNeed || b.up == nil {
		t.Errorf("got %+v, want a step-up", o)
	}
	o = b.plainly(flows.SignIn(flows.Plan{LoginID: ann}),
		"l if the phone is lost", "l",
		"9 None of these", "9",
		"Ask an administrator", "3",
	)
	if o.End != flows.Stopped {
		t.Errorf("got %+v, want stopped", o)
	}
}

func TestFactorsWithoutAPerson(t *testing.T) {
	b := newBench(t)
	plan := flows.Plan{LoginID: ann, Method: client.Voice, User: client.NewUser{Phone: "+4915112345678"}}
	var needed *AnswerNeeded
	if _, err := Silent(t.Context(), Answers{}, flows.Enroll(plan), b.runner()); !errors.As(err, &needed) {
		t.Errorf("without a code: got %v, want an answer to be needed", err)
	}
	if _, err := b.mail(t.Context(), CodeWanted{}); err == nil {
		t.Error("a message was sent that nobody could answer")
	}
	a := Answers{Code: b.mail}
	if o, err := Silent(t.Context(), a, flows.Enroll(plan), b.runner()); err != nil || o.End != flows.Entered {
		t.Fatalf("got %+v, %v, want entered", o, err)
	}
	if _, err := Silent(t.Context(), a, flows.StepUp(flows.Plan{}), b.runner()); !errors.As(err, &needed) {
		t.Errorf("no method named: got %v, want an answer to be needed", err)
	}
	if o, err := Silent(t.Context(), a, flows.StepUp(flows.Plan{Method: client.Voice}), b.runner()); err != nil || b.up == nil {
		t.Errorf("got %+v, %v, want a step-up", o, err)
	}
	if _, err := Silent(t.Context(), a, flows.SecondFactor(flows.Plan{MFA: client.TOTP}), b.runner()); !errors.As(err, &needed) {
		t.Errorf("no place for the key: got %v, want an answer to be needed", err)
	}

	// A session that must not be kept alone is ended at the server.
	before := b.s
	plan = flows.Plan{LoginID: ann, Method: client.Voice, RequireMFA: true}
	if _, err := Silent(t.Context(), a, flows.SignIn(plan), b.runner()); !errors.As(err, &needed) || b.s != before {
		t.Errorf("got %v, want an answer to be needed and nothing kept", err)
	}
}
