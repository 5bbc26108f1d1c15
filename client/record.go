package client

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

const (
	recordMagic   = "postern" // a record of somebody else under our name is left alone
	recordVersion = 1
)

// record is what the Vault keeps for one account.
type record struct {
	Magic       string        `json:"magic"`
	Version     int           `json:"v"`
	Gen         uint64        `json:"gen"` // counts every change of the tokens
	BaseURL     string        `json:"base_url"`
	ProjectID   string        `json:"project_id"`
	UserID      string        `json:"user_id"`
	LoginID     string        `json:"login_id"`
	Name        Text          `json:"name,omitempty"`
	SessionKind string        `json:"session_kind,omitempty"` // drn of the session token, where the project renamed it
	Refresh     string        `json:"refresh_token"`
	ByKey       bool          `json:"access_key,omitempty"` // Refresh is one
	RefreshBy   time.Time     `json:"refresh_by,omitzero"`
	DueAt       time.Time     `json:"due_at,omitzero"`    // when the server wants the next refresh
	CacheKey    []byte        `json:"cache_key"`          // 32 bytes, seals the session token
	Spending    bool          `json:"spending,omitempty"` // a refresh with this token was begun
	MFA         bool          `json:"mfa,omitempty"`      // the session had a second factor when it was stored
	ClockOffset time.Duration `json:"clock_offset_ns,omitempty"`
}

var errForeignRecord = errors.New("the record there is not one that this version can read; it was left as it is")

func readRecord(raw []byte) (record, error) {
	var r record
	if err := json.Unmarshal(raw, &r); err != nil || r.Magic != recordMagic || r.Version != recordVersion ||
		len(r.CacheKey) != 32 || r.Refresh == "" || r.UserID == "" {
		return record{}, errForeignRecord
	}
	return r, nil
}

// Format hides the refresh token, which has to be a string to be stored.
func (record) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(record)") }

func (r record) bytes() []byte {
	raw, err := json.Marshal(r) // #nosec G117 -- what the vault is for
	if err != nil {
		panic("client: a record does not fit JSON") // only strings, numbers and times are in it
	}
	return raw
}

// sealed is the session token as the Cache holds it: AES-256-GCM under the
// record's key, bound to the record's generation.
func (r record) seal(token Secret) ([]byte, error) { return r.sealFor("", token) }

func (r record) unseal(sealed []byte) (Secret, error) { return r.unsealFor("", sealed) }

// sealFor seals for one use: what is sealed for another does not open.
func (r record) sealFor(use string, token Secret) ([]byte, error) {
	gcm, err := r.gcm()
	if err != nil {
		return nil, err
	}
	// #nosec G407 -- no nonce is given: the AEAD makes a random one and puts it first
	return gcm.Seal(nil, nil, []byte(token.Reveal()), r.bound(use)), nil
}

func (r record) unsealFor(use string, sealed []byte) (Secret, error) {
	gcm, err := r.gcm()
	if err != nil {
		return "", err
	}
	token, err := gcm.Open(nil, nil, sealed, r.bound(use))
	if err != nil {
		return "", errors.New("cached session does not open")
	}
	return Secret(token), nil
}

func (r record) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(r.CacheKey)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// bound is what a token is sealed to. One that is kept apart outlives the
// renewals of the ordinary one: the key alone, new with each sign-in, ends it.
func (r record) bound(use string) []byte {
	if use == "" {
		use = strconv.FormatUint(r.Gen, 10)
	}
	return []byte(r.BaseURL + "\x00" + r.ProjectID + "\x00" + use)
}

// kinds are the values that drn may have in a session token of this project.
func (r record) kinds() []string {
	if r.SessionKind == "" {
		return []string{sessionKind}
	}
	return []string{sessionKind, r.SessionKind}
}

// session is the stored session with a token that was checked.
func (r record) session(token Secret, c Claims) *Session {
	return &Session{
		token: token, refresh: Secret(r.Refresh), byKey: r.ByKey, claims: c,
		refreshBy: r.RefreshBy, dueAt: r.DueAt, loginID: r.LoginID,
	}
}

func newCacheKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the process instead
	return key
}

// save writes rec as the next generation, with the tokens of s.
func (a *Account) save(ctx context.Context, rec record, s *Session) error {
	rec, err := a.store(ctx, rec, s)
	if err != nil {
		return err
	}
	if sealed, err := rec.seal(s.token); err == nil {
		_ = a.cache.Save(a.cacheName(), sealed) // may be lost at any time: the next run refreshes
	}
	return nil
}

// store writes rec as the next generation, with the refresh token of s. What
// the cache has is of the one before, and opens no more.
func (a *Account) store(ctx context.Context, rec record, s *Session) (record, error) {
	rec.Gen++
	rec.Spending = false
	if rec.SessionKind = s.claims.kind; rec.SessionKind == sessionKind {
		rec.SessionKind = ""
	}
	rec.ClockOffset, rec.MFA = a.client.ClockOffset(), s.claims.MFA()
	if rec.DueAt = s.dueAt; s.CanStay() {
		rec.Refresh, rec.RefreshBy, rec.ByKey = s.refresh.Reveal(), s.refreshBy, s.byKey
	}
	if err := a.vault.Save(ctx, a.id, rec.bytes()); err != nil {
		return rec, storeError("save", err)
	}
	if v, ok := a.vault.(Expirer); ok && !rec.RefreshBy.IsZero() {
		_ = v.SetTimeout(a.id, rec.RefreshBy.Sub(a.client.Now())) // else it goes later: with the machine's restart
	}
	return rec, nil
}
