package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	maxKeys      = 32               // a project has one or two
	keysFresh    = 24 * time.Hour   // before a code is sent the set is at most this old
	keysLast     = 7 * keysFresh    // before a refresh, when the service has none to give
	refetchPause = 30 * time.Second // an unknown kid must not make us hammer the server
)

// keySet is the project's public keys, and when they were fetched.
type keySet struct {
	keys    map[string]jose.JSONWebKey // by kid
	fetched time.Time
}

// storedKeys is a key set in the Cache.
type storedKeys struct {
	Fetched time.Time       `json:"fetched"`
	Body    json.RawMessage `json:"body"`
}

// Keys makes sure that a fresh key set is here, so that a token can be checked
// the moment it arrives. Call it before anything that cannot be taken back.
func (c *Client) Keys(ctx context.Context) error {
	if c.keysAre(keysFresh) {
		return nil
	}
	done, err := c.fetching(ctx)
	if err != nil {
		return err
	}
	defer done()
	if c.keysAre(keysFresh) {
		return nil
	}
	return c.fetchKeys(ctx)
}

// keysKept is Keys for a refresh. When the new set cannot be had, what is here
// goes on for a while; not when there is one that cannot be trusted.
func (c *Client) keysKept(ctx context.Context) error {
	err := c.Keys(ctx)
	if isNoAnswer(err) && c.keysAre(keysLast) {
		return nil
	}
	return err
}

// KeyAlgorithms are the algorithms of the keys that are known here, one for
// each key, in order: RS256 or ES384. It asks nobody.
func (c *Client) KeyAlgorithms() (algorithms []string) {
	if ks := c.knownKeys(); ks != nil {
		for _, k := range ks.keys {
			algorithms = append(algorithms, k.Algorithm)
		}
	}
	slices.Sort(algorithms)
	return algorithms
}

// keysAre reports whether a key set is here and younger than d. One from the
// future is of no known age: a clock was set.
func (c *Client) keysAre(d time.Duration) bool {
	ks := c.knownKeys()
	if ks == nil {
		return false
	}
	age := c.Now().Sub(ks.fetched)
	return age >= 0 && age < d
}

// key returns the key with this kid, from memory, the cache, or the server.
func (c *Client) key(ctx context.Context, kid string) (jose.JSONWebKey, error) {
	if k, err := c.knownKey(ctx, kid); err == nil || kid == "" {
		return k, err
	}
	done, err := c.fetching(ctx)
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	defer done()
	if !c.keysAre(refetchPause) { // also what another goroutine fetched meanwhile
		if err := c.fetchKeys(ctx); err != nil {
			return jose.JSONWebKey{}, err
		}
	}
	return c.knownKey(ctx, kid)
}

// knownKey returns the key with this kid from memory or the cache.
func (c *Client) knownKey(_ context.Context, kid string) (jose.JSONWebKey, error) {
	if ks := c.knownKeys(); ks != nil {
		if k, ok := ks.keys[kid]; ok {
			return k, nil
		}
	}
	return jose.JSONWebKey{}, errUnknownKey
}

// fetching waits until no other goroutine fetches the key set.
func (c *Client) fetching(ctx context.Context) (done func(), err error) {
	select {
	case c.fetch <- struct{}{}:
		return func() { <-c.fetch }, nil
	case <-ctx.Done():
		return nil, &Error{Op: keySetOp, Kind: Unreachable, Err: ctx.Err(), NotSent: true}
	}
}

var errUnknownKey = errors.New("signed with a key that the project does not publish")

// knownKeys returns what is in memory or in the cache, nil when there is none.
func (c *Client) knownKeys() *keySet {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys != nil || c.cache == nil {
		return c.keys
	}
	raw, err := c.cache.Load(c.keysName())
	if err != nil {
		return nil
	}
	var st storedKeys
	if json.Unmarshal(raw, &st) != nil {
		return nil
	}
	keys, err := parseKeys(st.Body)
	if err != nil {
		return nil
	}
	c.keys = &keySet{keys, st.Fetched}
	return c.keys
}

const keySetOp = "key set"

func (c *Client) fetchKeys(ctx context.Context) error {
	rep, err := c.do(ctx, request{op: keySetOp, method: "GET", path: "/v2/keys/" + c.project.ID})
	if err != nil {
		return err
	}
	if err := c.clockFault(); err != nil { // before a code or a refresh token is spent for nothing
		return &Error{Op: keySetOp, Kind: Untrusted, Err: err}
	}
	keys, err := parseKeys(rep.body)
	if errors.Is(err, errBadKeys) {
		return &Error{Op: keySetOp, Kind: Untrusted, Err: err}
	}
	if err != nil {
		return &Error{Op: keySetOp, Kind: Unreadable, Err: err}
	}
	ks := &keySet{keys, c.Now()}
	c.mu.Lock()
	c.keys = ks
	c.mu.Unlock()
	if c.cache != nil {
		if raw, err := json.Marshal(storedKeys{ks.fetched, rep.body}); err == nil {
			_ = c.cache.Save(c.keysName(), raw) // only a cache: the next run fetches again
		}
	}
	return nil
}

func (c *Client) keysName() string { return strings.ReplaceAll(c.project.Account("keys"), ":", "-") }

var errBadKeys = errors.New("not one that can be trusted")

// parseKeys reads {"keys":[…]} or a bare array. Keys that we could never
// accept are left out; a set that is too large or says two things of one key
// is refused whole.
func parseKeys(body []byte) (map[string]jose.JSONWebKey, error) {
	var list []json.RawMessage
	var wrapped struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := decodeStrict(body, &wrapped); err == nil {
		list = wrapped.Keys
	} else if err := decodeStrict(body, &list); err != nil {
		return nil, err
	}
	if len(list) > maxKeys {
		return nil, fmt.Errorf("%w: %d keys, at most %d are sane", errBadKeys, len(list), maxKeys)
	}
	keys := map[string]jose.JSONWebKey{}
	for _, raw := range list {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) != nil || !usable(k) {
			continue
		}
		if _, twice := keys[k.KeyID]; twice {
			return nil, fmt.Errorf("%w: two keys with one id", errBadKeys)
		}
		keys[k.KeyID] = k
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: no key in it that can be used", errBadKeys)
	}
	return keys, nil
}

// usable accepts public keys for RS256 and ES384, the two that Descope signs
// with, of a size that is neither weak nor a way to keep us busy.
func usable(k jose.JSONWebKey) bool {
	if k.KeyID == "" || (k.Use != "" && k.Use != "sig") {
		return false
	}
	switch pub := k.Key.(type) {
	case *rsa.PublicKey:
		bits := pub.N.BitLen()
		return k.Algorithm == string(jose.RS256) && bits >= 2048 && bits <= 8192 && pub.E >= 65537
	case *ecdsa.PublicKey:
		return k.Algorithm == string(jose.ES384) && pub.Curve == elliptic.P384()
	}
	return false
}
