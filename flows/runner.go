package flows

import (
	"context"
	"errors"
	"time"

	"postern/client"
)

// Authority is the service that knows people. *client.Client is one.
type Authority interface {
	SignUp(ctx context.Context, loginID string, user client.NewUser) (*client.Enrollment, error)
	SendCode(ctx context.Context, s client.Send) (client.Sent, error)
	Verify(ctx context.Context, v client.Verify) (*client.Session, error)
	ReplaceTOTP(ctx context.Context, on *client.Session) (*client.Enrollment, error)
	WhoAmI(ctx context.Context, on *client.Session) (*client.User, error)
	Revoke(ctx context.Context, s *client.Session) error
	PasswordAuthority
	RecoveryAuthority
}

// Keeper is where sessions stay.
type Keeper interface {
	// Prepare finds a store that is ready, and says which login ID is signed
	// in there ("" for none). The error may be a *NoStore, a
	// *PassphraseNeeded or a *Damaged.
	Prepare(ctx context.Context) (live string, err error)
	// Use changes to another store.
	Use(ctx context.Context, s Store) error
	// Keep stores a session; old is what became of the one before. The error
	// may be a NotStored.
	Keep(ctx context.Context, s *client.Session) (old, err error)
	// Current returns the live session. The error is of kind NotSignedIn when
	// there is none.
	Current(ctx context.Context) (*client.Session, error)
	// KeepStepUp stores a stepped-up session apart from the ordinary one, which
	// lacks a second factor that it gained.
	KeepStepUp(ctx context.Context, s *client.Session, gained bool) error
}

// A Householder is a Keeper that home can be shown for.
type Householder interface {
	Keeper
	// Survey says who is signed in. Nobody is no error.
	Survey(ctx context.Context) (Surveyed, error)
	// SignOut ends the session; alive is why it lives on at the server. err is
	// about what is stored here, or of kind NotSignedIn.
	SignOut(ctx context.Context) (alive, err error)
}

// Limiter says when a message may be sent.
type Limiter interface {
	// Allow is asked before a message is sent, and counts it. next is the local
	// time before which no other will be allowed. The error is a Wait when it
	// is too early.
	Allow(ctx context.Context, s client.Send) (next time.Time, err error)
}

// A Forgiver is a Limiter that can take a message off its count, because it
// turned out that none was sent.
type Forgiver interface {
	Limiter
	Forgive(ctx context.Context, s client.Send)
}

// Runner does the outside work of a flow. It is the one place where a flow
// meets the world. It is safe for several goroutines when its parts are.
type Runner struct {
	Auth  Authority
	Keep  Keeper           // for Home a Householder
	Limit Limiter          // may be nil
	Now   func() time.Time // nil: time.Now
	// Codes takes recovery codes that are not to be shown; nil where they are.
	Codes func([]client.Secret) error
	// Wait lets time pass between two polls; the error is that of a ctx that
	// ended. nil: on the wall clock.
	Wait func(ctx context.Context, d time.Duration) error
}

// ErrInternal stands for a panic, whose text might hold anything.
var ErrInternal = errors.New("internal error")

// Run does one task and always answers it, also when the work panics. When ctx
// ends before the work began, or cuts it short, the answer is Failed; work that
// came to its end all the same is not thrown away.
func (r Runner) Run(ctx context.Context, t Task) Done {
	res := r.result(ctx, t.Want)
	return Done{t.ID, res, r.now()}
}

func (r Runner) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

// wait lets time pass.
func (r Runner) wait(ctx context.Context, d time.Duration) error {
	if r.Wait != nil {
		return r.Wait(ctx, d)
	}
	return sleep(ctx, d)
}

// until waits for a local time, and no longer than any pause is when the clock
// was set back meanwhile.
func (r Runner) until(ctx context.Context, at time.Time) error {
	if left := at.Sub(r.now()); left > 0 && !at.IsZero() {
		return r.wait(ctx, min(left, longestPause))
	}
	return nil
}

func (r Runner) result(ctx context.Context, want Request) (res Result) {
	defer func() {
		if recover() != nil {
			res = Failed{ErrInternal}
		}
	}()
	if err := ctx.Err(); err != nil {
		return Failed{err}
	}
	switch w := want.(type) {
	case Prepare:
		return r.prepare(ctx)
	case UseStore:
		if err := r.Keep.Use(ctx, w.Store); err != nil {
			return Failed{err}
		}
		return r.prepare(ctx)
	case Unlock:
		return either(Unlocked{}, r.Keep.(Unlocker).Unlock(ctx, w.Passphrase)) // else it panics: only such a Keeper wants one
	case Overlook:
		if err := r.Keep.(Mender).Overlook(ctx); err != nil {
			return Failed{err}
		}
		return r.prepare(ctx)
	case SignUp:
		e, err := r.Auth.SignUp(ctx, w.LoginID, w.User)
		return either(Enrolled{e}, err)
	case Current:
		return r.current(ctx)
	case NewKey:
		e, err := r.Auth.ReplaceTOTP(ctx, w.On)
		return either(Enrolled{e}, err)
	case SendCode:
		return r.send(ctx, w.Send)
	case VerifyCode:
		s, err := r.Auth.Verify(ctx, w.Verify)
		return either(SignedIn{s}, err)
	case Pause:
		return either(Paused{}, r.until(ctx, w.Until))
	case Poll:
		return r.poll(ctx, w)
	case Keep:
		if w.StepUp {
			return either(Kept{}, r.Keep.KeepStepUp(ctx, w.Session, w.Gained))
		}
		old, err := r.Keep.Keep(ctx, w.Session)
		return either(Kept{old}, err)
	case Survey:
		seen, err := r.Keep.(Householder).Survey(ctx) // else it panics: Home is for a Householder only
		return either(seen, err)
	case SignOut:
		alive, err := r.Keep.(Householder).SignOut(ctx)
		return either(SignedOut{alive}, err)
	case LearnPolicy:
		policy, err := r.Auth.PasswordPolicy(ctx)
		return either(Learned{policy}, err)
	case SignUpPassword:
		s, err := r.Auth.SignUpPassword(ctx, w.LoginID, w.Password, w.User, w.Options)
		return either(SignedIn{s}, err)
	case ReplacePassword:
		s, err := r.Auth.ReplacePassword(ctx, w.LoginID, w.Old, w.Fresh)
		return either(SignedIn{s}, err)
	case SetPassword:
		return either(PasswordSet{}, r.Auth.SetPassword(ctx, w.On, w.Fresh))
	case ResetPassword:
		return r.resetPassword(ctx, w.LoginID)
	case MakeCodes:
		return r.makeCodes(ctx, w.On)
	case Revoke:
		return either(Revoked{}, r.Auth.Revoke(ctx, w.Session))
	}
	return Failed{ErrInternal}
}

func (r Runner) prepare(ctx context.Context) Result {
	live, err := r.Keep.Prepare(ctx)
	return either(Prepared{live}, err)
}

func (r Runner) current(ctx context.Context) Result {
	s, err := r.Keep.Current(ctx)
	if err != nil {
		return Failed{err}
	}
	u, err := r.Auth.WhoAmI(ctx, s)
	return either(Present{s, u}, err)
}

func (r Runner) send(ctx context.Context, s client.Send) Result {
	var sent client.Sent
	next, err := r.limited(ctx, s, func() (err error) {
		sent, err = r.Auth.SendCode(ctx, s)
		return err
	})
	return either(Delivered{sent, next}, err)
}

func (r Runner) resetPassword(ctx context.Context, loginID string) Result {
	var (
		by   client.Method
		sent client.Sent
	)
	next, err := r.limited(ctx, client.Send{Method: client.Password, LoginID: loginID}, func() (err error) {
		by, sent, err = r.Auth.ResetPassword(ctx, loginID)
		return err
	})
	return either(ResetSent{by, sent, next}, err)
}

// limited has a message sent, if that may be now. next is when another may.
func (r Runner) limited(ctx context.Context, s client.Send, send func() error) (next time.Time, err error) {
	if r.Limit != nil {
		if next, err = r.Limit.Allow(ctx, s); err != nil {
			return next, err
		}
	}
	err = send()
	if f, ok := r.Limit.(Forgiver); ok && neverSent(err) {
		f.Forgive(context.WithoutCancel(ctx), s)
	}
	return next, err
}

// neverSent reports whether it is certain that no message went out.
func neverSent(err error) bool {
	switch client.KindOf(err) {
	case client.Unreachable, client.LocalReject, client.UserExists, client.UserUnknown:
		return true
	}
	var e *client.Error
	return errors.As(err, &e) && e.NotSent
}

func either(good Result, err error) Result {
	if err != nil {
		return Failed{err}
	}
	return good
}
