package keychain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
)

// NewKeyFile keeps encrypted files in d.State/sealed, all for the key in the
// file path, which somebody provides, such as a mounted secret: CreateKeyFile
// or age-keygen make one. It holds one X25519 identity of age,
// "AGE-SECRET-KEY-1…", on a line of its own; other lines are empty or begin
// with #.
//
// The file is only ever read. It must be a regular file with one name that only
// we can open, in a directory of ours or root's where others cannot replace it.
// Without it every call says Absent; with another key than before, Load and
// Save say ErrOtherKey and leave everything as it is.
func NewKeyFile(d Dirs, path string) *Sealed {
	return &Sealed{
		name:  "key file",
		files: sealedDir{dirs: d, kind: "keyfile", given: true},
		keys:  keyFile(path),
		wait:  lockWait,
	}
}

// CreateKeyFile makes a new key file, for its owner only. It refuses to replace
// a file, and a directory that NewKeyFile would refuse.
func CreateKeyFile(path string) error {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	text := "# Postern's key: who reads it reads what it seals\n# public key: " +
		key.Recipient().String() + "\n" + key.String() + "\n"
	if err := createKeyFile(path, text); err != nil {
		return fmt.Errorf("create: key file: %w", err)
	}
	return nil
}

func createKeyFile(path, text string) (err error) {
	dir := filepath.Dir(path)
	if err := CheckPlace(dir); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // O_EXCL follows no link
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(path)
		}
	}()
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return syncDir(dir)
}

// keyFile is one key for all accounts, in the file of that path.
type keyFile string

// maxKeyFile is room for some comments beside the 74 bytes of a key.
const maxKeyFile = 4 << 10

// errNoKey does not quote what was found: it may be most of a key.
var errNoKey = errors.New("not one age key (AGE-SECRET-KEY-1…) on a line")

func (k keyFile) get(context.Context, string) (*age.X25519Identity, error) {
	content, err := readPrivate(string(k), maxKeyFile, CheckPlace)
	if errors.Is(err, fs.ErrNotExist) {
		// Not wrapped: without the key file nothing is known of a record.
		return nil, in(Absent, fmt.Errorf("no file %q", string(k)))
	}
	if err != nil {
		return nil, in(Broken, err)
	}
	var key *age.X25519Identity
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		one, err := age.ParseX25519Identity(line)
		if err != nil || key != nil {
			return nil, in(Broken, fmt.Errorf("%s: %w", string(k), errNoKey))
		}
		key = one
	}
	if key == nil {
		return nil, in(Broken, fmt.Errorf("%s: %w", string(k), errNoKey))
	}
	return key, nil
}

func (k keyFile) ready(ctx context.Context) error {
	_, err := k.get(ctx, "")
	return err
}

func (k keyFile) unlock(ctx context.Context) error { return k.ready(ctx) }

// has is false: the key is not of one account alone.
func (k keyFile) has(string) (bool, error) { return false, k.ready(context.Background()) }

// make is not for us: get never says that there could be one.
func (keyFile) make(context.Context, string) (*age.X25519Identity, error) { return nil, errNoKey }

func (keyFile) hold(context.Context, *age.X25519Identity) (func(), error) { return func() {}, nil }

// drop leaves the file to who provides it.
func (keyFile) drop(context.Context, string) error { return nil }

func (keyFile) expire(string, time.Duration) error { return nil }
