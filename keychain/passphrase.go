package keychain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"filippo.io/age"
)

// Ask asks a person for the passphrase: for a new one when create is set, best
// typed twice. It may be called from any goroutine, one call at a time.
type Ask func(ctx context.Context, create bool) (string, error)

// NewPassphrase keeps encrypted files in d.State/sealed, all for one key, which
// lies beside them in a file encrypted with a passphrase (scrypt). The unlocked
// key also goes into the kernel's user keyring, where there is one, so that
// the passphrase is asked for once until a reboot; else once a process.
//
// ask is called when the key is needed and not at hand, and never to find that
// nothing was saved. Nil is for runs without a person: the store then is Locked,
// with ErrPassphraseNeeded, until another run has unlocked it. A passphrase that
// does not fit is ErrPassphrase. The last account that is deleted takes the key
// with it: that is the way out where the passphrase is forgotten.
func NewPassphrase(d Dirs, ask Ask) *Sealed {
	files := sealedDir{dirs: d, kind: "passphrase"}
	return &Sealed{
		name:  "passphrase file",
		files: files,
		keys: &passphrase{
			files: files, ask: ask, cache: kernelKeys{}, work: scryptWork, asking: make(chan struct{}, 1),
		},
		wait: lockWait,
	}
}

// passphrase is one key for all accounts, in a file of its own.
type passphrase struct {
	files  sealedDir
	ask    Ask
	cache  keeper
	work   int
	asking chan struct{} // one question at a time

	mu    sync.Mutex
	known unlocked
}

// unlocked is the key and the name of the wrapped file's content that held it.
type unlocked struct {
	name string
	key  *age.X25519Identity
}

// current returns the key without a question: an fs.ErrNotExist where there is
// none, and Waiting or Locked where it must be unlocked.
func (p *passphrase) current() (key *age.X25519Identity, wrapped []byte, err error) {
	wrapped, err = p.wrapped()
	if err != nil {
		return nil, nil, err
	}
	if key = p.cached(wrapped); key != nil {
		return key, wrapped, nil
	}
	return nil, wrapped, p.needed()
}

func (p *passphrase) needed() error {
	if p.ask == nil {
		return in(Locked, ErrPassphraseNeeded)
	}
	return in(Waiting, ErrPassphraseNeeded)
}

func (p *passphrase) ready(context.Context) error {
	_, _, err := p.current()
	var e *Error
	if errors.Is(err, fs.ErrNotExist) && errors.As(p.needed(), &e) {
		return in(e.State, ErrPassphraseNew)
	}
	return err
}

func (p *passphrase) unlock(ctx context.Context) error {
	_, err := p.get(ctx, "")
	if errors.Is(err, fs.ErrNotExist) {
		_, err = p.make(ctx, "")
	}
	return err
}

// has is false: the key is not of one account alone.
func (*passphrase) has(string) (bool, error) { return false, nil }

func (p *passphrase) get(ctx context.Context, _ string) (*age.X25519Identity, error) {
	done, err := p.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	key, wrapped, err := p.current()
	if !errors.Is(err, ErrPassphraseNeeded) {
		return key, err
	}
	text, err := p.question(ctx, false)
	if err != nil {
		return nil, err
	}
	return p.open(wrapped, text)
}

// make asks for a new passphrase. Where another process was faster, it must be
// the same one.
func (p *passphrase) make(ctx context.Context, _ string) (*age.X25519Identity, error) {
	done, err := p.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	text, err := p.question(ctx, true)
	if err != nil {
		return nil, err
	}
	release, err := p.lock(ctx) // only now: a person takes their time
	if err != nil {
		return nil, err
	}
	defer release()
	wrapped, err := p.wrapped()
	if err == nil {
		return p.open(wrapped, text)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return p.create(text)
}

// turn lets one goroutine in at a time, so that the second finds the answer.
func (p *passphrase) turn(ctx context.Context) (done func(), err error) {
	select {
	case p.asking <- struct{}{}:
		return func() { <-p.asking }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *passphrase) question(ctx context.Context, create bool) (string, error) {
	if p.ask == nil {
		return "", p.needed()
	}
	text, err := p.ask(ctx, create)
	if err != nil {
		return "", in(Locked, fmt.Errorf("%w: %w", ErrPassphraseNeeded, err))
	}
	if text == "" {
		return "", in(Locked, ErrPassphraseNeeded)
	}
	return text, nil
}

// lock is for who changes the key's file or relies on it. It is taken after
// the account's own.
func (p *passphrase) lock(ctx context.Context) (func(), error) {
	return p.files.dirs.lock(ctx, "passphrase", lockWait)
}

// errKeyChanged: the last account was deleted between our look and our write.
var errKeyChanged = errors.New("its key was changed by another process: try again")

func (p *passphrase) hold(ctx context.Context, key *age.X25519Identity) (func(), error) {
	release, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	now, _, err := p.current()
	if err != nil || now.String() != key.String() {
		release()
		return nil, in(Locked, errKeyChanged)
	}
	return release, nil
}

// drop leaves the key to the other accounts, if there are any.
func (p *passphrase) drop(ctx context.Context, account string) error {
	release, err := p.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	needed, err := p.files.others(account)
	if err != nil || needed {
		return err
	}
	if wrapped, err := p.wrapped(); err == nil {
		_ = p.cache.drop(cacheName(wrapped)) // of no use without the file
	}
	p.mu.Lock()
	p.known = unlocked{}
	p.mu.Unlock()
	path, err := p.path()
	if err != nil {
		return err
	}
	sweep(path, 0)
	if err := removeFile(path); err != nil {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errStillThere
	}
	return nil
}

// expire does nothing: another account's token may live longer.
func (*passphrase) expire(string, time.Duration) error { return nil }
