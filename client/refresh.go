package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Budget of a refresh inside the lock, in all 16 s of the 20 s that others
// wait for it.
const (
	refreshKeys   = 2 * time.Second
	refreshMark   = 2 * time.Second
	refreshFirst  = 6 * time.Second
	refreshRepeat = 3 * time.Second
	refreshSave   = 3 * time.Second
)

// Session returns a valid session, refreshed when it is due or has less than
// atLeast left. Once a refresh has begun it is carried to its end even when
// ctx is cancelled, because the token may be spent by then; that takes at most
// 16 s. Kinds: NotSignedIn, Ended, StoreFailed, and those of a call. With
// StoreFailed a session may come along: it is good and could not be stored.
func (a *Account) Session(ctx context.Context, atLeast time.Duration) (*Session, error) {
	rec, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	if s, err := a.cached(ctx, rec, a.client.key); err != nil || a.lasts(s, atLeast) {
		return s, err
	}
	return a.renew(ctx, rec.Gen, atLeast)
}

// lasts reports whether a session need not be refreshed yet: less than 30 s or
// a tenth of its lifetime left is due, and so is the time that the server named
// because inactivity would end the session.
func (a *Account) lasts(s *Session, atLeast time.Duration) bool {
	return a.holds(s, atLeast) && (s.dueAt.IsZero() || a.client.Now().Before(s.dueAt))
}

// holds is lasts by the session token's own end alone.
func (a *Account) holds(s *Session, atLeast time.Duration) bool {
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

// renew refreshes under the lock, unless another process did: since seen, or
// just then, with its session token not yet in the cache when we looked.
func (a *Account) renew(ctx context.Context, seen uint64, atLeast time.Duration) (*Session, error) {
	unlock, err := a.vault.Lock(ctx, a.id)
	if err != nil {
		return nil, storeError("lock", err)
	}
	defer unlock()
	rec, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.cached(ctx, rec, a.client.key)
	if err != nil || a.lasts(s, atLeast) || (s != nil && rec.Gen != seen) {
		return s, err // of another generation: never round again, however short it is
	}
	if a.over(rec) {
		return nil, errOver()
	}
	fresh, err := a.spend(context.WithoutCancel(ctx), rec)
	if isNoAnswer(err) && a.holds(s, atLeast) {
		return s, nil // it was only to be renewed early
	}
	return fresh, err
}

// isNoAnswer reports whether an error says nothing about the session.
func isNoAnswer(err error) bool {
	switch KindOf(err) {
	case Unreachable, Unknown, Unavailable, Unreadable, RateLimited:
		return true
	}
	return false
}

// spend uses the refresh token. It is marked in the store first: that proves
// the store writable, and tells the next process what may have happened.
func (a *Account) spend(ctx context.Context, rec record) (*Session, error) {
	if err := within(ctx, refreshKeys, a.client.keysKept); err != nil {
		return nil, notSent("refresh", err)
	}
	marked := rec
	marked.Spending = true
	if err := a.put(ctx, refreshMark, marked); err != nil {
		return nil, storeError("save", err)
	}
	s, spent, err := a.post(ctx, rec)
	switch {
	case err == nil:
	case KindOf(err) == Ended:
		return a.ended(ctx, rec, rec.Spending || spent, err)
	case spent:
		return nil, notFinal(err)
	default:
		_ = a.put(ctx, refreshSave, rec) // the mark is only a note for later
		return nil, notFinal(err)
	}
	if s.claims.UserID != rec.UserID {
		return nil, &Error{Op: "refresh", Kind: Untrusted, Err: errOtherUser}
	}
	if !s.CanStay() { // a server without rotation sends none: the stored one goes on
		s.refresh, s.refreshBy = Secret(rec.Refresh), rec.RefreshBy
	}
	s.loginID, s.lostMFA = rec.LoginID, rec.MFA && !s.claims.MFA()
	return s, within(ctx, refreshSave, func(ctx context.Context) error { return a.save(ctx, rec, s) })
}

// notFinal is a refusal of a refresh with another code than those for a dead
// token: it says nothing about the session, which stays.
func notFinal(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Kind != Refused || (e.Status != http.StatusUnauthorized && e.Status != http.StatusForbidden) {
		return err
	}
	later := *e
	later.Kind = Unavailable
	return &later
}

// put saves the record as it is, in at most d.
func (a *Account) put(ctx context.Context, d time.Duration, rec record) error {
	return within(ctx, d, func(ctx context.Context) error { return a.vault.Save(ctx, a.id, rec.bytes()) })
}

// post sends the refresh, and once more the same token when it is not known
// what became of the first: a server with a grace time answers again. spent
// says, beside an error, that one of the two may have used the token up.
func (a *Account) post(ctx context.Context, rec record) (s *Session, spent bool, err error) {
	call := func(ctx context.Context) error {
		if rec.ByKey {
			s, err = a.client.exchangeKey(ctx, Secret(rec.Refresh), LoginOptions{})
		} else {
			s, err = a.client.refresh(ctx, Secret(rec.Refresh))
		}
		return err
	}
	first := within(ctx, refreshFirst, call)
	if kind := KindOf(first); kind != Unknown && kind != Unavailable {
		return s, maySpend(first), first
	}
	again := within(ctx, refreshRepeat, call)
	if e := (*Error)(nil); errors.As(again, &e) && e.NotSent {
		return nil, true, first // it still is the first one that counts
	}
	return s, true, again
}

// maySpend reports whether a refresh that ended so may have used its token up:
// not when it never left, and not when the answer was a plain no.
func maySpend(err error) bool {
	var e *Error
	return errors.As(err, &e) && !e.NotSent && (e.Status < 400 || e.Status > 499)
}

// ended deals with a token that the server calls dead: a newer one that
// somebody stored meanwhile wins, else what is here is removed.
func (a *Account) ended(ctx context.Context, rec record, maybeSpent bool, cause error) (*Session, error) {
	var e *Error
	if errors.As(cause, &e) && maybeSpent {
		lost := *e
		lost.Err = errMaybeSpent
		cause = &lost
	}
	now, err := a.load(ctx)
	if KindOf(err) == NotSignedIn {
		return nil, cause
	}
	if err != nil { // what cannot be compared is not cleared
		return nil, fmt.Errorf("%w; %w", cause, err)
	}
	if now.Gen != rec.Gen || now.Refresh != rec.Refresh {
		if s, err := a.cached(ctx, now, a.client.key); s != nil || err != nil {
			return s, err
		}
	}
	if now.Refresh != rec.Refresh {
		return nil, &Error{Op: "refresh", Kind: Unavailable, Err: errChanged}
	}
	if err := a.clear(ctx); err != nil {
		return nil, fmt.Errorf("%w; %w", cause, err)
	}
	return nil, cause
}

var (
	errOtherUser  = errors.New("the new session is another user's")
	errMaybeSpent = errors.New("a refresh was cut off and may have spent the token")
	errChanged    = errors.New("somebody else signed in meanwhile: try again")
)

func within(ctx context.Context, d time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return f(ctx)
}
