package keychain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// maxSealed is the size of the largest encrypted file: a record, age's header
// and its 16 bytes for each 64 KiB (age-encryption.org/v1). 4 KiB is plenty.
const maxSealed = MaxRecord + 4<<10

// sealedDir is the directory of the encrypted files of one store. Each is one
// age file, made for one key that lies elsewhere.
type sealedDir struct {
	dirs Dirs
	// kind is the store's, without a dot. It is part of each file's name: two
	// stores of an account, as during a move, never touch each other's file.
	kind string
	// given says that the key comes from outside and may be the wrong one.
	given bool
}

// path returns the file of the account.
func (s sealedDir) path(account string) (string, error) {
	dir, err := s.dirs.sub("sealed")
	if err != nil {
		return "", err
	}
	base, err := fileName(account)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, base+s.ending()), nil
}

func (s sealedDir) ending() string { return "." + s.kind + ".age" }

// aside is the ending of a damaged file that a newer one has replaced.
const aside = ".damaged"

// there reports whether the account has a file, readable or not.
func (s sealedDir) there(account string) (bool, error) {
	path, err := s.path(account)
	if err != nil {
		return false, err
	}
	_, err = os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// others reports whether another account has a file here, damaged or not.
func (s sealedDir) others(account string) (bool, error) {
	own, err := s.path(account)
	if err != nil {
		return false, err
	}
	entries, err := os.ReadDir(filepath.Dir(own))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), aside)
		if strings.HasSuffix(name, s.ending()) && name != filepath.Base(own) {
			return true, nil
		}
	}
	return false, err
}

// read decrypts the account's file. What age cannot decrypt is ErrDamaged.
func (s sealedDir) read(account string, key *age.X25519Identity) ([]byte, error) {
	path, err := s.path(account)
	if err != nil {
		return nil, err
	}
	content, err := readFile(path, maxSealed)
	if errors.Is(err, errTooMuch) {
		return nil, in(Broken, fmt.Errorf("%w: %w", ErrDamaged, err))
	}
	if err != nil {
		return nil, err
	}
	record, err := unseal(content, key)
	var other *age.NoIdentityMatchError
	if s.given && errors.As(err, &other) {
		return nil, in(Locked, fmt.Errorf("%s: %w", path, ErrOtherKey))
	}
	if err != nil {
		return nil, in(Broken, fmt.Errorf("%s: %w: %w", path, ErrDamaged, err))
	}
	return record, nil
}

// write encrypts the record for key and replaces the account's file. The
// caller holds the account's lock, so that every older temporary file is stale.
func (s sealedDir) write(account string, key *age.X25519Identity, record []byte) error {
	path, err := s.path(account)
	if err != nil {
		return err
	}
	content, err := seal(record, key.Recipient())
	if err != nil {
		return err
	}
	if err := writeFile(path, content, 0); err != nil {
		return err
	}
	back, err := s.read(account, key)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	if !bytes.Equal(back, record) {
		return errReadBack
	}
	return nil
}

// errReadBack: another record than the one just saved came back.
var errReadBack = errors.New("read back: not what was saved")

// setAside renames a file that key should decrypt and does not, so that a
// person can still look at it after the next write. One that may be sound, and
// the key wrong, is an error.
func (s sealedDir) setAside(account string, key *age.X25519Identity) error {
	_, err := s.read(account, key)
	if errors.Is(err, ErrOtherKey) {
		return err
	}
	if !errors.Is(err, ErrDamaged) {
		return nil
	}
	path, err := s.path(account)
	if err != nil {
		return err
	}
	return os.Rename(path, path+aside)
}

// remove deletes everything of the account, also what was set aside.
func (s sealedDir) remove(account string) error {
	path, err := s.path(account)
	if err != nil {
		return err
	}
	sweep(path, 0)
	return errors.Join(removeFile(path), removeFile(path+aside))
}

func seal(record []byte, to age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(record); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func unseal(content []byte, key *age.X25519Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(content), key)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// errBadKey does not quote what was found: it may be most of a key.
var errBadKey = errors.New("its key is unreadable")

// parseKey reads what X25519Identity.String wrote.
func parseKey(text string) (*age.X25519Identity, error) {
	key, err := age.ParseX25519Identity(text)
	if err != nil {
		return nil, in(Broken, errBadKey)
	}
	return key, nil
}

// fileGone turns "no such file" into ErrFileGone, where a key was there.
func fileGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrFileGone
	}
	return err
}
