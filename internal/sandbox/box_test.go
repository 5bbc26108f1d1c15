package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	bolt "go.etcd.io/bbolt"
)

// clock is a clock that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time        { return c.at }
func (c *clock) pass(d time.Duration)  { c.at = c.at.Add(d) }
func (c *clock) options() Options      { return Options{Now: c.now} }
func (c *clock) in(dir string) Options { return Options{Now: c.now, Dir: dir} }

// newClock starts at the beginning of a TOTP step.
func newClock() *clock { return &clock{time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)} }

// testSigner is one signing key for the whole test run: making one takes
// longer than everything else in a test.
var testSigner = func() *signer {
	k, err := newSigner()
	if err != nil {
		panic(err)
	}
	return k
}()

// open opens a sandbox in a fresh directory unless opts names one.
func open(t testing.TB, opts Options) *Sandbox {
	t.Helper()
	if opts.Dir == "" {
		opts.Dir = t.TempDir()
	}
	s, err := Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// desk is a client of one sandbox, as bare as possible.
type desk struct {
	testing.TB
	box *Sandbox
}

func at(t testing.TB, opts Options) desk {
	t.Helper()
	d := desk{t, open(t, opts)}
	err := d.box.store.update(t.Context(), func(tx *bolt.Tx) error {
		return put(tx, metaBucket, signerKey, testSigner)
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type object = map[string]any

// answered is a reply with its JSON decoded.
type answered struct {
	*http.Response
	text []byte
	object
}

func (a answered) str(key string) string { s, _ := a.object[key].(string); return s }

// send makes a call in process. auth is what follows the project id in the
// Authorization header, colon included; body is JSON text or a value.
func (d desk) send(method, path, auth string, body any) answered {
	d.Helper()
	text, ok := body.(string)
	if !ok && body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			d.Fatal(err)
		}
		text = string(b)
	}
	req, err := http.NewRequestWithContext(d.Context(), method, "https://sandbox.invalid"+path, strings.NewReader(text))
	if err != nil {
		d.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.box.ProjectID()+auth)
	req.Header.Set("Content-Type", "application/json")
	return d.do(req)
}

func (d desk) do(req *http.Request) answered {
	d.Helper()
	resp, err := d.box.RoundTrip(req)
	if err != nil {
		d.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.Fatal(err)
	}
	out := answered{Response: resp, text: text}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		if err := json.Unmarshal(text, &out.object); err != nil {
			d.Fatal(err)
		}
	}
	return out
}

func (d desk) post(path, auth string, body any) answered {
	d.Helper()
	return d.send(http.MethodPost, path, auth, body)
}

func (d desk) get(path, auth string) answered {
	d.Helper()
	return d.send(http.MethodGet, path, auth, nil)
}

// must fails the test unless the call succeeded.
func (d desk) must(a answered) answered {
	d.Helper()
	if a.StatusCode != http.StatusOK {
		d.Fatalf("got status %d %s, want 200", a.StatusCode, a.text)
	}
	return a
}

// refused fails the test unless the call was refused in this way.
func (d desk) refused(a answered, status int, code string) {
	d.Helper()
	if a.StatusCode != status || a.str("errorCode") != code {
		d.Fatalf("got %d %s, want %d %s", a.StatusCode, a.text, status, code)
	}
	if got := a.Header.Get("Content-Type"); got != "application/json" {
		d.Errorf("got Content-Type %q, want application/json", got)
	}
	if a.str("errorDescription") == "" {
		d.Errorf("got no errorDescription in %s", a.text)
	}
}

// code is what the sandbox phone shows.
func (d desk) code(loginID string) string {
	d.Helper()
	code, _, err := d.box.Code(d.Context(), loginID)
	if err != nil {
		d.Fatal(err)
	}
	return code
}

// enroll signs a user up with an authenticator and returns the first sign-in.
func (d desk) enroll(loginID string) answered {
	d.Helper()
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": loginID}))
	return d.must(d.post("/v1/auth/totp/verify", "", object{"loginId": loginID, "code": d.code(loginID)}))
}

// verify signs in with a code, with options and behind a refresh token.
func (d desk) verify(auth, loginID, code string, options object) answered {
	d.Helper()
	body := object{"loginId": loginID, "code": code}
	if options != nil {
		body["loginOptions"] = options
	}
	return d.post("/v1/auth/totp/verify", auth, body)
}

// claims checks a token against the published key set and returns its payload.
func (d desk) claims(token string) object {
	d.Helper()
	var set jose.JSONWebKeySet
	keys := d.must(d.get("/v2/keys/"+d.box.ProjectID(), ""))
	if err := json.Unmarshal(keys.text, &set); err != nil {
		d.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		d.Fatalf("parse token: %v", err)
	}
	if got := parsed.Headers[0].ExtraHeaders["typ"]; got != "JWT" {
		d.Errorf("got typ %v, want JWT", got)
	}
	found := set.Key(parsed.Headers[0].KeyID)
	if len(found) != 1 {
		d.Fatalf("got %d keys with kid %q, want 1", len(found), parsed.Headers[0].KeyID)
	}
	out := object{}
	if err := parsed.Claims(found[0].Key, &out); err != nil {
		d.Fatalf("verify token: %v", err)
	}
	return out
}

// keysOf names the fields of a JSON object.
func keysOf(o object) map[string]bool {
	out := map[string]bool{}
	for name := range maps.Keys(o) {
		out[name] = true
	}
	return out
}

func decode(t testing.TB, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
