package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ErrNoUser is the error of [Sandbox.Code] for an unknown login id.
var ErrNoUser = errors.New("no such user")

// ErrNoAuthenticator is the error of [Sandbox.Code] for a user without a TOTP
// key.
var ErrNoAuthenticator = errors.New("no authenticator")

// Code is the sandbox's phone: the TOTP code that an authenticator app would
// show now, of the key that waits for its first code if there is one, else of
// the one in use. The code is of the sandbox's clock; until, the moment at
// which the next one takes over, is of the caller's ([Options.Now]).
func (s *Sandbox) Code(ctx context.Context, loginID string) (code string, until time.Time, err error) {
	var p person
	err = s.store.view(ctx, func(tx *bolt.Tx) error {
		found, ok, err := findPerson(tx, loginID)
		if err == nil && !ok {
			err = ErrNoUser
		}
		p = found
		return err
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("code of %q: %w", loginID, err)
	}
	key := p.TOTP
	if p.PendingTOTP != nil {
		key = p.PendingTOTP
	}
	if key == nil {
		return "", time.Time{}, fmt.Errorf("code of %q: %w", loginID, ErrNoAuthenticator)
	}
	step := uint64(s.now().Unix()) / stepLength // #nosec G115 -- a clock before 1970 has no codes
	code, err = key.code(step)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("code of %q: %w", loginID, err)
	}
	// #nosec G115 -- it was an int64 before it was divided
	return code, time.Unix(int64(step+1)*stepLength, 0).Add(-s.opts.ClockOffset), nil
}

// User is somebody known to the sandbox, for listing.
type User struct {
	ID       string    `json:"id"`
	LoginIDs []string  `json:"login_ids"`
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	Phone    string    `json:"phone"`
	Pending  bool      `json:"pending"` // the sign-up is not finished
	TOTP     bool      `json:"totp"`    // has an authenticator that counts
	Test     bool      `json:"test"`
	Created  time.Time `json:"created"`
}

// Users returns finished users and unfinished sign-ups, oldest first.
func (s *Sandbox) Users(ctx context.Context) ([]User, error) {
	users := []User{}
	err := s.store.view(ctx, func(tx *bolt.Tx) error {
		return eachPerson(tx, func(p person) error {
			users = append(users, User{
				ID: p.ID, LoginIDs: list(p.LoginIDs), Name: p.Profile.Name, Email: p.Profile.Email,
				Phone: p.Profile.Phone, Pending: !p.Finished, TOTP: p.TOTP != nil, Test: p.Test, Created: p.Created,
			})
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	slices.SortFunc(users, func(a, b User) int { return a.Created.Compare(b.Created) })
	return users, nil
}

// Reset forgets all users, sessions, messages and access keys, and makes a new
// signing key. The project's id and management keys stay.
func (s *Sandbox) Reset(ctx context.Context) error {
	fresh, err := newSigner()
	if err != nil {
		return fmt.Errorf("reset sandbox: %w", err)
	}
	err = s.store.update(ctx, func(tx *bolt.Tx) error {
		for _, name := range buckets {
			if name == metaBucket {
				continue
			}
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return put(tx, metaBucket, signerKey, fresh)
	})
	if err != nil {
		return fmt.Errorf("reset sandbox: %w", err)
	}
	return nil
}
