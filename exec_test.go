//go:build linux

package main

import (
	"os"
	"strings"
	"testing"
)

// The token of an outer run is not the inner command's, which asked for its own
// in another way.
func TestCommandOfExecInheritsNoOlderToken(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	byApp(c)
	c.set("POSTERN_TOKEN=older", "POSTERN_TOKEN_FD=7", "POSTERN_TOKEN_FILE=/older", "MINE=older")
	for _, row := range []struct {
		how  []string
		want string
	}{
		{nil, "POSTERN_TOKEN"},
		{[]string{"--env", "MINE"}, "MINE"},
		{[]string{"--fd", "3"}, "POSTERN_TOKEN_FD"},
		{[]string{"--fd", "0"}, "POSTERN_TOKEN_FD"},
		{[]string{"--file"}, "POSTERN_TOKEN_FILE"},
	} {
		args := append(append([]string{"exec"}, row.how...), "--", "env")
		var got []string
		for line := range strings.Lines(c.want(0, c.flags(args...)...).stdout) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			switch {
			case name == "MINE" && value == "older": // nothing of ours: as it was
			case strings.HasPrefix(name, "POSTERN_TOKEN"), name == "MINE":
				got = append(got, name)
			}
			if strings.HasPrefix(name, "POSTERN_TOKEN") && strings.HasSuffix(value, "older") {
				t.Errorf("%v: %s is that of an outer run", row.how, name)
			}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%v: got %q, want %s alone", row.how, got, row.want)
		}
	}
}

// Where others can write, they could put another token in the place of this one.
func TestTokenFileIsNotMadeWhereOthersCanWrite(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	byApp(c)
	for _, row := range []struct {
		name, variable, dir string
		mode                os.FileMode
		code                int
	}{
		{"others can write", "XDG_RUNTIME_DIR", c.path("open"), 0o777, 125},
		{"relative", "XDG_RUNTIME_DIR", "relative", 0o700, 125},
		{"missing", "XDG_RUNTIME_DIR", c.path("missing"), 0, 125},
		{"one's own", "XDG_RUNTIME_DIR", c.path("own"), 0o700, 0},
		{"everybody's, where nobody touches what is another's", "XDG_RUNTIME_DIR", c.path("sticky"), 0o777 | os.ModeSticky, 0},
		{"the temporary directory, which others can write", "TMPDIR", c.path("temporary"), 0o777, 125},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.mode != 0 {
				dir := row.dir
				if !strings.HasPrefix(dir, "/") {
					dir = c.path(dir)
				}
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(dir, row.mode); err != nil { // whatever the umask is
					t.Fatal(err)
				}
			}
			c.set("XDG_RUNTIME_DIR=", row.variable+"="+row.dir)
			r := c.run(c.flags("exec", "--file", "--", "echo", "ran")...)
			if ran := r.stdout == "ran\n"; r.code != row.code || ran != (row.code == 0) {
				t.Errorf("got exit %d and stdout %q, want exit %d\n%s", r.code, r.stdout, row.code, r.stderr)
			}
			if row.code != 0 && (!strings.Contains(r.stderr, row.dir) || !strings.Contains(r.stderr, "--fd")) {
				t.Errorf("got %q, want the directory and another way", r.stderr)
			}
		})
	}
}
