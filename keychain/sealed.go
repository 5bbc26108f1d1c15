package keychain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// maxSealed is the size of the largest encrypted file: a record, age's header
// and its 16 bytes for each 64 KiB (age-encryption.org/v1). 4 KiB is plenty.
const maxSealed = MaxRecord + 4<<10

// sealed is the directory of the encrypted files. Each is one age file, made
// for one key that lies elsewhere.
type sealed struct{ dirs Dirs }

// path returns the file of the account.
func (s sealed) path(account string) (string, error) {
	dir, err := s.dirs.sub("sealed")
	if err != nil {
		return "", err
	}
	base, err := fileName(account)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, base+".age"), nil
}

// there reports whether the account has a file, readable or not.
func (s sealed) there(account string) bool {
	path, err := s.path(account)
	if err != nil {
		return false
	}
	_, err = os.Lstat(path)
	return err == nil
}

// read decrypts the account's file. What age cannot decrypt is ErrDamaged.
func (s sealed) read(account string, key *age.X25519Identity) ([]byte, error) {
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
	if err != nil {
		return nil, in(Broken, fmt.Errorf("%s: %w: %w", path, ErrDamaged, err))
	}
	return record, nil
}

// write encrypts the record for key and replaces the account's file. The
// caller holds the account's lock, so that every older temporary file is stale.
func (s sealed) write(account string, key *age.X25519Identity, record []byte) error {
	path, err := s.path(account)
	if err != nil {
		return err
	}
	content, err := seal(record, key)
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
// person can still look at it after the next write.
func (s sealed) setAside(account string, key *age.X25519Identity) error {
	_, err := s.read(account, key)
	if !errors.Is(err, ErrDamaged) {
		return nil
	}
	path, err := s.path(account)
	if err != nil {
		return err
	}
	return os.Rename(path, path+".damaged")
}

// remove deletes everything of the account, also what was set aside.
func (s sealed) remove(account string) error {
	path, err := s.path(account)
	if err != nil {
		return err
	}
	sweep(path, 0)
	return errors.Join(removeFile(path), removeFile(path+".damaged"))
}

func seal(record []byte, key *age.X25519Identity) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, key.Recipient())
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
