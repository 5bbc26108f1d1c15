package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"postern/client"
	"postern/keychain"
)

// sandboxName is the built-in profile.
const sandboxName = "sandbox"

// defaultName is the profile of a project that flags or environment name.
const defaultName = "default"

// configFile is config.toml: what the person wrote.
type configFile struct {
	Plain    bool                   `toml:"plain"`
	Motion   *bool                  `toml:"motion"` // nil: true
	Profiles map[string]profileFile `toml:"profile"`
}

type profileFile struct {
	ProjectID    string       `toml:"project_id"`
	BaseURL      string       `toml:"base_url"`
	Audience     []string     `toml:"audience"`
	Store        string       `toml:"store"`
	StoreKeyFile string       `toml:"store_key_file"` // of the store keyfile, and chooses it
	Require      []factorName `toml:"require"`
	Method       methodName   `toml:"method"`
}

// factorName and methodName are one of a few words. They are no strings,
// because for those package toml asks nobody and could not name the line.
type (
	factorName struct{ name string }
	methodName struct{ name client.Method }
)

const factorMFA = "mfa"

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *factorName) UnmarshalText(text []byte) error {
	if f.name = string(text); f.name != factorMFA {
		return fmt.Errorf("require: unknown factor %q, want %s", text, factorMFA)
	}
	return nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *methodName) UnmarshalText(text []byte) error {
	if m.name = client.Method(text); !slices.Contains(methodNames, m.name) {
		return fmt.Errorf("method: unknown method %q, want one of %s", text, joined(methodNames))
	}
	return nil
}

func joined[S ~string](words []S) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}

// stateFile is state.toml: what the program remembers.
type stateFile struct {
	Current  string            `toml:"current"`             // the profile in use
	Stores   map[string]string `toml:"stores,omitempty"`    // pinned after the first success, by profile
	KeyFiles map[string]string `toml:"key_files,omitempty"` // of the store keyfile, by profile
	AuthKeys map[string]string `toml:"auth_keys,omitempty"` // the store that keeps an auth management key, by profile
	QR       map[string]string `toml:"qr,omitempty"`        // how QR codes are drawn, by terminal
}

// setting is a value and the place that it came from.
type setting struct{ value, from string }

func (s setting) or(next setting) setting {
	if s.value != "" {
		return s
	}
	return next
}

// readTOML reads a file that may be missing, and that nobody else can change:
// it chooses whom codes are sent to. Its error shows the line.
func readTOML(path string, into any) error {
	text, err := keychain.ReadOwn(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return configError{err}
	}
	return parseTOML(path, text, into)
}

func parseTOML(path string, text []byte, into any) error {
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(into)
	var strict *toml.StrictMissingError
	var bad *toml.DecodeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &strict):
		err = fmt.Errorf("unknown setting\n%s", strict.String())
	case errors.As(err, &bad):
		err = fmt.Errorf("cannot be read\n%s", bad.String())
	}
	return configError{fmt.Errorf("%s: %w", path, err)}
}
