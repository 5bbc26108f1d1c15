package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"postern/client"
)

const written = `# how I like it
plain = true  # screen reader

# at work
[profile.work]
project_id = "P2sandbox000000000000000000a"
audience = [
  "one", # the first

  "two",
]
# trailing words about work

# at home
[profile.home]
project_id = "P2sandbox000000000000000000b"
`

func TestTextAroundAChangeStays(t *testing.T) {
	put := func(name string, p profileFile) configEdit { return putProfile(name, p) }
	set := func(value string) configEdit {
		return configEdit{
			func(t *tomlText) error { t.setTop("plain", value); return nil },
			func(c *configFile) { c.Plain = value == "true" },
		}
	}
	unset := configEdit{
		func(t *tomlText) error { t.cutTop("plain"); return nil }, func(c *configFile) { c.Plain = false },
	}
	more := profileFile{
		ProjectID: "P2sandbox000000000000000000c", BaseURL: "https://a.example", Store: "kernel", Audience: []string{"x", `y"z`},
		Require: []factorName{{"mfa"}}, Method: methodName{client.Email},
	}
	const moreText = "[profile.more]\nproject_id = \"P2sandbox000000000000000000c\"\nbase_url = \"https://a.example\"\nstore = \"kernel\"\n" +
		"method = \"email\"\naudience = [\"x\", \"y\\\"z\"]\nrequire = [\"mfa\"]\n"
	work := written[strings.Index(written, "[profile.work]"):strings.Index(written, "# trailing")]
	for _, row := range []struct {
		name, before string
		edit         configEdit
		want         string
	}{
		{"a profile into nothing", "", put("more", more), moreText},
		{"a profile at the end", written, put("more", more), written + "\n" + moreText},
		{"a profile in place of another", written, put("work", profileFile{ProjectID: "Px"}),
			strings.Replace(written, work, "", 1) + "\n[profile.work]\nproject_id = \"Px\"\n"},
		{"no profile work", written, cutProfile("work"), strings.Replace(written, work, "", 1)},
		{"no profile home", written, cutProfile("home"),
			strings.TrimSuffix(written, "[profile.home]\nproject_id = \"P2sandbox000000000000000000b\"\n")},
		{"another value, the comment stays", written, set("false"), strings.Replace(written, "true", "false", 1)},
		{"a value into nothing", "", set("true"), "plain = true\n"},
		{"a value above the tables", "[profile.a]\n", set("true"), "plain = true\n\n[profile.a]\n"},
		{"no value", written, unset, strings.Replace(written, "plain = true  # screen reader\n", "", 1)},
		{"no value where there is none", "# words\n", unset, "# words\n"},
		{"a file with the other line ends", strings.ReplaceAll(written, "\n", "\r\n"), cutProfile("work"),
			strings.ReplaceAll(strings.Replace(written, work, "", 1), "\n", "\r\n")},
		{"no line end at the end", "plain = true", put("a", profileFile{ProjectID: "Px"}),
			"plain = true\n\n[profile.a]\nproject_id = \"Px\"\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := configIn(t, row.before)
			if err := s.edit(context.Background(), row.edit); err != nil {
				t.Fatal(err)
			}
			if got := configOf(t, s); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

func TestTextThatCannotBeChangedSafelyIsLeft(t *testing.T) {
	for name, before := range map[string]string{
		"dotted":            "profile.work.project_id = \"Px\"\n",
		"inline":            "[profile]\nwork = { project_id = \"Px\" }\n",
		"below profile":     "[profile]\nwork.project_id = \"Px\"\n",
		"several on a line": "profile = { work = { project_id = \"Px\" }, home = { project_id = \"Py\" } }\n",
		"quoted, no such":   "[profile.\"other\"]\nproject_id = \"Px\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := configIn(t, before)
			for _, edit := range []configEdit{cutProfile("work"), putProfile("work", profileFile{ProjectID: "Pz"})} {
				if name == "quoted, no such" && edit.text(&tomlText{}) == nil {
					continue // one more is fine there
				}
				err := s.edit(context.Background(), edit)
				if exitOf(err) != exitConfig || !strings.Contains(err.Error(), "by hand") {
					t.Errorf("got %v, want to change it by hand", err)
				}
			}
			if got := configOf(t, s); got != before {
				t.Errorf("got %q, want it as it was", got)
			}
		})
	}
}

// Whatever the file looked like, a change means what it should or is refused.
func TestEveryChangeMeansTheSameAsItsText(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"plain = true\n", "# words\n", "\n", "[profile.a]\nproject_id = \"Pa\" # [x]\n", "[profile.b]\naudience = [\n\"[profile.a]\",\n]\n",
		"[profile.\"a\"]\n", "[ profile . b ]\nstore = '''\nauto'''\n", "[profile.a]\r\n", "\t[profile.c]\n  project_id = 'x#y'\n", "store = \"x\"\n",
	})
	rapid.Check(t, func(rt *rapid.T) {
		before := strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(rt, "pieces"), "")
		text, err := readTOMLText([]byte(before))
		if err != nil {
			rt.Skip()
		}
		if got := string(text.bytes()); strings.TrimRight(strings.ReplaceAll(got, "\r\n", "\n"), "\n") !=
			strings.TrimRight(strings.ReplaceAll(before, "\r\n", "\n"), "\n") {
			rt.Fatalf("read and written: got %q, want %q", got, before)
		}
		s := configIn(t, before)
		if s.edit(context.Background(), cutProfile("a")) == nil && strings.Contains(configOf(t, s), "Pa") {
			rt.Fatalf("the profile is still there: %q", configOf(t, s))
		}
	})
}

func TestFileKeepsItsModeAndItsLink(t *testing.T) {
	s := configIn(t, "plain = false\n")
	kept := filepath.Join(t.TempDir(), "dotfiles.toml")
	if err := os.Rename(s.paths.configFile(), kept); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(kept, s.paths.configFile()); err != nil {
		t.Skip("no symbolic links here")
	}
	if err := os.Chmod(kept, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := s.edit(context.Background(), putProfile("a", profileFile{ProjectID: "Px"})); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(s.paths.configFile()); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("got %v %v, want the link", info, err)
	}
	info, err := os.Stat(kept)
	if err != nil || info.Mode().Perm() != 0o640 || !strings.Contains(configOf(t, s), "profile.a") {
		t.Errorf("got %v %v, want the file changed, mode 0640", info, err)
	}
}

func configIn(t *testing.T, text string) settings {
	t.Helper()
	dir := t.TempDir()
	s := settings{paths: paths{config: filepath.Join(dir, "config"), state: filepath.Join(dir, "state")}}
	if text == "" {
		return s
	}
	if err := os.Mkdir(s.paths.config, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.paths.configFile(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

func configOf(t *testing.T, s settings) string {
	t.Helper()
	text, err := os.ReadFile(s.paths.configFile())
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}
