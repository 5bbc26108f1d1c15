package keychain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/zalando/go-keyring"
)

// keyringWait is for all calls of one Load, Save or Delete together: a keyring
// daemon that hangs must not hang a script.
const keyringWait = 3 * time.Second

// maxItem is the largest record that goes into a keyring item itself. Windows
// takes 2,560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE), and macOS a command of
// 4,096 with the record in base64, which is about 2,900.
const maxItem = 2500

// sealedMark begins an item that is not a record but the key of a sealed file.
const sealedMark = "postern-sealed-v1:"

// Keyring keeps each record in the operating system's keyring: the Secret
// Service on Linux (gnome-keyring, KWallet, KeePassXC), the keychain on macOS,
// the credential manager on Windows. A record above 2,500 bytes lies in an
// encrypted file, and its key in the keyring.
//
// It never starts a session bus, asks for a prompt only with Patience, and
// comes back within 3 s otherwise. After a call that did not come back, every
// further one fails at once: make one Keyring a process. It is safe for
// goroutines; writers of one account hold its Lock.
type Keyring struct {
	// Patience is how long an unlock prompt may stay open. With 0 there are no
	// prompts, and a locked keyring is Locked at once. Set it before use.
	Patience time.Duration
	// Prompting, if set, is called when a prompt has been opened, or when the
	// keyring takes so long that it must have opened one, so that a person can
	// be told to look for it. It must not wait. Set it before use.
	Prompting func()

	service string
	files   sealedDir
	ring    ring
	wait    time.Duration // for one operation
	notice  time.Duration // until we look whether it waits for a prompt
	patient time.Duration // for the lock

	writing chan struct{} // one Save or Delete at a time
	mu      sync.Mutex
	stuck   error // why the keyring is not called any more
}

// ring is an operating system's keyring.
type ring interface {
	// ready reports in an Error what keeps the ring from being used now.
	ready(ctx context.Context) error
	// unlock asks the person, calls opened when the prompt is there, and waits.
	unlock(ctx context.Context, opened func()) error
	// alive reports whether the keyring's service answers at all.
	alive(ctx context.Context) bool

	Get(service, account string) (string, error) // keyring.ErrNotFound
	Set(service, account, secret string) error
	Delete(service, account string) error
}

// NewKeyring keeps items under the name service, and files below d.State.
func NewKeyring(service string, d Dirs) *Keyring {
	return &Keyring{
		service: service,
		files:   sealedDir{dirs: d, kind: "keyring"},
		ring:    newRing(d),
		wait:    keyringWait,
		notice:  700 * time.Millisecond, // a person shall be told within 1 s
		patient: lockWait,
		writing: make(chan struct{}, 1),
	}
}

const keyringStore = "OS keyring"

// Ready reports whether a record could be kept now. It never opens a prompt: a
// keyring that would need one is Waiting.
func (k *Keyring) Ready(ctx context.Context) error {
	_, err := attempt(ctx, k, func(ctx context.Context) (struct{}, error) {
		if err := k.ring.ready(ctx); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, k.files.dirs.writable("locks", "sealed")
	})
	return wrap(keyringStore, "ready", k.refine(err))
}

// Lock takes the account's lock, the same one for every store with these Dirs.
func (k *Keyring) Lock(ctx context.Context, account string) (unlock func(), err error) {
	return k.files.dirs.lock(ctx, account, k.patient)
}

// Load returns the account's record, or an fs.ErrNotExist.
func (k *Keyring) Load(ctx context.Context, account string) ([]byte, error) {
	record, err := use(ctx, k, func(ctx context.Context) ([]byte, error) {
		return k.load(ctx, account)
	})
	return record, wrap(keyringStore, "load", err)
}

// Save replaces the account's record, wholly or not at all.
func (k *Keyring) Save(ctx context.Context, account string, record []byte) error {
	if len(record) > MaxRecord {
		return wrap(keyringStore, "save", ErrTooLarge)
	}
	record = bytes.Clone(record) // a call that does not come back still reads it
	return k.write(ctx, "save", func(ctx context.Context) error { return k.save(ctx, account, record) })
}

// Delete removes the account's record. Nothing there is no error.
func (k *Keyring) Delete(ctx context.Context, account string) error {
	return k.write(ctx, "delete", func(ctx context.Context) error { return k.delete(ctx, account) })
}

// write lets one writer of this process in at a time, as each reads back.
func (k *Keyring) write(ctx context.Context, op string, f func(context.Context) error) error {
	select {
	case k.writing <- struct{}{}:
		defer func() { <-k.writing }()
	case <-ctx.Done():
		return wrap(keyringStore, op, ctx.Err())
	}
	_, err := use(ctx, k, func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx) })
	return wrap(keyringStore, op, err)
}

// item returns what the keyring holds, or errNone.
func (k *Keyring) item(ctx context.Context, account string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err // nobody waits for us any more
	}
	text, err := k.ring.Get(k.service, account)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", errNone
	}
	return text, err
}

func (k *Keyring) load(ctx context.Context, account string) ([]byte, error) {
	text, err := k.item(ctx, account)
	if err != nil {
		return nil, err
	}
	key, isSealed, err := sealedKey(text)
	if err != nil {
		return nil, err
	}
	if !isSealed {
		return []byte(text), nil
	}
	record, err := k.files.read(account, key)
	return record, fileGone(err)
}

func (k *Keyring) save(ctx context.Context, account string, record []byte) error {
	if len(record) > maxItem || bytes.HasPrefix(record, []byte(sealedMark)) {
		return k.saveSealed(ctx, account, record)
	}
	if err := k.set(ctx, account, string(record)); err != nil {
		return err
	}
	// Only now: until the item was replaced, the file was the record.
	return k.files.remove(account)
}

// saveSealed writes the file first and points to it last, so that a crash in
// between leaves the old item valid.
func (k *Keyring) saveSealed(ctx context.Context, account string, record []byte) error {
	text, err := k.item(ctx, account)
	if err != nil && !errors.Is(err, errNone) {
		return err
	}
	if key, isSealed, err := sealedKey(text); isSealed && err == nil {
		if err := k.files.setAside(account, key); err != nil {
			return err
		}
		return k.files.write(account, key, record)
	}
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	if err := k.files.write(account, key, record); err != nil {
		return err
	}
	return k.set(ctx, account, sealedMark+key.String())
}

// set replaces the item and reads it back: the library reports some refusals as
// success.
func (k *Keyring) set(ctx context.Context, account, text string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := k.ring.Set(k.service, account, text); err != nil {
		return err
	}
	back, err := k.item(ctx, account)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	if back != text {
		return errReadBack
	}
	return nil
}

// delete removes the item first: without its key a sealed file is noise.
func (k *Keyring) delete(ctx context.Context, account string) error {
	// Other programs can store a second item with our attributes, and the
	// library deletes one a call. More than a few is not an accident.
	for range 4 {
		err := k.ring.Delete(k.service, account)
		if err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return err
		}
		_, err = k.item(ctx, account)
		if errors.Is(err, errNone) {
			return k.files.remove(account)
		}
		if err != nil {
			return fmt.Errorf("read back: %w", err)
		}
	}
	return errStillThere
}

// sealedKey tells the key of a sealed file from a record.
func sealedKey(text string) (key *age.X25519Identity, isSealed bool, err error) {
	rest, isSealed := strings.CutPrefix(text, sealedMark)
	if !isSealed {
		return nil, false, nil
	}
	key, err = parseKey(rest)
	return key, true, err
}
