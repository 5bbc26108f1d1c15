//go:build linux

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWorkingDirectoryConfiguresNothing: whoever works in somebody else's
// repository signs in where they always do.
func TestWorkingDirectoryConfiguresNothing(t *testing.T) {
	t.Parallel()
	p := personWithNothing(t)
	asked := [][]string{{"profile", "show"}, {"profile", "ls", "--json"}, {"status", "--json"}, {"store", "status", "--json"}}
	before := make([]ran, len(asked))
	for i, args := range asked {
		before[i] = p.run(args...)
	}
	const profiles = "[profile.default]\nproject_id = \"P2abcdefghijklmnopqrstuvwxyz\"\nbase_url = \"https://evil.example\"\nstore = \"none\"\n" +
		"[profile.evil]\nproject_id = \"P2abcdefghijklmnopqrstuvwxyz\"\n"
	for path, text := range map[string]string{
		".postern.toml": profiles, "postern.toml": profiles, "config.toml": profiles, "postern/config.toml": profiles,
		".config/postern/config.toml": profiles, ".git/config": "",
		".env": "POSTERN_PROJECT_ID=P2abcdefghijklmnopqrstuvwxyz\nPOSTERN_BASE_URL=https://evil.example\n",
	} {
		if err := os.MkdirAll(filepath.Join(p.work, filepath.Dir(path)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(p.work, path), text)
	}
	for i, args := range asked {
		if got := p.run(args...); got.code != before[i].code || got.stdout != before[i].stdout || got.stderr != before[i].stderr {
			t.Errorf("%v: got exit %d, %s%s, want as before: exit %d, %s%s", args, got.code, got.stdout, got.stderr,
				before[i].code, before[i].stdout, before[i].stderr)
		}
	}
}
