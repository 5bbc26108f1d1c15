package cli

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"postern/client"
	"postern/keychain"
)

const challengeIDLen = 16 // hex digits: 64 random bits

func (s settings) challenges() *keychain.Files {
	return keychain.NewFiles(filepath.Join(s.paths.state, "pending"))
}

// isChallenge reports whether a text is of the form of an id.
func isChallenge(id string) bool {
	_, err := hex.DecodeString(id)
	return err == nil && len(id) == challengeIDLen
}

// readChallenge reads one challenge.
func readChallenge(files *keychain.Files, id string) (c challenge, err error) {
	none := &problem{exit: exitUsage, what: fmt.Sprintf("There is no challenge %q.", client.Clean(id)), do: "Start one", next: []string{"challenge", "start"}}
	if id == "" {
		none.what = "The id of the challenge is empty: was it started?" // as when "start" failed in $(...)
	}
	if !isChallenge(id) {
		return c, none
	}
	raw, err := files.Load(id)
	if errors.Is(err, fs.ErrNotExist) {
		return c, none
	}
	if err != nil {
		return c, &client.Error{Op: "challenge", Kind: client.StoreFailed, Err: err}
	}
	if json.Unmarshal(raw, &c) != nil || c.Version != challengeVersion || time.Since(c.SentAt) > challengeLife {
		return c, none
	}
	return c, nil
}
