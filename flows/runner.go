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
	VerifyTOTP(ctx context.Context, loginID string, code client.Secret) (*client.Session, error)
	Revoke(ctx context.Context, s *client.Session) error
}

// Keeper is where sessions stay.
type Keeper interface {
	// Prepare finds a store that is ready, and says which login ID is signed
	// in there ("" for none). The error may be a *NoStore.
	Prepare(ctx context.Context) (live string, err error)
	// Use changes to another store.
	Use(ctx context.Context, s Store) error
	// Keep stores a session; old is what became of the one before.
	Keep(ctx context.Context, s *client.Session) (old, err error)
}

// Runner does the outside work of a flow. It is the one place where a flow
// meets the world. It is safe for several goroutines when its parts are.
type Runner struct {
	Auth Authority
	Keep Keeper
	Now  func() time.Time // nil: time.Now
}

// ErrInternal stands for a panic, whose text might hold anything.
var ErrInternal = errors.New("internal error")

// Run does one task and always answers it, also when the work panics. When ctx
// ends before the work began, or cuts it short, the answer is Failed; work that
// came to its end all the same is not thrown away.
func (r Runner) Run(ctx context.Context, t Task) Done {
	res := r.result(ctx, t.Want)
	now := r.Now
	if now == nil {
		now = time.Now
	}
	return Done{t.ID, res, now()}
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
	case SignUp:
		e, err := r.Auth.SignUp(ctx, w.LoginID, w.User)
		return either(Enrolled{e}, err)
	case VerifyApp:
		s, err := r.Auth.VerifyTOTP(ctx, w.LoginID, w.Code)
		return either(SignedIn{s}, err)
	case Keep:
		old, err := r.Keep.Keep(ctx, w.Session)
		return either(Kept{old}, err)
	case Revoke:
		return either(Revoked{}, r.Auth.Revoke(ctx, w.Session))
	}
	return Failed{ErrInternal}
}

func (r Runner) prepare(ctx context.Context) Result {
	live, err := r.Keep.Prepare(ctx)
	return either(Prepared{live}, err)
}

func either(good Result, err error) Result {
	if err != nil {
		return Failed{err}
	}
	return good
}
