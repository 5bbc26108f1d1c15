package sandbox

import (
	"encoding/json"
	"fmt"
	"net"

	bolt "go.etcd.io/bbolt"
)

// findPerson reads the user with a login id, finished or not.
func findPerson(tx *bolt.Tx, loginID string) (person, bool, error) {
	var p person
	id := tx.Bucket([]byte(loginBucket)).Get([]byte(loginID))
	if id == nil {
		return p, false, nil
	}
	found, err := get(tx, userBucket, string(id), &p)
	return p, found, err
}

// mayEnter checks everything about a sign-in but its code, and returns the
// session that it builds on (see base).
func (c *call) mayEnter(o *loginOptions, p person) (*session, error) {
	if p.Status != statusEnabled {
		return nil, disabled()
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.TenantID != "" && !p.memberOf(o.TenantID) {
		return nil, refuse(codeArgument, "An argument is invalid", "The user is not a member of the tenant")
	}
	return c.base(o, p)
}

func disabled() *refusal {
	return refuse(codeUnauthorized, "The request is not authorized", "The user is disabled")
}

// ownLogin returns the signed-in user of a call whose body names a login id.
// It must be one of the user's own (sandbox behaviour).
func (c *call) ownLogin() (session, person, string, error) {
	var in struct {
		LoginID string `json:"loginId"`
	}
	if err := c.decode(&in); err != nil {
		return session{}, person{}, "", err
	}
	if err := checkLoginID(in.LoginID); err != nil {
		return session{}, person{}, "", err
	}
	s, p, err := c.signedIn()
	if err != nil {
		return session{}, person{}, "", err
	}
	if !p.hasLogin(in.LoginID) {
		return session{}, person{}, "", refuse(codeUnauthorized, "The request is not authorized", "The login id belongs to another user")
	}
	return s, p, in.LoginID, nil
}

// remoteIP is the caller's address without its port.
func (c *call) remoteIP() string {
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		return c.r.RemoteAddr
	}
	return host
}

// eachPerson visits all users, finished or not.
func eachPerson(tx *bolt.Tx, visit func(person) error) error {
	return tx.Bucket([]byte(userBucket)).ForEach(func(_, text []byte) error {
		var p person
		if err := json.Unmarshal(text, &p); err != nil {
			return fmt.Errorf("read users of the state: %w", err)
		}
		return visit(p)
	})
}

// forget deletes a user with everything that leads to it.
func (c *call) forget(id string) error {
	p, found, err := c.personByID(id)
	if err != nil || !found {
		return err
	}
	if err := c.endSessions(id); err != nil {
		return err
	}
	for _, loginID := range p.LoginIDs {
		if err := remove(c.tx, loginBucket, loginID); err != nil {
			return err
		}
	}
	return remove(c.tx, userBucket, id)
}
