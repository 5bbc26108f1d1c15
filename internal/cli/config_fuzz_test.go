package cli

import (
	"errors"
	"strings"
	"testing"
)

// FuzzConfig reads a config file: what cannot be read is said in lines, what
// can be read is written again as it was, and takes changes.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		"", written, "plain = maybe\n", "[profile.a]\nrequire = [\"mfa\"]\nmethod = \"sms\"\n", "[profile.a]\nmethod = \"\x1b[2J\"\n",
		"[profile.a\n", "x = 1\n", "[profile.\"a.b\"]\r\nstore = 'x'\r\n", "profile.a.store = \"x\" # y\n", "\xff\xfe", "[profile.a]\n[profile.a]\n",
		"profile = { a = { project_id = \"P\" } }\n", "[profile.a]\naudience = [\n\"[profile.b]\",\n]\n", strings.Repeat("[", 1000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var c configFile
		if err := parseTOML("config.toml", []byte(text), &c); err != nil {
			var config configError
			if !errors.As(err, &config) || exitOf(err) != exitConfig {
				t.Fatalf("got %v, want an error of the configuration", err)
			}
			return
		}
		doc, err := readTOMLText([]byte(text))
		if err != nil {
			t.Fatalf("can be read, and not be changed: %v", err)
		}
		for _, edit := range []configEdit{
			putProfile("fuzz", profileFile{ProjectID: "Pz", Audience: []string{"x"}}), cutProfile("a"),
			{text: func(t *tomlText) error { t.setTop("plain", "true"); t.cutTop("plain"); return nil }},
		} {
			changed, err := readTOMLText(doc.bytes())
			if err != nil {
				t.Fatalf("written again it cannot be read: %v", err)
			}
			if edit.text(changed) == nil && len(changed.bytes()) > len(text)+1000 {
				t.Fatalf("a small change made %q of %q", changed.bytes(), text)
			}
		}
		var again configFile
		if err := parseTOML("config.toml", doc.bytes(), &again); err != nil || !sameConfig(again, c) {
			t.Fatalf("written again it means something else (%v):\n%q\n%q", err, text, doc.bytes())
		}
	})
}
