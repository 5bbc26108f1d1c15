package flows

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/client"
)

// world is a fake of both parts. It writes down what it was asked; err is what
// it answers, and do runs first when it is set.
type world struct {
	asked []string
	err   error
	do    func(context.Context)
}

func (w *world) hear(ctx context.Context, format string, args ...any) error {
	w.asked = append(w.asked, fmt.Sprintf(format, args...))
	if w.do != nil {
		w.do(ctx)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.err
}

func (w *world) SignUp(ctx context.Context, loginID string, u client.NewUser) (*client.Enrollment, error) {
	return sharedKey, w.hear(ctx, "sign up %s, %s", loginID, u.Name)
}

func (w *world) SendCode(ctx context.Context, s client.Send) (client.Sent, error) {
	return mailed.Sent, w.hear(ctx, "send %s to %s", s.Method, s.LoginID)
}

func (w *world) Verify(ctx context.Context, v client.Verify) (*client.Session, error) {
	return stranger, w.hear(ctx, "verify %s %s %s", v.Method, v.LoginID, v.Code.Reveal())
}

func (w *world) ReplaceTOTP(ctx context.Context, on *client.Session) (*client.Enrollment, error) {
	return sharedKey, w.hear(ctx, "new key %t", on == stranger)
}

func (w *world) WhoAmI(ctx context.Context, on *client.Session) (*client.User, error) {
	return reachable, w.hear(ctx, "who %t", on == stranger)
}

func (w *world) Current(ctx context.Context) (*client.Session, error) {
	return stranger, w.hear(ctx, "current")
}

func (w *world) KeepStepUp(ctx context.Context, s *client.Session, gained bool) error {
	return w.hear(ctx, "keep step-up %t, gained %t", s == stranger, gained)
}

func (w *world) Allow(ctx context.Context, s client.Send) (time.Time, error) {
	return mailed.ResendAt, w.hear(ctx, "allow %s to %s", s.Method, s.LoginID)
}

func (w *world) Revoke(ctx context.Context, s *client.Session) error {
	return w.hear(ctx, "revoke %t", s == stranger)
}

func (w *world) PasswordPolicy(ctx context.Context) (client.PasswordPolicy, error) {
	return policy, w.hear(ctx, "policy")
}

func (w *world) SignUpPassword(ctx context.Context, loginID string, p client.Secret, u client.NewUser, _ client.LoginOptions) (*client.Session, error) {
	return stranger, w.hear(ctx, "sign up %s, %s, %s", loginID, p.Reveal(), u.Name)
}

func (w *world) ResetPassword(ctx context.Context, loginID string) (client.Method, client.Sent, error) {
	return mailedReset.Method, mailedReset.Sent, w.hear(ctx, "reset %s", loginID)
}

func (w *world) SetPassword(ctx context.Context, on *client.Session, p client.Secret) error {
	return w.hear(ctx, "set %s %t", p.Reveal(), on == stranger)
}

func (w *world) ReplacePassword(ctx context.Context, loginID string, old, p client.Secret) (*client.Session, error) {
	return stranger, w.hear(ctx, "replace %s of %s by %s", old.Reveal(), loginID, p.Reveal())
}

func (w *world) RecoveryCodes(ctx context.Context, on *client.Session) ([]client.Secret, error) {
	return sharedCodes, w.hear(ctx, "codes %t", on == stranger)
}

func (w *world) Prepare(ctx context.Context) (string, error) { return eve, w.hear(ctx, "prepare") }
func (w *world) Use(ctx context.Context, s Store) error      { return w.hear(ctx, "use %s", s) }

func (w *world) Unlock(ctx context.Context, p client.Secret) error {
	return w.hear(ctx, "unlock %s", p.Reveal())
}

func (w *world) Overlook(ctx context.Context) error { return w.hear(ctx, "overlook") }

func (w *world) Survey(ctx context.Context) (Surveyed, error) { return seenAda, w.hear(ctx, "survey") }

func (w *world) SignOut(ctx context.Context) (alive, err error) {
	return errOld, w.hear(ctx, "sign out")
}

var errOld = errors.New("the old one lives on")

func (w *world) Keep(ctx context.Context, s *client.Session) (old, err error) {
	return errOld, w.hear(ctx, "keep %t", s == stranger)
}

func (w *world) runner() Runner {
	return Runner{
		Auth: w, Keep: w, Limit: w, Now: func() time.Time { return noon },
		Wait: func(ctx context.Context, d time.Duration) error {
			if d == 0 {
				return nil
			}
			return w.hear(ctx, "wait %s", d)
		},
	}
}

// requests are one of each, with what must be asked and answered.
var requests = []struct {
	want  Request
	asked string
	good  Result
}{
	{Prepare{}, "prepare", Prepared{eve}},
	{UseStore{Kernel}, "use kernel, prepare", Prepared{eve}},
	{Unlock{"correct horse"}, "unlock correct horse", Unlocked{}},
	{Overlook{}, "overlook, prepare", Prepared{eve}},
	{SignUp{ada, client.NewUser{Name: "Ada"}}, "sign up ada@example.com, Ada", Enrolled{sharedKey}},
	{Current{}, "current, who true", Present{stranger, reachable}},
	{NewKey{stranger}, "new key true", Enrolled{sharedKey}},
	{
		SendCode{client.Send{Method: client.SMS, LoginID: ada}},
		"allow sms to ada@example.com, send sms to ada@example.com", mailed,
	},
	{
		VerifyCode{Verify: client.Verify{Method: client.TOTP, LoginID: ada, Code: "123456"}},
		"verify totp ada@example.com 123456", SignedIn{stranger},
	},
	{
		Poll{client.Verify{Method: client.Link, LoginID: ada, Code: pollRef}, 0, noon.Add(linkWait)},
		"verify link ada@example.com " + pollRef, SignedIn{stranger},
	},
	{Keep{Session: stranger, Gained: true}, "keep true", Kept{errOld}},
	{Keep{stranger, true, false}, "keep step-up true, gained false", Kept{}},
	{Keep{stranger, true, true}, "keep step-up true, gained true", Kept{}},
	{LearnPolicy{}, "policy", Learned{policy}},
	{
		SignUpPassword{LoginID: ada, Password: "new", User: client.NewUser{Name: "Ada"}},
		"sign up ada@example.com, new, Ada", SignedIn{stranger},
	},
	{ReplacePassword{ada, "old", "new"}, "replace old of ada@example.com by new", SignedIn{stranger}},
	{SetPassword{stranger, "new"}, "set new true", PasswordSet{}},
	{ResetPassword{ada}, "allow password to ada@example.com, reset ada@example.com", mailedReset},
	{MakeCodes{stranger}, "codes true", CodesMade{Codes: sharedCodes}},
	{Revoke{stranger}, "revoke true", Revoked{}},
	{Pause{noon.Add(8 * time.Second)}, "wait 8s", Paused{}},
	{Survey{}, "survey", seenAda},
	{SignOut{}, "sign out", SignedOut{errOld}},
}

func TestEveryRequestHasARow(t *testing.T) {
	rows := map[reflect.Type]bool{}
	for _, row := range requests {
		rows[reflect.TypeOf(row.want)] = true
	}
	if got, want := len(rows), len(readSource().methods["request"]); got != want {
		t.Errorf("got rows of %d requests, want %d", got, want)
	}
}

func TestRunAsksTheRightThing(t *testing.T) {
	for _, row := range requests {
		w := &world{}
		got := w.runner().Run(t.Context(), Task{7, row.want})
		if asked := strings.Join(w.asked, ", "); asked != row.asked {
			t.Errorf("%T: got %q, want %q", row.want, asked, row.asked)
		}
		if want := (Done{7, row.good, noon}); !reflect.DeepEqual(got, want) {
			t.Errorf("%T: got %+v, want %+v", row.want, got, want)
		}
	}
}

func TestRunHandsAnErrorOn(t *testing.T) {
	for _, row := range requests {
		w := &world{err: fault(client.Unavailable)}
		got := w.runner().Run(t.Context(), Task{7, row.want})
		if want := (Done{7, Failed{w.err}, noon}); !reflect.DeepEqual(got, want) || len(w.asked) != 1 {
			t.Errorf("%T: got %+v after %q, want %+v after the first", row.want, got, w.asked, want)
		}
	}
}

func TestPanicBecomesErrInternalWithoutItsText(t *testing.T) {
	for _, row := range requests {
		w := &world{do: func(context.Context) { panic("123456 is the code") }}
		got := w.runner().Run(t.Context(), Task{7, row.want})
		if want := (Done{7, Failed{ErrInternal}, noon}); got != want {
			t.Errorf("%T: got %+v, want %+v", row.want, got, want)
		}
	}
}

func TestRunOfAnUnknownRequestFails(t *testing.T) {
	for _, want := range []Request{nil, struct{ Request }{}} {
		if got := (&world{}).runner().Run(t.Context(), Task{1, want}).Result; got != (Failed{ErrInternal}) {
			t.Errorf("%T: got %+v, want %+v", want, got, Failed{ErrInternal})
		}
	}
}

func TestRunWithoutPartsFails(t *testing.T) {
	for _, row := range requests {
		if _, needsNone := row.want.(Pause); needsNone {
			continue
		}
		if got := (Runner{}).Run(t.Context(), Task{1, row.want}); got.Result != (Failed{ErrInternal}) || got.At.IsZero() {
			t.Errorf("%T: got %+v, want %+v and a time", row.want, got, Failed{ErrInternal})
		}
	}
}

func TestWorkThatIsCutShortFails(t *testing.T) {
	for _, row := range requests {
		ctx, cancel := context.WithCancel(t.Context())
		w := &world{do: func(ctx context.Context) { cancel(); <-ctx.Done() }}
		got := w.runner().Run(ctx, Task{7, row.want}).Result
		if want := (Failed{context.Canceled}); got != want {
			t.Errorf("%T: got %+v, want %+v", row.want, got, want)
		}
	}
}

func TestWorkIsNotBegunWhenItIsTooLate(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, row := range requests {
		w := &world{}
		got := w.runner().Run(ctx, Task{7, row.want}).Result
		if want := (Failed{context.Canceled}); got != want || len(w.asked) > 0 {
			t.Errorf("%T: got %+v after %q, want %+v after nothing", row.want, got, w.asked, want)
		}
	}
}

// late ends its work although ctx is over by then, as a store that is being
// written does.
type late struct {
	world
	cancel func()
}

func (l *late) Verify(context.Context, client.Verify) (*client.Session, error) {
	l.cancel()
	return stranger, nil
}

func TestWorkThatEndedAllTheSameCounts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := Runner{Auth: &late{cancel: cancel}}
	if got := r.Run(ctx, Task{1, VerifyCode{Verify: client.Verify{Method: client.TOTP, LoginID: ada, Code: "123456"}}}).Result; got != (SignedIn{stranger}) {
		t.Errorf("got %+v, want the session", got)
	}
}
