package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// accessKeys adds the calls of programs that sign in with a key, and those
// that make and delete one.
func (t routeTable) accessKeys() {
	t.add("POST", "/v1/auth/accesskey/exchange", route{caller: machine, readOnly: true, handle: exchangeAccessKey})
	t.post("/v1/mgmt/accesskey/create", manager, createAccessKey)
	t.post("/v1/mgmt/accesskey/delete", manager, deleteAccessKey)
}

// accessKey is what the state keeps of one. It is found by the SHA-256 of its
// cleartext, which is random and needs no slower hash.
type accessKey struct {
	ID, Name, Description string
	Roles                 []string
	Tenants               []tenancy
	Claims                map[string]json.RawMessage
	UserID                string
	PermittedIPs          []string
	Created               time.Time
	Expires               time.Time // the zero time: never
}

func sumOfKey(cleartext string) string {
	sum := sha256.Sum256([]byte(cleartext))
	return hex.EncodeToString(sum[:])
}

// keep gives a key its id and its cleartext, and stores it.
func (k *accessKey) keep(tx *bolt.Tx) (cleartext string, err error) {
	k.ID, cleartext = newID("K", idLength), newID("KACCESS", keyLength)
	return cleartext, put(tx, keyBucket, sumOfKey(cleartext), k)
}

// NewAccessKey makes an access key that never expires, and returns the text
// that is exchanged for a session: it is not kept and cannot be told again.
func (s *Sandbox) NewAccessKey(ctx context.Context, name string) (id, cleartext string, err error) {
	k := accessKey{Name: name, Created: s.now().Truncate(time.Second)}
	err = s.store.update(ctx, func(tx *bolt.Tx) (err error) {
		cleartext, err = k.keep(tx)
		return err
	})
	if err != nil {
		return "", "", fmt.Errorf("make access key: %w", err)
	}
	return k.ID, cleartext, nil
}

// exchangeAccessKey answers POST /v1/auth/accesskey/exchange. Sandbox
// behaviour: the token is in the body even where sessions travel in cookies,
// and the key's permitted addresses and its user are not looked at.
func exchangeAccessKey(c *call) (any, error) {
	var in struct {
		Options struct {
			CustomClaims   map[string]json.RawMessage `json:"customClaims"`
			SelectedTenant string                     `json:"selectedTenant"`
		} `json:"loginOptions"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if c.creds.accessKey == "" {
		return nil, refuse(codeKeyMissing, "The access key is missing", "")
	}
	var k accessKey
	found, err := get(c.tx, keyBucket, sumOfKey(c.creds.accessKey), &k)
	if err != nil {
		return nil, err
	}
	if !found || !k.Expires.IsZero() && !c.now.Before(k.Expires) {
		return nil, refuse(codeKeyInvalid, "The access key is invalid", "")
	}
	options := loginOptions{CustomClaims: in.Options.CustomClaims, TenantID: in.Options.SelectedTenant}
	if err := options.check(); err != nil {
		return nil, err
	}
	// A key has the claims of a user of its own, and no factor.
	g := grant{person: person{ID: k.ID, Tenants: k.Tenants}, session: session{ID: newID("", idLength-1), Claims: k.Claims}}
	if options.TenantID != "" && !g.person.memberOf(options.TenantID) {
		return nil, refuse(codeArgument, "An argument is invalid", "The access key is not of the tenant")
	}
	g.session.apply(&options)
	g.session.Ends = c.now.Add(c.box.opts.SessionTTL)
	if !k.Expires.IsZero() {
		g.session.Ends = earlier(g.session.Ends, k.Expires)
	}
	return c.issueToKey(k, g)
}

// issueToKey returns the rest of the answer to an exchange, see issue.
func (c *call) issueToKey(k accessKey, g grant) (any, error) {
	signer, err := c.box.currentSigner(c.tx)
	if err != nil {
		return nil, err
	}
	return finish(func() (any, error) {
		payload, ends := c.sessionClaims(g)
		delete(payload, "rexp") // there is nothing to refresh
		if len(k.Roles) > 0 {
			payload["roles"] = k.Roles
		}
		token, err := c.sign(signer, payload)
		return struct {
			KeyID      string `json:"keyId"`
			SessionJWT string `json:"sessionJwt"`
			Expiration int64  `json:"expiration"` // epoch seconds
		}{k.ID, token, ends.Unix()}, err
	}), nil
}

// createAccessKey answers POST /v1/mgmt/accesskey/create.
func createAccessKey(c *call) (any, error) {
	var in struct {
		Name         string                     `json:"name"`
		ExpireTime   int64                      `json:"expireTime"` // epoch seconds; 0 never
		Roles        []string                   `json:"roleNames"`
		Tenants      []userTenant               `json:"keyTenants"`
		UserID       string                     `json:"userId"`
		Claims       map[string]json.RawMessage `json:"customClaims"`
		Description  string                     `json:"description"`
		PermittedIPs []string                   `json:"permittedIps"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Name == "" {
		return nil, missing("name")
	}
	if err := (&loginOptions{CustomClaims: in.Claims}).check(); err != nil {
		return nil, err
	}
	k := accessKey{
		Name: in.Name, Description: in.Description, Roles: in.Roles, Claims: in.Claims,
		UserID: in.UserID, PermittedIPs: in.PermittedIPs, Created: c.now,
	}
	for _, t := range in.Tenants {
		k.Tenants = append(k.Tenants, tenancy{t.TenantID, t.TenantName, t.RoleNames, t.Permissions})
	}
	if in.ExpireTime > 0 {
		k.Expires = time.Unix(in.ExpireTime, 0)
	}
	cleartext, err := k.keep(c.tx)
	return struct {
		Key       responseKey `json:"key"`
		Cleartext string      `json:"cleartext"`
	}{k.response(), cleartext}, err
}

// responseKey is an access key as descope/node-sdk knows it.
type responseKey struct {
	ID           string       `json:"id"`
	Name         string       `json:"name"`
	ExpiredTime  int64        `json:"expiredTime"` // epoch seconds, like all of them; 0 never
	RoleNames    []string     `json:"roleNames"`
	KeyTenants   []userTenant `json:"keyTenants"`
	Status       string       `json:"status"`
	CreatedTime  int64        `json:"createdTime"`
	ExpiresTime  int64        `json:"expiresTime"`
	CreatedBy    string       `json:"createdBy"`
	ClientID     string       `json:"clientId"`
	BoundUserID  string       `json:"boundUserId"`
	Description  string       `json:"description"`
	PermittedIPs []string     `json:"permittedIps"`
}

func (k *accessKey) response() responseKey {
	out := responseKey{
		ID: k.ID, Name: k.Name, RoleNames: list(k.Roles), KeyTenants: shownTenants(k.Tenants), Status: "active",
		CreatedTime: k.Created.Unix(), BoundUserID: k.UserID, Description: k.Description, PermittedIPs: list(k.PermittedIPs),
	}
	if !k.Expires.IsZero() {
		out.ExpiredTime, out.ExpiresTime = k.Expires.Unix(), k.Expires.Unix()
	}
	return out
}

// deleteAccessKey answers POST /v1/mgmt/accesskey/delete. Tokens that it was
// exchanged for stay good until they expire.
func deleteAccessKey(c *call) (any, error) {
	var in struct {
		ID string `json:"id"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.ID == "" {
		return nil, missing("id")
	}
	cursor := c.tx.Bucket([]byte(keyBucket)).Cursor()
	for sum, text := cursor.First(); sum != nil; sum, text = cursor.Next() {
		var k accessKey
		if err := json.Unmarshal(text, &k); err != nil {
			return nil, fmt.Errorf("read access keys of the state: %w", err)
		}
		if k.ID == in.ID {
			return struct{}{}, remove(c.tx, keyBucket, string(sum))
		}
	}
	return nil, refuse(codeArgument, "An argument is invalid", "There is no access key with this id")
}
