package client

import (
	"regexp"
	"strings"
	"testing"
)

func TestBaseURLFollowsFromTheProjectID(t *testing.T) {
	const tail = "2abcdefghijklmnopqrstuvwxyz" // 27
	for id, want := range map[string]string{
		"P" + tail:               "https://api.descope.com",
		"Peuc1" + tail:           "https://api.euc1.descope.com",
		"PUSE1" + tail:           "https://api.use1.descope.com",
		" P" + tail + "\n":       "https://api.descope.com",
		"Pabc" + tail:            "https://api.descope.com", // 31: no region, as in the Go SDK
		"Peuc1" + tail + "extra": "https://api.euc1.descope.com",
	} {
		p, err := NewProject(id, "")
		if err != nil || p.Base.String() != want || p.ID != strings.TrimSpace(id) {
			t.Errorf("%q: got %v, %v, want %s", id, p.Base, err, want)
		}
	}
}

func TestFaultX05ProjectIDThatCannotBeIsRefused(t *testing.T) {
	for name, id := range map[string]string{
		"empty": "", "short": "P123", "27 characters": "P" + strings.Repeat("a", 26), "no P": "X" + strings.Repeat("a", 27),
		"lower p": "p" + strings.Repeat("a", 27), "slash": "P" + strings.Repeat("a", 26) + "/", "dot": "P.." + strings.Repeat("a", 25),
		"colon": "P" + strings.Repeat("a", 26) + ":", "escape": "P" + strings.Repeat("a", 27) + "\x1b[2J", "letter of another script": "P" + strings.Repeat("a", 27) + "é",
		"endless": "P" + strings.Repeat("a", 500), "line break": "P" + strings.Repeat("a", 27) + "\r\nX: y" + strings.Repeat("a", 9),
	} {
		_, err := NewProject(id, "")
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		wantKind(t, err, Misconfigured)
	}
}

func TestBaseURLsThatAreAccepted(t *testing.T) {
	for in, want := range map[string]string{
		"https://auth.example.com":        "https://auth.example.com",
		"https://auth.example.com/":       "https://auth.example.com",
		"https://auth.example.com//":      "https://auth.example.com",
		"https://Auth.Example.COM":        "https://auth.example.com",
		"HTTPS://auth.example.com:8443/x": "https://auth.example.com:8443/x",
		" https://auth.example.com\n":     "https://auth.example.com",
		"https://xn--exmple-cua.com":      "https://xn--exmple-cua.com",
		"http://127.0.0.1:8080/":          "http://127.0.0.1:8080",
		"http://127.9.9.9":                "http://127.9.9.9",
		"http://[::1]:8080":               "http://[::1]:8080",
		"https://[2001:db8::1]":           "https://[2001:db8::1]",
	} {
		p, err := NewProject(projectID, in)
		if err != nil || p.Base.String() != want || p.Host() != p.Base.Host {
			t.Errorf("%q: got %v, %v, want %s", in, p.Base, err, want)
		}
	}
}

// The host is the only thing on a login screen that tells a true one from a
// false one, so it has to be what it looks like.
func TestFaultN21BaseURLsThatAreRefused(t *testing.T) {
	for name, in := range map[string]string{
		"http elsewhere":            "http://auth.example.com",
		"http by name":              "http://localhost:8080",
		"http looks like loopback":  "http://127.0.0.1.example.com",
		"http private network":      "http://10.0.0.1",
		"http unspecified":          "http://0.0.0.0",
		"http short form":           "http://127.1",
		"other scheme":              "ftp://auth.example.com",
		"no scheme":                 "auth.example.com",
		"no host":                   "https:///path",
		"port alone":                "https://:443",
		"opaque":                    "https:auth.example.com",
		"user":                      "https://api.descope.com@evil.example",
		"user and password":         "https://u:" + canary + "@evil.example",
		"broken user and password":  "https://u:" + canary + "%zz@evil.example",
		"query":                     "https://auth.example.com/?x=" + canary,
		"empty query":               "https://auth.example.com?",
		"fragment":                  "https://auth.example.com/#x",
		"bidi override":             "https://auth\u202e.example.com",
		"bidi override, escaped":    "https://auth%E2%80%AE.example.com",
		"letter of another script":  "https://аpi.descope.com",
		"space":                     "https://auth example.com",
		"zone":                      "http://[::1%25lo]:80",
		"control character":         "https://auth.example.com/\x1b[2J",
		"escaped control character": "https://auth.example.com/%1b[2J",
		"climbing path":             "https://auth.example.com/a/../b",
		"escaped slash":             "https://auth.example.com/a%2f/",
	} {
		p, err := NewProject(projectID, in)
		if err == nil {
			t.Errorf("%s: %q accepted as %s", name, in, p.Base)
			continue
		}
		wantKind(t, err, Misconfigured)
		if strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAccountNamesTellPlacesAndProfilesApart(t *testing.T) {
	form := regexp.MustCompile(`^v1:[0-9a-f]{16}$`)
	names := map[string]bool{}
	for _, base := range []string{"", "https://auth.example.com", "http://127.0.0.1:8080"} {
		for _, id := range []string{projectID, "P2other000000000000000000000"} {
			for _, profile := range []string{"", "work", "home"} {
				p, err := NewProject(id, base)
				if err != nil {
					t.Fatal(err)
				}
				name := p.Account(profile)
				if !form.MatchString(name) {
					t.Errorf("got %q", name)
				}
				names[name] = true
			}
		}
	}
	if len(names) != 18 {
		t.Errorf("got %d names, want 18", len(names))
	}
	a, _ := NewProject(projectID, "https://auth.example.com")
	b, _ := NewProject(projectID, "https://AUTH.example.com/")
	if a.Account("x") != b.Account("x") {
		t.Error("one place has two names")
	}
}
