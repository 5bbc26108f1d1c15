package client

import (
	"context"
	"errors"
	"time"
)

// Budget of a refresh inside the lock, in all 16 s of the 20 s that others
// wait for it.
const (
	refreshKeys   = 3 * time.Second
	refreshFirst  = 6 * time.Second
	refreshRepeat = 4 * time.Second
	refreshSave   = 3 * time.Second
)

// Session returns a valid session, refreshed when it is due or has less than
// atLeast left. Once a refresh has begun it is carried to its end even when
// ctx is cancelled, because the token may be spent by then; that takes at most
// 16 s. Kinds: NotSignedIn, Ended, StoreFailed, and those of a call.
func (a *Account) Session(ctx context.Context, atLeast time.Duration) (*Session, error) {
	rec, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	if s, err := a.cached(ctx, rec); err != nil || a.lasts(s, atLeast) {
		return s, err
	}
	return a.renew(ctx, rec.Gen)
}

// lasts reports whether a session need not be refreshed yet: less than 30 s or
// a tenth of its lifetime left is due.
func (a *Account) lasts(s *Session, atLeast time.Duration) bool {
	if s == nil {
		return false
	}
	left := s.claims.Expires.Sub(a.client.Now())
	margin := 30 * time.Second
	if !s.claims.IssuedAt.IsZero() {
		margin = min(margin, s.claims.Expires.Sub(s.claims.IssuedAt)/10)
	}
	return left >= max(margin, atLeast)
}

// renew refreshes under the lock, unless another process did since seen.
func (a *Account) renew(ctx context.Context, seen uint64) (*Session, error) {
	unlock, err := a.vault.Lock(ctx, a.id)
	if err != nil {
		return nil, storeError("lock", err)
	}
	defer unlock()
	rec, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	if rec.Gen != seen {
		if s, err := a.cached(ctx, rec); s != nil || err != nil {
			return s, err // never round again, however short it is
		}
	}
	if a.over(rec) {
		return nil, errOver()
	}
	return a.spend(context.WithoutCancel(ctx), rec)
}

// spend uses the refresh token. It is marked in the store first: that proves
// the store writable, and tells the next process what may have happened.
func (a *Account) spend(ctx context.Context, rec record) (*Session, error) {
	wasSpending := rec.Spending
	if err := within(ctx, refreshKeys, a.client.Keys); err != nil && a.client.knownKeys() == nil {
		return nil, notSent("refresh", err)
	}
	rec.Spending = true
	if err := within(ctx, refreshSave, func(ctx context.Context) error {
		return a.vault.Save(ctx, a.id, rec.bytes())
	}); err != nil {
		return nil, storeError("save", err)
	}
	s, err := a.post(ctx, Secret(rec.Refresh))
	switch kind := KindOf(err); {
	case err == nil:
	case kind == Ended:
		return a.ended(ctx, rec, wasSpending, err)
	default:
		if kind == Unreachable || kind == RateLimited { // not spent: take the mark back
			rec.Spending = wasSpending
			_ = a.vault.Save(ctx, a.id, rec.bytes())
		}
		return nil, err
	}
	if s.claims.UserID != rec.UserID {
		return nil, &Error{Op: "refresh", Kind: Untrusted, Err: errors.New("the new session is another user's")}
	}
	s.loginID = rec.LoginID
	return s, within(ctx, refreshSave, func(ctx context.Context) error { return a.save(ctx, rec, s) })
}

// post sends the refresh, and once more the same token when it is not known
// what became of the first: a server with a grace time answers again.
func (a *Account) post(ctx context.Context, token Secret) (s *Session, err error) {
	call := func(ctx context.Context) error {
		s, err = a.client.Refresh(ctx, token)
		return err
	}
	if err := within(ctx, refreshFirst, call); KindOf(err) != Unknown && KindOf(err) != Unavailable {
		return s, err
	}
	err = within(ctx, refreshRepeat, call)
	return s, err
}

// ended deals with a token that the server calls dead: a newer one that
// somebody stored meanwhile wins, else what is here is removed.
func (a *Account) ended(ctx context.Context, rec record, wasSpending bool, cause error) (*Session, error) {
	if newer, err := a.load(ctx); err == nil && newer.Gen != rec.Gen {
		if s, err := a.cached(ctx, newer); s != nil || err != nil {
			return s, err
		}
	}
	if wasSpending {
		cause = &Error{Op: "refresh", Kind: Ended, Err: errors.Join(errMaybeSpent, cause)}
	}
	if err := a.clear(ctx); err != nil {
		return nil, errors.Join(cause, err)
	}
	return nil, cause
}

var errMaybeSpent = errors.New("an earlier refresh was cut off and may have spent the token")

func within(ctx context.Context, d time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return f(ctx)
}
