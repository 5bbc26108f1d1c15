package client

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"time"
)

// Account is one signed-in person at one project: it loads, refreshes, keeps
// and forgets the session. Several processes may use the same account at once;
// the Vault's lock puts what changes it in order.
type Account struct {
	client *Client
	vault  Vault
	cache  Cache
	id     string
	giving func(error) bool // what Keep may take the place of, nil for nothing unreadable
}

// NewAccount returns the account of a profile. It does no I/O.
func NewAccount(c *Client, profile string, v Vault, sessions Cache) *Account {
	return &Account{client: c, vault: v, cache: sessions, id: c.project.Account(profile)}
}

// Over returns the account such that Keep takes the place of a record that
// cannot be loaded, where damaged says so of the error. The vault keeps it aside.
func (a *Account) Over(damaged func(error) bool) *Account {
	same := *a
	same.giving = damaged
	return &same
}

// Standing is what is known here about the account, without asking the server.
type Standing struct {
	LoginID   string
	UserID    string
	Name      Text
	Session   *Session  // nil when no valid session token is here
	RefreshBy time.Time // zero when not known
	Spending  bool      // a refresh was begun and its end was not stored
	ByKey     bool      // an access key is signed in, and no person
}

// Ready reports whether a session could be kept now.
func (a *Account) Ready(ctx context.Context) error {
	return storeError("store", a.vault.Ready(ctx))
}

// Standing reads what is here. The error is of kind NotSignedIn when there is
// nothing.
func (a *Account) Standing(ctx context.Context) (Standing, error) {
	rec, err := a.load(ctx)
	if err != nil {
		return Standing{}, err
	}
	if a.over(rec) {
		return Standing{}, errOver()
	}
	s, err := a.cached(ctx, rec, a.client.knownKey)
	if err != nil {
		return Standing{}, err
	}
	return Standing{rec.LoginID, rec.UserID, rec.Name, s, rec.RefreshBy, rec.Spending, rec.ByKey}, nil
}

// Keep stores a new session in place of the one that is there, which is then
// ended at the server unless the new one raised it: old is what became of
// that, nil when there was none. err is about the new session, which is not
// stored then.
func (a *Account) Keep(ctx context.Context, s *Session) (old, err error) {
	before, err := a.replace(ctx, s)
	if err != nil {
		return nil, err
	}
	token := Secret(before.Refresh)
	if token.Empty() || before.ByKey || !s.CanStay() || token == s.refresh || token == s.from { // from: the same session, raised
		return nil, nil
	}
	if old = a.client.Logout(ctx, token); KindOf(old) == Ended {
		old = nil
	}
	return old, nil
}

// replace stores s under the lock and returns the record that was there.
func (a *Account) replace(ctx context.Context, s *Session) (before record, err error) {
	unlock, err := a.vault.Lock(ctx, a.id)
	if err != nil {
		return record{}, storeError("lock", err)
	}
	defer unlock()
	before, err = a.load(ctx)
	if err != nil && KindOf(err) != NotSignedIn && (a.giving == nil || !a.giving(err)) {
		return record{}, err
	}
	rec := record{
		Magic: recordMagic, Version: recordVersion, Gen: before.Gen,
		BaseURL: a.client.project.Base.String(), ProjectID: a.client.project.ID,
		UserID: s.claims.UserID, LoginID: s.loginID, CacheKey: newCacheKey(),
	}
	if s.user != nil {
		rec.Name = s.user.Name
	}
	if !s.CanStay() {
		if before.UserID != rec.UserID {
			return record{}, &Error{Op: "keep", Kind: NotKept}
		}
		rec.Refresh, rec.RefreshBy, rec.ByKey = before.Refresh, before.RefreshBy, before.ByKey
		if s.user == nil {
			rec.Name = before.Name
		}
	}
	return before, a.save(ctx, rec, s)
}

// Farewell is what became of a logout on either side.
type Farewell struct {
	Server error // nil: the server ended the session, or had ended it before
	Local  error // nil: nothing is left here
}

// Forget ends the session: at the server unless localOnly, and here whatever
// the server says and whether or not ctx ends meanwhile. The error is of kind
// NotSignedIn when there is nothing.
func (a *Account) Forget(ctx context.Context, localOnly bool) (Farewell, error) {
	unlock, err := a.vault.Lock(ctx, a.id)
	if err != nil {
		return Farewell{}, storeError("lock", err)
	}
	defer unlock()
	rec, err := a.load(ctx)
	if err != nil {
		return Farewell{}, err
	}
	var f Farewell
	if !localOnly && !rec.ByKey { // only the project can take a key back
		if f.Server = a.client.Logout(ctx, Secret(rec.Refresh)); KindOf(f.Server) == Ended {
			f.Server = nil
		}
	}
	f.Local = a.clear(context.WithoutCancel(ctx))
	return f, nil
}

// clear removes record and cache. A cache that stays behind is of no use to
// anybody: its key was in the record.
func (a *Account) clear(ctx context.Context) error {
	_ = a.cache.Delete(a.cacheName())
	_ = a.cache.Delete(a.cacheName() + stepUpUse)
	return within(ctx, refreshSave, func(ctx context.Context) error {
		return storeError("delete", a.vault.Delete(ctx, a.id))
	})
}

func (a *Account) load(ctx context.Context) (record, error) {
	raw, err := a.vault.Load(ctx, a.id)
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, &Error{Op: "account", Kind: NotSignedIn}
	}
	if err != nil {
		return record{}, storeError("load", err)
	}
	rec, err := readRecord(raw)
	if err == nil && (rec.BaseURL != a.client.project.Base.String() || rec.ProjectID != a.client.project.ID) {
		err = errOtherPlace // its token must not be sent here
	}
	if err != nil {
		return record{}, storeError("load", err)
	}
	a.client.AssumeClockOffset(rec.ClockOffset)
	return rec, nil
}

var errOtherPlace = errors.New("the record there is of another project; it was left as it is")

// over reports whether the refresh token has ended by itself. This computer's
// clock must say so too: an offset learned while it was wrong would else shut
// the session for good, without a request that could correct it.
func (a *Account) over(rec record) bool {
	return !rec.RefreshBy.IsZero() && !a.client.Now().Before(rec.RefreshBy) && !a.client.localNow().Before(rec.RefreshBy)
}

func errOver() error {
	return &Error{Op: "account", Kind: NotSignedIn, Err: errors.New("the session is over")}
}

// cached returns the session whose token is in the cache, nil when there is
// none that is valid now. The error is for what the cache cannot be blamed
// for: no key set to check the token with.
func (a *Account) cached(ctx context.Context, rec record, find keyFinder) (*Session, error) {
	sealed, err := a.cache.Load(a.cacheName())
	if err != nil {
		return nil, nil
	}
	token, err := rec.unseal(sealed)
	if err != nil {
		return nil, nil // of another generation, or damaged
	}
	claims, err := a.client.checkWith(ctx, find, token, rec.kinds())
	if KindOf(err) == Untrusted {
		return nil, nil // expired, or the key is gone
	}
	if err != nil {
		return nil, err
	}
	if claims.UserID != rec.UserID {
		return nil, nil
	}
	return rec.session(token, claims), nil
}

func (a *Account) cacheName() string { return strings.ReplaceAll(a.id, ":", "-") }

// storeError wraps what a Vault or Cache says; nil stays nil.
func storeError(op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Kind: StoreFailed, Err: err}
}
