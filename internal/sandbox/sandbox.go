// Package sandbox is an embedded stand-in for a Descope project: the HTTP
// calls a sign-in program makes, answered with real RS256 tokens and kept
// state, so that the program works with no account and no network.
//
// It follows the public wire format (paths, JSON keys, Authorization forms,
// error bodies). Where the service's behaviour is not public it takes a
// decision of its own; comments call that "sandbox behaviour".
//
// Codes that a real project would deliver go to an inbox, and [Sandbox.Code]
// is the phone that a newcomer does not need to have.
//
// Nothing here protects anything: keys, codes and tokens lie readable in the
// state directory of the person who runs it, and it listens on loopback only.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	defaultSessionTTL = 10 * time.Minute // a Descope project's default
	defaultRefreshTTL = 720 * time.Hour  // 30 days; a Descope project's default is 4 weeks
	stepUpTTL         = 10 * time.Minute // a Descope project's default
)

// Options says where a sandbox keeps its state and how it behaves. The zero
// value of every field but Dir is usable.
type Options struct {
	// Dir is the state directory. It is made with mode 0700 if it is missing
	// and holds state.db and state.lock, both 0600. Several processes may
	// use one directory at the same time.
	Dir string

	// Now is the clock; nil means time.Now.
	Now func() time.Time

	// SessionToken and RefreshToken say where each token travels.
	SessionToken, RefreshToken Place

	// Rotation says whether a refresh replaces the refresh token.
	Rotation Rotation

	// Issuer is the form of the "iss" claim.
	Issuer Issuer

	// Latency is added to every reply.
	Latency time.Duration

	// SessionTTL and RefreshTTL are the lifetimes of the two tokens; zero
	// means 10 minutes and 720 hours.
	SessionTTL, RefreshTTL time.Duration

	// Inactivity ends a session that was not refreshed for so long; zero never
	// does. With it a reply says when to refresh at the latest, see nextRefresh.
	Inactivity time.Duration

	// Audience is the "aud" claim of both tokens: text if it is one, a list if
	// there are more, left out if there is none.
	Audience []string

	// Region is that of a new state's project: four lower case letters or
	// digits, as [ParseRegion] wants them, which make the id 32 characters long.
	// A state of another region is an error; "" takes any, and makes none.
	Region string

	// ClockOffset shifts the sandbox's clock against Now: the times in
	// tokens, the Date header and the authenticator's time steps.
	ClockOffset time.Duration

	// Faults are names of [Faults], each optionally followed by "@" and the
	// beginning of a path ("503-twice@/v1/auth/totp/verify"), which confines
	// the fault to the calls below it.
	Faults []string

	// Variants are names of [Variants].
	Variants []string
}

// Sandbox is one Descope stand-in. It is safe for use by several goroutines,
// and needs no closing: between two calls it holds no file open.
type Sandbox struct {
	opts     Options
	store    store
	faults   *faults
	identity identity

	mu     sync.Mutex
	signer *signer // the last signing key seen in the state
}

// identity is what a sandbox is known by; made once and kept in the state.
type identity struct {
	ProjectID         string
	ManagementKey     string
	AuthManagementKey string
}

// Open prepares the state directory and reads or makes the project's
// identity. An unknown fault name is an error.
func Open(opts Options) (*Sandbox, error) {
	if opts.Dir == "" {
		return nil, fmt.Errorf("open sandbox: no state directory given")
	}
	faults, err := parseFaults(opts.Faults)
	if err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	if err := checkVariants(opts.Variants); err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	if _, err := ParseRegion(opts.Region); err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.SessionTTL <= 0 {
		opts.SessionTTL = defaultSessionTTL
	}
	if opts.RefreshTTL <= 0 {
		opts.RefreshTTL = defaultRefreshTTL
	}
	s := &Sandbox{opts: opts, faults: faults, store: newStore(filepath.Clean(opts.Dir))}
	ctx, cancel := context.WithTimeout(context.Background(), openWait)
	defer cancel()
	if err := s.store.update(ctx, s.prepare); err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	return s, nil
}

// prepare makes the buckets and the identity where they are missing.
func (s *Sandbox) prepare(tx *bolt.Tx) error {
	for _, b := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(b)); err != nil {
			return err
		}
	}
	found, err := get(tx, metaBucket, identityKey, &s.identity)
	if err != nil {
		return err
	}
	wanted := s.opts.Region
	if found {
		return s.identity.sameRegion(wanted)
	}
	s.identity = identity{
		ProjectID:         newID("P"+wanted+"SANDBOX", idLength+len(wanted)),
		ManagementKey:     newID("KMGMT", keyLength),
		AuthManagementKey: newID("KAUTH", keyLength),
	}
	return put(tx, metaBucket, identityKey, s.identity)
}

// region is the part of the project id that names one: the characters after
// the first of an id that is longer than one without.
func (id identity) region() string { return id.ProjectID[1 : 1+len(id.ProjectID)-idLength] }

// ErrRegion is the error of [Open] for a state whose project is of another
// region than [Options.Region].
var ErrRegion = errors.New("a region is chosen when a state is made")

// sameRegion refuses a state of another region than the one that is wanted.
func (id identity) sameRegion(wanted string) error {
	if wanted == "" || wanted == id.region() {
		return nil
	}
	return fmt.Errorf("the state's project %s is not of region %s: %w", id.ProjectID, wanted, ErrRegion)
}

// ProjectID returns the id of the sandbox's project: "PSANDBOX" and 20 more
// characters, with the region behind the P if it has one, made once and kept
// in the state.
func (s *Sandbox) ProjectID() string { return s.identity.ProjectID }

// ManagementKey returns the key of the management calls, which is made with
// the project's id.
func (s *Sandbox) ManagementKey() string { return s.identity.ManagementKey }

// now is the sandbox's own clock, which may be wrong on purpose.
func (s *Sandbox) now() time.Time { return s.opts.Now().Add(s.opts.ClockOffset) }
