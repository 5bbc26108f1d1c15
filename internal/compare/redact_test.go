package compare

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const canary = "Canary"

// singing answers every call with a canary in every field: as a value, as a
// name, in tokens, headers and cookies. form says how.
type singing struct{ form string }

func (s singing) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := 200, ""
	switch s.form {
	case "objects":
		body = encode(everything(r.URL.Path))
	case "a list":
		body = encode([]any{everything(r.URL.Path)})
	case "errors":
		if status = 400; r.URL.Path == "/v1/mgmt/user/create/test" {
			status = 200 // or the walk ends at once
		}
		body = encode(map[string]any{
			"errorCode": canary, "errorDescription": canary, "errorMessage": canary, "message": canary, canary: canary,
		})
	case "text":
		body = canary
	}
	return &http.Response{
		StatusCode: status, Body: io.NopCloser(strings.NewReader(body)),
		Header: http.Header{
			"Set-Cookie": {"DS=" + canary, "DSR=" + canary, canary + "=" + canary}, "Retry-After": {canary}, canary: {canary},
		},
	}, nil
}

// everything is an object with all names that the walk knows, and one it does
// not, a canary in each.
func everything(path string) map[string]any {
	claims := map[string]any{canary: canary, "amr": []any{canary, "mfa"}, "tenants": map[string]any{canary: canary}}
	for _, name := range publicClaims {
		if claims[name] == nil {
			claims[name] = canary
		}
	}
	token := part(map[string]any{"alg": canary, "kid": canary, canary: canary}) + "." + part(claims) + "." + canary
	user := map[string]any{canary: canary, "customAttributes": map[string]any{canary: canary}}
	for _, name := range userFields {
		if user[name] == nil {
			user[name] = canary
		}
	}
	line := map[string]any{canary: canary, "loginTime": canary, "ip": canary, "name": canary, "kid": canary, "alg": canary}
	all := map[string]any{
		canary: canary, "sessionJwt": token, "refreshJwt": token, "user": user, "key": canary, "image": canary,
		"provisioningURL": canary + "://" + canary + "/" + canary + ":" + canary + "?secret=" + canary + "&issuer=" + canary +
			"&algorithm=" + canary + "&digits=" + canary + "&period=" + canary + "&" + canary + "=" + canary,
		"maskedEmail": canary + "@" + canary, "verificationAttempts": canary, "code": canary, "exp": canary, "iat": canary,
		"link": "https://" + canary + "/?t=" + canary, "pendingRef": canary, "keys": []any{line},
	}
	switch path {
	case "/v1/auth/me/history":
		all["authHistory"] = []any{line}
	case "/v1/auth/me/tenants":
		all["tenants"] = []any{line}
	case "/v1/auth/validate":
		all["parsedJWT"] = claims
	}
	for _, name := range slices.Concat(jwtFields, userFields) {
		if all[name] == nil {
			all[name] = canary
		}
	}
	return all
}

func encode(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func part(v any) string { return base64.RawURLEncoding.EncodeToString([]byte(encode(v))) }

// reports are all forms of a report.
func reports(t *testing.T, there, sandbox Walked) string {
	t.Helper()
	r := New(there, sandbox)
	var out bytes.Buffer
	for _, all := range []bool{false, true} {
		if err := r.Write(&out, all); err != nil {
			t.Fatal(err)
		}
	}
	return out.String() + encode(r.Rows)
}

func TestNoCanaryIsInTheReport(t *testing.T) {
	for _, form := range []string{"objects", "a list", "errors", "text"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			at := &clock{at: time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)}
			w, err := Walk(t.Context(), Side{
				Base: "https://" + canary, Project: "P" + canary, Version: "test", Now: at.now, Wait: at.wait,
				Key: func() string { return "K" + canary }, Wire: singing{form},
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(w.Notes) < 60 {
				t.Errorf("got %d observations, want a walk to its end", len(w.Notes))
			}
			out := reports(t, w, plain(t))
			for _, forbidden := range []string{canary, "anary"} {
				if i := strings.Index(out, forbidden); i >= 0 {
					t.Errorf("the canary sings: …%s", out[max(0, i-120):i+20])
				}
			}
		})
	}
}

// A text of a reply becomes a Word in redact.go only: everywhere else the
// compiler takes constants alone.
func TestWordsAreMadeInOneFile(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	conversion := regexp.MustCompile(`\bWord\([^"]`)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		switch n := len(conversion.FindAll(raw, -1)); {
		case file == "redact.go":
			made += n
		case n > 0 && !strings.HasSuffix(file, "_test.go"):
			t.Errorf("%s makes %d words, want none", file, n)
		}
	}
	if made == 0 {
		t.Error("redact.go makes no words: nothing is looked for")
	}
}

func TestReportShowsWhatTheOtherHasNot(t *testing.T) {
	long := []Word{"a", "b", "c", "d", "e", "f", "g"}
	r := New(
		Walked{Notes: []Note{{"1", "s", "list", long[1:]}, {"2", "s", "short", []Word{"x", "y"}}, {"3", "s", "more", []Word{"z"}}}},
		Walked{Notes: []Note{{"1", "s", "list", long}, {"2", "s", "short", []Word{"y", "x"}}, {"4", "s", "alike", []Word{"z"}}}, Steps: 2},
	)
	r.NotAsked = nil
	var out bytes.Buffer
	if err := r.Write(&out, false); err != nil {
		t.Fatal(err)
	}
	const want = `| item | step     | there                 | sandbox               |
|------|----------|-----------------------|-----------------------|
| 1    | s: list  | 6 alike, no more      | 6 alike, and a        |
| 2    | s: short | x, y                  | y, x                  |
| 4    | s: alike | (did not come so far) | z                     |
| 3    | s: more  | z                     | (did not come so far) |

2 steps, 4 observations, 4 differences, 0 not asked
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
