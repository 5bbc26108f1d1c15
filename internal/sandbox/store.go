package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	bolt "go.etcd.io/bbolt"
)

const (
	openWait = 10 * time.Second     // longer than any request holds the lock; a person waits for it
	lockPoll = 2 * time.Millisecond // bbolt's own wait polls in 50 ms steps, which a person would feel
	boltWait = time.Second          // never waited for: state.lock is taken first
)

// The buckets of state.db.
const (
	metaBucket    = "meta"     // identity and signing key
	userBucket    = "users"    // user id → person
	loginBucket   = "logins"   // login id → user id
	sessionBucket = "sessions" // user id "/" session id → session
	inboxBucket   = "inbox"    // sequence number → Message
	keyBucket     = "keys"     // SHA-256 of an access key → accessKey
)

var buckets = []string{metaBucket, userBucket, loginBucket, sessionBucket, inboxBucket, keyBucket}

const (
	identityKey = "identity"
	signerKey   = "signer"
)

// store is the state on disk. The database is opened for one transaction and
// closed again, behind a lock file, so that several processes share it. The
// lock is never held while something slow happens: see [finish].
type store struct {
	path string
	turn chan struct{} // a mutex that can be waited for with a context
	lock *flock.Flock
}

func newStore(dir string) store {
	return store{
		path: filepath.Join(dir, "state.db"),
		turn: make(chan struct{}, 1),
		lock: flock.New(filepath.Join(dir, "state.lock"), flock.SetPermissions(0o600),
			flock.SetFlag(os.O_CREATE|os.O_RDONLY|stateFlags)),
	}
}

// view runs fn in a transaction that cannot write, which costs no fsync.
func (st *store) view(ctx context.Context, fn func(*bolt.Tx) error) error {
	return st.with(ctx, true, func(db *bolt.DB) error { return db.View(fn) })
}

// update runs fn in a transaction that is kept if fn returns nil.
func (st *store) update(ctx context.Context, fn func(*bolt.Tx) error) error {
	return st.with(ctx, false, func(db *bolt.DB) error { return db.Update(fn) })
}

func (st *store) with(ctx context.Context, readOnly bool, fn func(*bolt.DB) error) (err error) {
	select {
	case st.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-st.turn }()
	if _, err := st.lock.TryLockContext(ctx, lockPoll); err != nil {
		return fmt.Errorf("lock state: %w", noLink(st.lock.Path(), err))
	}
	defer func() { err = errors.Join(err, st.lock.Unlock()) }()
	locked, err := st.lock.Stat()
	if err == nil {
		err = checkState(st.lock.Path(), locked)
	}
	if err != nil {
		return fmt.Errorf("lock state: %w", err)
	}

	db, err := bolt.Open(st.path, 0o600, &bolt.Options{
		OpenFile:     openState,
		Timeout:      boltWait,
		ReadOnly:     readOnly,
		NoStatistics: true,
		FreelistType: bolt.FreelistMapType,
	})
	if err != nil {
		return fmt.Errorf("open state: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return fn(db)
}

// get reads a JSON value; a missing key leaves v alone and reports false.
func get(tx *bolt.Tx, bucket, key string, v any) (bool, error) {
	text := tx.Bucket([]byte(bucket)).Get([]byte(key))
	if text == nil {
		return false, nil
	}
	if err := json.Unmarshal(text, v); err != nil {
		return false, fmt.Errorf("read %s of the state: %w", bucket, err)
	}
	return true, nil
}

// put writes v as JSON.
func put(tx *bolt.Tx, bucket, key string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s of the state: %w", bucket, err)
	}
	return tx.Bucket([]byte(bucket)).Put([]byte(key), text)
}

// remove deletes a key; a missing one is no error.
func remove(tx *bolt.Tx, bucket, key string) error {
	return tx.Bucket([]byte(bucket)).Delete([]byte(key))
}

const (
	idLength  = 28 // project and user ids: one letter and 27 characters
	keyLength = 44 // as long as 32 bytes in Base64: nobody mistakes it for an id
)

const idAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// newID returns prefix followed by random letters and digits, length
// characters in all.
func newID(prefix string, length int) string {
	id := make([]byte, 0, length)
	id = append(id, prefix...)
	var b [1]byte
	for len(id) < length {
		rand.Read(b[:]) // never fails (crypto/rand)
		if n := int(b[0] & 63); n < len(idAlphabet) {
			id = append(id, idAlphabet[n])
		}
	}
	return string(id)
}
