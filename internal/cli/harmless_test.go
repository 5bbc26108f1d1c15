package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/adrg/xdg"

	"postern/internal/sandbox"
)

const escapes = "a\x1b]0;owned\a\x1b[2J\u009b2Jb\u202ec\r"

// ran is what a command prints, with these files in its configuration.
func ran(t *testing.T, config string, env []string, args ...string) (stdout, stderr string) {
	t.Helper()
	home := t.TempDir()
	dir := filepath.Join(home, "config", "postern")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, news bytes.Buffer
	for _, set := range append([]string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "XDG_STATE_HOME=" + filepath.Join(home, "state"),
		"XDG_CACHE_HOME=" + filepath.Join(home, "cache"), "XDG_RUNTIME_DIR=",
	}, env...) {
		name, value, _ := strings.Cut(set, "=")
		t.Setenv(name, value)
	}
	xdg.Reload()
	a := &app{
		args: append(args, "--no-input"), called: "postern", stdin: strings.NewReader(""), stdout: &out, stderr: &news, env: os.Environ(),
	}
	a.run(t.Context())
	return out.String(), news.String()
}

// unprintable is the first rune that a terminal might obey, but for the end of
// a line.
func unprintable(said string) (found string) {
	for _, r := range said {
		if r != '\n' && !unicode.IsPrint(r) {
			return string(r)
		}
	}
	return ""
}

func TestNothingThatIsConfiguredDrawsOnTheTerminal(t *testing.T) {
	quoted, _ := json.Marshal(escapes) // TOML's basic strings have these escapes too
	place := "project_id = \"P2sandbox000000000000000000a\"\n"
	for _, row := range []struct {
		name, config string
		env          []string
		args         []string
		want         string // is said all the same
	}{
		{"a line of TOML that cannot be read", "x = 1\nplain = \x1b[2J\n", nil, []string{"profile", "ls"}, "plain = "},
		{"an unknown setting", "[profile.a]\nodd = 'x" + escapes[:12] + "\u202e'\n", nil, []string{"profile", "ls"}, "\n2|"},
		{"a comment beside it", "odd = 1 # \u202e\u009b2J\n", nil, []string{"profile", "ls"}, "odd = 1"},
		{"a project id in a list", "[profile.a]\nproject_id = " + string(quoted) + "\n", nil, []string{"profile", "ls"}, "  a "},
		{"a base URL in a list", "[profile.a]\nbase_url = " + string(quoted) + "\n", nil, []string{"profile", "ls"}, "]0;owned"},
		{"an audience", "[profile.a]\naudience = [" + string(quoted) + "]\n" + place, nil, []string{"profile", "show", "a"}, "Audience"},
		{"the path of a key file", "[profile.a]\nstore_key_file = " + string(quoted) + "\n" + place, nil, []string{"profile", "show", "a"}, "Key file"},
		{"a store", "[profile.a]\nstore = " + string(quoted) + "\n" + place, nil, []string{"profile", "show", "a"}, "unknown store"},
		{"the name of a profile", "[profile." + string(quoted) + "]\n" + place, nil, []string{"profile", "ls"}, "name of a profile"},
		{"the name of a profile with a second line", "[profile.\"a\\npostern: b\"]\n" + place, nil, []string{"profile", "ls"}, "name of a profile"},
		{"a profile that the environment names", "", []string{"POSTERN_PROJECT_ID=P2sandbox000000000000000000a", "POSTERN_PROFILE=" + escapes}, []string{"profile", "show"}, "name of a profile"},
		{"a profile that a flag names", "", []string{"POSTERN_PROJECT_ID=P2sandbox000000000000000000a"}, []string{"profile", "show", "--profile", escapes}, "name of a profile"},
		{"the directory of the state", "[profile.a]\n" + place, []string{"XDG_STATE_HOME=/nowhere/" + escapes}, []string{"--profile", "a", "store", "status"}, "/nowhere/a"},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, news := ran(t, row.config, row.env, row.args...)
			if bad := unprintable(out + news); bad != "" {
				t.Errorf("got %q in %q, want it gone", bad, out+news)
			}
			if !strings.Contains(out+news, row.want) {
				t.Errorf("got %q, want %q in it", out+news, row.want)
			}
		})
	}
}

func TestLinesOfTOMLStayLinesWhenTheyAreShown(t *testing.T) {
	_, news := ran(t, "plain = true\n\todd = 1 # \x7f\n", nil, "profile", "ls")
	if lines := strings.Split(news, "\n"); len(lines) < 4 {
		t.Errorf("got %q, want what cannot be read in lines of its own", news)
	}
}

func TestMessageInTheInboxDrawsNothing(t *testing.T) {
	line := messageLine(sandbox.Message{Channel: "sms" + escapes, To: "kate" + escapes + "\npostern: done", Code: "123456"})
	var out bytes.Buffer
	if err := (&app{stdout: &out}).printLines([]string{line}); err != nil {
		t.Fatal(err)
	}
	said := out.String()
	if bad := unprintable(said); bad != "" || strings.Count(said, "\n") != 1 {
		t.Errorf("got %q, want one line without %q", said, bad)
	}
}

func TestJSONThatIsPrintedHoldsNothingThatATerminalObeys(t *testing.T) {
	const claims = "{\"amr\" : [\"a\u009b2J\u202eb\x7f\xe2\x80\x8b\", \"\U000e0041é日\"],\r\n\"x\":1.50e+3}"
	const want = `{"amr":["a\u009b2J\u202eb\u007f\u200b","\udb40\udc41é日"],"x":1.50e+3}`
	var out bytes.Buffer
	a := &app{stdout: &out}
	if err := a.writeJSON(json.RawMessage(claims)); err != nil || out.String() != want+"\n" {
		t.Errorf("got %q, %v, want %q", out.String(), err, want+"\n")
	}
	out.Reset()
	if err := a.writeJSON(json.RawMessage("{\"a\":\"\x9b2J\"}")); err != nil || out.String() != `{"a":"\ufffd2J"}`+"\n" {
		t.Errorf("got %q, %v, want no byte that is no text", out.String(), err)
	}
	out.Reset()
	if err := a.printJSON(map[string]any{"claims": json.RawMessage(claims), "error": escapes}); err != nil {
		t.Fatal(err)
	}
	if bad := unprintable(out.String()); bad != "" || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("got %q, want one line without %q", out.String(), bad)
	}
	var back struct{ Error string }
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back.Error != escapes {
		t.Errorf("got %q, %v, want %q to be read as it was", back.Error, err, escapes)
	}
}

func TestClaimsArePrintedAsTheTokenHasThem(t *testing.T) {
	var out bytes.Buffer
	if err := (&app{stdout: &out}).writeJSON(json.RawMessage(`{"a":"<&>\u2028"}`)); err != nil || out.String() != `{"a":"<&>\u2028"}`+"\n" {
		t.Errorf("got %q, %v, want nothing else changed", out.String(), err)
	}
}
