package ui

import (
	"context"
	"errors"
	"testing"

	"postern/client"
	"postern/flows"
)

func answersOf(loginID, code string) Answers {
	return Answers{
		LoginID:    loginID,
		Code:       func(context.Context, CodeWanted) (string, error) { return code, nil },
		Enrollment: func(*client.Enrollment) error { return nil },
	}
}

func TestSilentEndsWhereItHasNoAnswer(t *testing.T) {
	refused := errors.New("no room")
	enroll, signIn := flows.Enroll(flows.Plan{LoginID: ada}), flows.SignIn(flows.Plan{LoginID: ada})
	for _, row := range []struct {
		name    string
		flow    flows.Flow
		change  func(*service)
		answers func(*Answers)
		want    any // an error, or a type of one
		signUps int
		codes   int
		revokes int
	}{
		{"no login ID", flows.SignIn(flows.Plan{}), nil, func(a *Answers) { a.LoginID = "" }, new(*AnswerNeeded), 0, 0, 0},
		{"no code", signIn, nil, func(a *Answers) { a.Code = nil }, new(*AnswerNeeded), 0, 0, 0},
		{"enrolling without a code", enroll, nil, func(a *Answers) { a.Code = nil }, new(*AnswerNeeded), 0, 0, 0},
		{"enrolling without a place for the key", enroll, nil, func(a *Answers) { a.Enrollment = nil }, new(*AnswerNeeded), 0, 0, 0},
		{"key not written", enroll, nil, func(a *Answers) { a.Enrollment = func(*client.Enrollment) error { return refused } }, refused, 1, 0, 0},
		{"code not had", signIn, nil, func(a *Answers) {
			a.Code = func(context.Context, CodeWanted) (string, error) { return "", refused }
		}, refused, 0, 0, 0},
		{"code source breaks", signIn, nil, func(a *Answers) {
			a.Code = func(context.Context, CodeWanted) (string, error) { panic("canary") }
		}, flows.ErrInternal, 0, 0, 0},
		{"short code", signIn, nil, func(a *Answers) { *a = answersOf(ada, "123") }, flows.Length{Got: 3, Min: 6, Max: 6}, 0, 0, 0},
		{"empty code", signIn, nil, func(a *Answers) { *a = answersOf(ada, "") }, flows.Empty, 0, 0, 0},
		{"wrong code", signIn, nil, func(a *Answers) { *a = answersOf(ada, wrongCode) }, client.WrongCode, 0, 1, 0},
		{"doubted code", enroll, nil, func(a *Answers) { *a = answersOf(ada, wrongCode) }, flows.Doubt{}, 1, 0, 0},
		{"bad login ID", flows.SignIn(flows.Plan{LoginID: "a\x1b"}), nil, nil, flows.BadID, 0, 0, 0},
		{"bad email", flows.Enroll(flows.Plan{LoginID: "ada", User: client.NewUser{Email: "x"}}), nil, nil, flows.BadEmail, 0, 0, 0},
		{"no store", enroll, func(s *service) { s.prepare = noKeyring(s) }, nil, new(*AnswerNeeded), 0, 0, 0},
		{"live session", enroll, func(s *service) {
			s.prepare = func(context.Context) (string, error) { return "eve", nil }
		}, nil, flows.LiveSession{LoginID: "eve"}, 0, 0, 0},
		{"existing", enroll, func(s *service) {
			s.signUp = func(context.Context) (*client.Enrollment, error) { return nil, fault(client.UserExists) }
		}, nil, client.UserExists, 1, 0, 0},
		{"stranger", signIn, func(s *service) {
			s.verify = func(context.Context, string) (*client.Session, error) { return stranger, nil }
		}, nil, flows.Stranger, 0, 1, 1},
		{"not kept", signIn, func(s *service) {
			s.keep = func(context.Context) error { return fault(client.StoreFailed) }
		}, nil, client.StoreFailed, 0, 1, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, a := &service{}, answersOf(ada, codeAt(noon))
			if row.change != nil {
				row.change(s)
			}
			if row.answers != nil {
				row.answers(&a)
			}
			o, err := Silent(context.Background(), a, row.flow, s.runner(&clock{t: noon}))
			want, isError := row.want.(error)
			if isError && !errors.Is(err, want) || !isError && !errors.As(err, row.want) {
				t.Errorf("got %+v, %v, want %T", o, err, row.want)
			}
			if s.count("sign-up") != row.signUps || s.count("verify") != row.codes || s.count("revoke") != row.revokes {
				t.Errorf("got %q, want %d sign-ups, %d codes, %d ended", s.asked, row.signUps, row.codes, row.revokes)
			}
		})
	}
}

func TestSilentHandsTheKeyOverBeforeTheCodeIsAsked(t *testing.T) {
	var order []string
	a := Answers{
		LoginID:    ada,
		Enrollment: func(e *client.Enrollment) error { order = append(order, "key "+e.Key.Reveal()); return nil },
		Code: func(_ context.Context, w CodeWanted) (string, error) {
			id := w.LoginID
			order = append(order, "code "+id)
			return codeAt(noon), nil
		},
	}
	o, err := Silent(context.Background(), a, flows.Enroll(flows.Plan{LoginID: ada}), (&service{}).runner(&clock{t: noon}))
	if err != nil || o.End != flows.Entered || len(order) != 2 || order[0] != "key "+testKey || order[1] != "code "+ada {
		t.Errorf("got %+v, %v after %q", o, err, order)
	}
}

func TestSilentEndsWithItsContext(t *testing.T) {
	cause := errors.New("asked to end")
	for _, hang := range []string{"code", "verify", "keep"} {
		ctx, cancel := context.WithCancelCause(context.Background())
		s, a := &service{}, answersOf(ada, codeAt(noon))
		wait := func(ctx context.Context) error { cancel(cause); <-ctx.Done(); return ctx.Err() }
		switch hang {
		case "code":
			a.Code = func(ctx context.Context, _ CodeWanted) (string, error) { return "", wait(ctx) }
		case "verify":
			s.verify = func(ctx context.Context, _ string) (*client.Session, error) { return nil, wait(ctx) }
		default:
			s.keep = func(context.Context) error { cancel(cause); return nil }
		}
		o, err := Silent(ctx, a, flows.SignIn(flows.Plan{LoginID: ada}), s.runner(&clock{t: noon}))
		if !errors.Is(err, cause) {
			t.Errorf("%s: got %+v, %v, want %v", hang, o, err, cause)
		}
		if hang == "verify" && !errors.Is(o.Err, client.Unknown) {
			t.Errorf("%s: got %+v, want an outcome nobody knows", hang, o)
		}
		if hang == "keep" && o.End != flows.Entered {
			t.Errorf("%s: got %+v, want it stored", hang, o)
		}
	}
}

func TestDriversNeedNoClock(t *testing.T) {
	s := &service{verify: func(context.Context, string) (*client.Session, error) { return signedIn(), nil }}
	r := flows.Runner{Auth: s, Keep: s}
	if o, err := Silent(context.Background(), answersOf(ada, wrongCode), flows.SignIn(flows.Plan{LoginID: ada}), r); o.End != flows.Entered {
		t.Errorf("got %+v, %v, want the sign-in", o, err)
	}
}
