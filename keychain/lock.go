package keychain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// lockWait is longer than the 16 s that a holder may take for a refresh.
const lockWait = 20 * time.Second

// Polling starts fast, as most holders are done in a few milliseconds, and
// slows down, as a hundred waiters must not keep the machine busy.
const (
	lockPollFirst = 2 * time.Millisecond
	lockPollLast  = 50 * time.Millisecond
)

// HeldError is a lock that another process did not give up in time.
type HeldError struct {
	PID    int           // of the holder; 0 if not known
	Waited time.Duration // how long we tried
	Err    error         // set when the caller's context ended the wait
}

// Error names the holder.
func (e *HeldError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = "process " + strconv.Itoa(e.PID)
	}
	return fmt.Sprintf("still held by %s after %s", who, e.Waited.Round(time.Millisecond))
}

// Unwrap returns the error of the context that ended the wait, if one did.
func (e *HeldError) Unwrap() error { return e.Err }

// errReplaced: somebody unlinked the lock file while we took it.
var errReplaced = errors.New("lock file was replaced")

// lock takes the account's lock: one for all stores and all processes of this
// user. The kernel frees it when its holder dies.
func (d Dirs) lock(ctx context.Context, account string, wait time.Duration) (func(), error) {
	unlock, err := d.pollLock(ctx, account, wait)
	return unlock, wrap("lock file", "lock", err)
}

func (d Dirs) pollLock(ctx context.Context, account string, wait time.Duration) (func(), error) {
	dir, err := d.sub("locks")
	if err != nil {
		return nil, err
	}
	base, err := fileName(account)
	if err != nil {
		return nil, err
	}
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, base+".lock")
	start := time.Now()
	over := time.NewTimer(wait)
	defer over.Stop()
	for poll := lockPollFirst; ; poll = min(2*poll, lockPollLast) {
		unlock, err := tryLock(path)
		if unlock != nil || err != nil {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, &HeldError{PID: holder(path), Waited: time.Since(start), Err: ctx.Err()}
		case <-over.C:
			return nil, &HeldError{PID: holder(path), Waited: time.Since(start)}
		case <-time.After(poll):
		}
	}
}

// tryLock returns nil, nil where another process holds the lock.
func tryLock(path string) (func(), error) {
	lock := flock.New(path, flock.SetFlag(lockFlags), flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, lockError(path, err)
	}
	if !ok {
		return nil, nil
	}
	note, err := signLock(lock, path)
	if err != nil {
		_ = lock.Unlock()
		if errors.Is(err, errReplaced) {
			return nil, nil // the next round takes the new file
		}
		return nil, err
	}
	return sync.OnceFunc(func() {
		if note != nil {
			_ = note.Truncate(0) // nobody holds it, so no number may stand there
			_ = note.Close()
		}
		_ = lock.Unlock()
	}), nil
}

// signLock checks that what we locked is the file that others will lock, and
// writes our process number into it. The number is for people only.
func signLock(lock *flock.Flock, path string) (*os.File, error) {
	held, err := lock.Stat()
	if err != nil {
		return nil, err
	}
	named, err := os.Lstat(path)
	if err != nil || !os.SameFile(held, named) {
		return nil, errReplaced
	}
	if err := checkFile(path, held); err != nil {
		return nil, err
	}
	note, err := os.OpenFile(path, lockFlags&^os.O_CREATE, 0)
	if err != nil {
		return nil, nil // locked all the same; Windows lets nobody open it now
	}
	_ = note.Truncate(0)
	_, _ = note.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return note, nil
}

// lockError says what is wrong with a lock file that cannot be opened or
// locked, as on a network file system without locks.
func lockError(path string, err error) error {
	if info, statErr := os.Lstat(path); statErr == nil {
		if unsafe := checkFile(path, info); unsafe != nil {
			return unsafe
		}
	}
	return fmt.Errorf("%s: %w", path, err)
}

// holder reads the process number of who holds the lock; 0 if it is not there.
func holder(path string) int {
	f, err := openPrivate(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 20)) // a number is shorter
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 1 {
		return 0
	}
	return pid
}
