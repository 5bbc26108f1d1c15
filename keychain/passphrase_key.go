package keychain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"filippo.io/age"
)

// scryptWork is age's own choice, 2^18: about a second on a laptop, and 256 MiB.
const scryptWork = 18

// maxScryptWork bounds what a planted file can make us do: some 4 s, 1 GiB.
const maxScryptWork = 20

// maxWrapped is far above an age file of one scrypt stanza and a key, ~300 bytes.
const maxWrapped = 4 << 10

func (p *passphrase) path() (string, error) {
	dir, err := p.files.dirs.sub("sealed")
	return filepath.Join(dir, "passphrase.key"), err
}

// wrapped returns the content of the key's file.
func (p *passphrase) wrapped() ([]byte, error) {
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	return readFile(path, maxWrapped)
}

// open unlocks the wrapped key and remembers it.
func (p *passphrase) open(wrapped []byte, text string) (*age.X25519Identity, error) {
	id, err := age.NewScryptIdentity(text)
	if err != nil {
		return nil, err
	}
	id.SetMaxWorkFactor(maxScryptWork)
	r, err := age.Decrypt(bytes.NewReader(wrapped), id)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return nil, in(Locked, ErrPassphrase)
	}
	if err != nil {
		return nil, p.damaged(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, p.damaged(err)
	}
	key, err := age.ParseX25519Identity(string(content))
	if err != nil {
		return nil, p.damaged(errors.New("no key in it")) // err may quote it
	}
	p.remember(wrapped, key)
	return key, nil
}

func (p *passphrase) damaged(err error) error {
	path, _ := p.path()
	return in(Broken, fmt.Errorf("%s: %w: %w", path, ErrKeyDamaged, err))
}

// create writes a new key's file.
func (p *passphrase) create(text string) (*age.X25519Identity, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	wrapped, err := p.wrap(key, text)
	if err != nil {
		return nil, err
	}
	return key, p.write(wrapped, key)
}

// wrap is the content of the key's file for a passphrase.
func (p *passphrase) wrap(key *age.X25519Identity, text string) ([]byte, error) {
	to, err := age.NewScryptRecipient(text)
	if err != nil {
		return nil, err
	}
	to.SetWorkFactor(p.work)
	return seal([]byte(key.String()), to)
}

// write puts a wrapped key into its file, reads it back, and remembers the key.
func (p *passphrase) write(wrapped []byte, key *age.X25519Identity) error {
	path, err := p.path()
	if err != nil {
		return err
	}
	if err := writeFile(path, wrapped, 0); err != nil {
		return err
	}
	back, err := p.wrapped()
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	if !bytes.Equal(back, wrapped) {
		return errReadBack
	}
	p.remember(wrapped, key)
	return nil
}

// change puts the key behind another passphrase. The lock is held for the
// write alone: a person and scrypt take their time.
func (p *passphrase) change(ctx context.Context, current string, next func() (string, error)) error {
	before, err := p.wrapped()
	if err != nil {
		return err
	}
	key, err := p.open(before, current)
	if err != nil {
		return err
	}
	text, err := next()
	if err != nil {
		return err
	}
	after, err := p.wrap(key, text)
	if err != nil {
		return err
	}
	release, err := p.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	now, err := p.wrapped()
	if err != nil {
		return err
	}
	if !bytes.Equal(now, before) {
		return in(Locked, errKeyChanged)
	}
	if err := p.write(after, key); err != nil {
		return err
	}
	_ = p.cache.drop(cacheName(before)) // a copy of the old file opens no sooner
	return nil
}

// cacheName names an unlocked key after the file that it was in: when the file
// is replaced, no older key is found for it.
func cacheName(wrapped []byte) string {
	sum := sha256.Sum256(wrapped)
	return "passphrase:" + hex.EncodeToString(sum[:16])
}

// cached returns the key if it is unlocked, else nil.
func (p *passphrase) cached(wrapped []byte) *age.X25519Identity {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := cacheName(wrapped)
	if p.known.name == name {
		return p.known.key
	}
	text, err := p.cache.get(name)
	if err != nil {
		return nil // a cache: whatever is wrong with it, the passphrase helps
	}
	key, err := parseKey(text)
	if err != nil {
		return nil
	}
	p.known = unlocked{name, key}
	return key
}

func (p *passphrase) remember(wrapped []byte, key *age.X25519Identity) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known = unlocked{cacheName(wrapped), key}
	_ = p.cache.put(p.known.name, key.String()) // else once a process
}
