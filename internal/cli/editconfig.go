package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"

	"github.com/pelletier/go-toml/v2"

	"postern/keychain"
)

// configEdit changes config.toml twice: its text, and what that means. Both
// have to come to the same, or nothing is written.
type configEdit struct {
	text func(*tomlText) error
	mean func(*configFile)
}

// edit changes config.toml and keeps the person's own text.
func (s settings) edit(ctx context.Context, e configEdit) error {
	dirs := keychain.Dirs{State: s.paths.state, Runtime: s.paths.runtime}
	unlock, err := keychain.NewKernel(dirs).Lock(ctx, "config") // a file; any store has it
	if err != nil {
		return configError{err}
	}
	defer unlock()
	path := s.paths.configFile()
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // people keep such files elsewhere and link to them
	}
	before, err := keychain.ReadOwn(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return configError{err}
	}
	var want configFile
	if err := parseTOML(path, before, &want); err != nil {
		return err
	}
	text, err := readTOMLText(before)
	if err == nil {
		err = e.text(text)
	}
	if err != nil {
		return configError{fmt.Errorf("%s: %w", path, err)}
	}
	e.mean(&want)
	var got configFile
	if toml.Unmarshal(text.bytes(), &got) != nil || !sameConfig(got, want) {
		return configError{fmt.Errorf("%s: %w", path, errByHand)}
	}
	if err := replaceFile(path, text.bytes()); err != nil {
		return configError{err}
	}
	return nil
}

var errByHand = errors.New("it is written in a form that this program cannot change safely: change it by hand")

// sameConfig compares what two files mean: no profiles are no profiles.
func sameConfig(a, b configFile) bool {
	if len(a.Profiles) == 0 && len(b.Profiles) == 0 {
		a.Profiles, b.Profiles = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// replaceFile puts new content in a file's place, wholly or not at all, with
// the mode that it had.
func replaceFile(path string, content []byte) error {
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".config.toml.tmp-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// putProfile writes a profile's table, in place of one that is there.
func putProfile(name string, p profileFile) configEdit {
	return configEdit{
		text: func(t *tomlText) error {
			lines, err := profileLines(name, p)
			if err != nil {
				return err
			}
			t.cutTable("profile", name)
			t.append(lines)
			return nil
		},
		mean: func(c *configFile) {
			if c.Profiles == nil {
				c.Profiles = map[string]profileFile{}
			}
			c.Profiles[name] = p
		},
	}
}

func cutProfile(name string) configEdit {
	return configEdit{
		text: func(t *tomlText) error {
			if !t.cutTable("profile", name) {
				return errByHand
			}
			return nil
		},
		mean: func(c *configFile) { delete(c.Profiles, name) },
	}
}
