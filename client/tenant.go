package client

import (
	"context"
	"encoding/json"
)

// UseTenant changes the account to another tenant of the person's and keeps
// the session that comes of it. It is the same session at the server, so
// nothing is logged out; the refresh token may be replaced, so the lock is
// held, and once begun it is carried to its end as a refresh is.
func (a *Account) UseTenant(ctx context.Context, tenant string) (*Session, error) {
	unlock, err := a.vault.Lock(ctx, a.id)
	if err != nil {
		return nil, storeError("lock", err)
	}
	defer unlock()
	rec, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	if a.over(rec) {
		return nil, errOver()
	}
	ctx = context.WithoutCancel(ctx)
	if err := within(ctx, refreshKeys, a.client.keysKept); err != nil {
		return nil, notSent("select tenant", err)
	}
	marked := rec
	marked.Spending = true
	if err := a.put(ctx, refreshMark, marked); err != nil {
		return nil, storeError("save", err)
	}
	var s *Session
	err = within(ctx, refreshFirst+refreshRepeat, func(ctx context.Context) error {
		s, err = a.client.SelectTenant(ctx, rec.session("", Claims{UserID: rec.UserID}), tenant)
		return err
	})
	if err != nil {
		if !maySpend(err) {
			_ = a.put(ctx, refreshSave, rec) // the mark is only a note for later
		}
		return nil, err
	}
	s.lostMFA = rec.MFA && !s.claims.MFA()
	_ = a.cache.Delete(a.cacheName() + stepUpUse) // it was raised in the other tenant
	return s, within(ctx, refreshSave, func(ctx context.Context) error { return a.save(ctx, rec, s) })
}

// lenient decodes what has the right form; all else is the zero value.
func lenient[T any](raw json.RawMessage) T {
	var v, none T
	if len(raw) == 0 || decodeStrict(raw, &v) != nil {
		return none
	}
	return v
}

// tenants leaves out those whose id could not be shown as it is.
func tenants(raw json.RawMessage) map[string]TenantClaims {
	all := map[string]TenantClaims{}
	for id, one := range lenient[map[string]json.RawMessage](raw) {
		if string(Clean(id)) == id {
			all[id] = lenient[TenantClaims](one)
		}
	}
	return all
}
