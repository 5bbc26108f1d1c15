package cli

import (
	"fmt"
	"path/filepath"

	"github.com/pelletier/go-toml/v2"

	"postern/keychain"
)

const stateName = "state.toml"

// readState reads what is remembered, in a directory where nobody else can put
// another file in its place.
func (p paths) readState() (f stateFile, err error) {
	if err := (keychain.Dirs{State: p.state}).Check(); err != nil {
		return f, &problem{
			exit: exitStore, err: err, what: fmt.Sprintf("What is in the state directory could be somebody else's: %s.", err),
			do: "Look at what is in it, let nobody but you change it, and try again.",
		}
	}
	return f, readTOML(filepath.Join(p.state, stateName), &f)
}

// remember changes state.toml: it reads what is there now, so that what
// another process remembered meanwhile stays.
func (s settings) remember(change func(*stateFile)) error {
	now, err := s.paths.readState()
	if err != nil {
		return err
	}
	before, err := toml.Marshal(now)
	if err != nil {
		return err
	}
	if now.Stores == nil {
		now.Stores = map[string]string{}
	}
	if now.KeyFiles == nil {
		now.KeyFiles = map[string]string{}
	}
	if now.AuthKeys == nil {
		now.AuthKeys = map[string]string{}
	}
	if now.QR == nil {
		now.QR = map[string]string{}
	}
	change(&now)
	after, err := toml.Marshal(now)
	if err != nil || string(after) == string(before) {
		return err
	}
	return keychain.NewFiles(s.paths.state).Save(stateName, after)
}

// entered remembers the store that took the session, and makes the sandbox
// the current profile where it is the only one.
func (s settings) entered(store string) error {
	return s.remember(func(f *stateFile) {
		if store != storeNone {
			f.pin(s, store)
		}
		if f.Current == "" && s.sandbox() && !s.named {
			f.Current = sandboxName
		}
	})
}

// pin remembers a store for a profile, with the key file that it needs.
func (f *stateFile) pin(s settings, store string) {
	f.Stores[s.profile.value] = store
	delete(f.KeyFiles, s.profile.value)
	if store == storeKeyFile {
		f.KeyFiles[s.profile.value] = s.keyFile.value
	}
}
