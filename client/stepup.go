package client

import (
	"context"
	"time"
)

// KeepStepUp keeps a stepped-up session token apart from the ordinary one: it
// is given by SteppedUp alone. A refresh token that came along replaces the
// stored one. Where a second factor was gained too, the ordinary token is
// dropped, and the next Session makes one that has it.
func (a *Account) KeepStepUp(ctx context.Context, s *Session, gained bool) error {
	unlock, err := a.vault.Lock(ctx, a.id)
	if err != nil {
		return storeError("lock", err)
	}
	defer unlock()
	rec, err := a.load(ctx)
	if err != nil {
		return err
	}
	if rec.UserID != s.claims.UserID {
		return &Error{Op: "step-up", Kind: Untrusted, Err: errOtherUser}
	}
	ordinary, err := a.cached(ctx, rec, a.client.knownKey)
	if err != nil {
		return err
	}
	if gained || ordinary == nil { // never s itself in its place, not for a moment
		_, err = a.store(ctx, rec, s)
	} else {
		keep := *ordinary
		keep.refresh, keep.refreshBy = s.refresh, s.refreshBy
		err = a.save(ctx, rec, &keep)
	}
	if err != nil {
		return err
	}
	sealed, err := rec.sealFor(stepUpUse, s.token)
	if err != nil {
		return storeError("seal", err)
	}
	return storeError("save", a.cache.Save(a.cacheName()+stepUpUse, sealed))
}

const stepUpUse = "-stepup"

// SteppedUp returns the session with the stepped-up token, of kind FactorNeeded
// when there is none that is valid and at most maxAge old (0: any age).
func (a *Account) SteppedUp(ctx context.Context, maxAge time.Duration) (*Session, error) {
	rec, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	none := &Error{Op: "step-up", Kind: FactorNeeded}
	sealed, err := a.cache.Load(a.cacheName() + stepUpUse)
	if err != nil {
		return nil, none
	}
	token, err := rec.unsealFor(stepUpUse, sealed)
	if err != nil {
		return nil, none
	}
	claims, err := a.client.checkWith(ctx, a.client.key, token, rec.kinds())
	switch {
	case KindOf(err) == Untrusted && err != nil:
		return nil, none
	case err != nil:
		return nil, err
	case !claims.StepUp || claims.UserID != rec.UserID:
		return nil, none
	case maxAge > 0 && a.client.Now().Sub(claims.IssuedAt) > maxAge:
		return nil, none
	}
	return rec.session(token, claims), nil
}

// forEver is longer than any session lasts.
const forEver = 1<<63 - 1

// Refresh renews the session now, due or not.
func (a *Account) Refresh(ctx context.Context) (*Session, error) {
	rec, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	return a.renew(ctx, rec.Gen, forEver)
}
