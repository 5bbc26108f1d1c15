package client

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/tabwriter"

	"postern/internal/needs"
)

var deletions = flag.Bool("deletions", false, "delete each check of a token in turn, and see a test fail")

// deletion takes one check out: what stands in the source, and what stands
// there instead. Without a replacement it is a condition that becomes false;
// in one, "if !deleted()" asks whether this check is the one.
type deletion struct {
	check, file, find, replace string
}

// These are all checks that stand between a reply and a session. A check that
// is added belongs here.
var everyCheck = []deletion{
	{"token too long", "token.go", `len(token) > maxToken`, ""},
	{"not three parts", "token.go", `strings.Count(token, ".") != 2`, ""},
	{"line end in a token", "token.go", `strings.ContainsFunc(token, notInToken)`, ""},
	{"algorithm not in our list", "token.go", `[]jose.SignatureAlgorithm{jose.RS256, jose.ES384}`,
		`map[bool][]jose.SignatureAlgorithm{true: {jose.RS256, jose.ES384, jose.RS384, jose.RS512, jose.PS256, jose.ES256, jose.HS256, jose.EdDSA}, false: {jose.RS256, jose.ES384}}[deleted()]`},
	{"critical header", "token.go", `_, ok := head.ExtraHeaders["crit"]; ok`, `_, ok := head.ExtraHeaders["crit"]; ok && !deleted()`},
	{"algorithm not the key's", "token.go", `head.Algorithm != key.Algorithm`, ""},
	{"signature", "token.go", `payload, err := jws.Verify(key.Key)`,
		"payload, err := jws.Verify(key.Key)\nif deleted() { payload, err = jws.UnsafePayloadWithoutVerification(), nil }"},
	{"claims said twice", "token.go", `err := decodeStrict(payload, &w); err != nil`,
		`err := map[bool]func([]byte, any) error{true: json.Unmarshal, false: decodeStrict}[deleted()](payload, &w); err != nil`},
	{"kind", "token.go", `!slices.Contains(kinds, w.Drn)`, ""},
	{"issuer", "token.go", `!issuedFor(w.Iss, c.project.ID)`, ""},
	{"issuer: the last part only", "token.go", `(n > 1 && parts[n-2] == project)`, ""},
	{"no expiry", "token.go", `w.Exp == nil`, ""},
	{"expired", "token.go", `!now.Before(epoch(*w.Exp))`, ""},
	{"issued in the future", "token.go", `w.Iat != nil && epoch(*w.Iat).After(now.Add(leeway))`, ""},
	{"not yet valid", "token.go", `w.Nbf != nil && epoch(*w.Nbf).After(now.Add(leeway))`, ""},
	{"a clock that is days off", "token.go", `err := c.clockFault(); err != nil`, `err := c.clockFault(); err != nil && !deleted()`},
	{"key set of a clock that is days off", "keys.go", `err := c.clockFault(); err != nil`, `err := c.clockFault(); err != nil && !deleted()`},
	{"offset of days that a reply says", "client.go", `offset.Abs() > maxOffset`, ""},
	{"offset of days that a record says", "client.go", `d.Abs() <= maxOffset`, `(d.Abs() <= maxOffset || deleted())`},
	{"the server's clock", "client.go", `return c.localNow().Add(c.ClockOffset())`, "if deleted() { return c.localNow() }\nreturn c.localNow().Add(c.ClockOffset())"},
	{"audience", "token.go", `kinds[0] == sessionKind && !audienceFits(w.Aud, c.project.Audience)`, ""},
	{"bound to a DPoP key", "token.go", `w.Cnf != nil && w.Cnf.Jkt != ""`, ""},
	{"dsub before sub", "token.go", `w.Dsub != ""`, ""},
	{"no user", "token.go", `user == "" || `, `(user == "" && !deleted()) || `},
	{"user that cannot be shown", "token.go", `string(Clean(user)) != user`, ""},
	{"expiry past the calendar", "token.go", `min(max(seconds, 0), end)`, `map[bool]float64{true: seconds, false: min(max(seconds, 0), end)}[deleted()]`},
	{"too many keys", "keys.go", `len(list) > maxKeys`, ""},
	{"two keys with one id", "keys.go", `_, twice := keys[k.KeyID]; twice`, `_, twice := keys[k.KeyID]; twice && !deleted()`},
	{"no key", "keys.go", `len(keys) == 0`, ""},
	{"key that cannot be used", "keys.go", `k.UnmarshalJSON(raw) != nil || !usable(k)`, `k.UnmarshalJSON(raw) != nil || !usable(k) && !deleted()`},
	{"key without an id", "keys.go", `k.KeyID == "" || `, `(k.KeyID == "" && !deleted()) || `},
	{"key for encryption", "keys.go", `k.Use != "sig"`, ""},
	{"RSA key's algorithm", "keys.go", `k.Algorithm == string(jose.RS256)`, `(k.Algorithm == string(jose.RS256) || deleted())`},
	{"RSA key too small", "keys.go", `bits >= 2048`, `(bits >= 2048 || deleted())`},
	{"RSA key too large", "keys.go", `bits <= 8192`, `(bits <= 8192 || deleted())`},
	{"RSA exponent", "keys.go", `pub.E >= 65537`, `(pub.E >= 65537 || deleted())`},
	{"curve key's algorithm", "keys.go", `k.Algorithm == string(jose.ES384)`, `(k.Algorithm == string(jose.ES384) || deleted())`},
	{"curve", "keys.go", `pub.Curve == elliptic.P384()`, `(pub.Curve == elliptic.P384() || deleted())`},
	{"key set asked for again and again", "keys.go", `!c.keysAre(refetchPause)`, `(!c.keysAre(refetchPause) || deleted())`},
	{"key set too old for a refresh", "keys.go", `c.keysAre(keysLast)`, `(c.keysAre(keysLast) || deleted())`},
	{"key set that is no longer good", "keys.go", `isNoAnswer(err) && `, `(isNoAnswer(err) || deleted()) && `},
	{"key set before a code is spent", "verify.go", `err := c.Keys(ctx); err != nil`, `err := c.Keys(ctx); err != nil && !deleted()`},
	{"no session token", "session.go", `s.token.Empty()`, ""},
	{"the refresh token's own check", "session.go", `rc, err := c.checkNew(ctx, op, s.refresh, ofRefresh)`,
		"rc, err := c.checkNew(ctx, op, s.refresh, ofRefresh)\nif deleted() { rc.UserID, err = s.claims.UserID, nil }"},
	{"two tokens of two users", "session.go", `rc.UserID != s.claims.UserID`, ""},
	{"session's name that is the refresh token's", "session.go", `w.SessionCookie != refreshKind`, `(w.SessionCookie != refreshKind || deleted())`},
	{"refresh token's name that is the session's", "session.go", `w.CookieName != sessionKind`, `(w.CookieName != sessionKind || deleted())`},
	{"one name for both tokens: the session's", "session.go", `w.SessionCookie != w.CookieName`, `(w.SessionCookie != w.CookieName || deleted())`},
	{"one name for both tokens: the other's", "session.go", `w.CookieName != w.SessionCookie`, `(w.CookieName != w.SessionCookie || deleted())`},
	{"cookie that is taken back", "session.go", `ck.MaxAge >= 0`, `(ck.MaxAge >= 0 || deleted())`},
	{"who was meant", "session.go", `s.user.goesBy(s.loginID)`, `(s.user.goesBy(s.loginID) || deleted())`},
	{"user of the reply and of the token", "session.go", `string(s.user.UserID) == s.claims.UserID`, `(string(s.user.UserID) == s.claims.UserID || deleted())`},
	{"raised session of another user", "options.go", `s.claims.UserID != on.claims.UserID`, ""},
	{"refreshed session of another user", "refresh.go", `s.claims.UserID != rec.UserID`, ""},
	{"cached session of another user", "account.go", `claims.UserID != rec.UserID`, ""},
	{"record of another project", "account.go", `rec.BaseURL != a.client.project.Base.String() || rec.ProjectID != a.client.project.ID`, ""},
	{"kept session of another user", "account.go", `before.UserID != rec.UserID`, ""},
	{"adopted session's own kind", "adopt.go", `theirs, err := c.check(ctx, refresh, refreshKind)`,
		"theirs, err := c.check(ctx, refresh, append([]string{refreshKind}, map[bool][]string{true: {sessionKind}}[deleted()]...)...)"},
	{"adopted session of another user", "adopt.go", `s.claims.UserID != theirs.UserID`, ""},
	{"step-up of another user is kept", "stepup.go", `rec.UserID != s.claims.UserID`, ""},
	{"step-up that is none", "stepup.go", `!claims.StepUp`, ""},
	{"step-up of another user", "stepup.go", `claims.UserID != rec.UserID`, ""},
	{"step-up too old", "stepup.go", `maxAge > 0 && a.client.Now().Sub(claims.IssuedAt) > maxAge`, ""},
	{"another origin", "client.go", `r.URL.Scheme != p.scheme || r.URL.Host != p.host`, ""},
}

const deletedCheck = "POSTERN_TEST_DELETED_CHECK"

// TestDeletingAnyTokenCheckTurnsATestRed builds these tests once, with a switch
// at each check, and runs them with each switched off.
func TestDeletingAnyTokenCheckTurnsATestRed(t *testing.T) {
	if !*deletions {
		t.Skip("takes a minute: run with -deletions")
	}
	binary := withSwitches(t)
	run := func(check string) (red string, err error) {
		cmd := exec.Command(binary, "-test.failfast", "-test.skip", "Fuzz|TestFault[NL]|S15|S17|TestDeletingAny|RefreshKeepsItsBudget")
		cmd.Env = append(os.Environ(), deletedCheck+"="+check)
		out, err := cmd.CombinedOutput()
		if m := regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)|^panic: (.+)`).FindAllStringSubmatch(string(out), -1); m != nil {
			last := m[len(m)-1]
			for _, one := range m {
				if strings.Contains(one[1], "/") {
					last = one // the row
				}
			}
			red = last[1] + last[2]
		}
		return red, err
	}
	if red, err := run("none"); err != nil {
		t.Fatalf("with every check in place: %v, %s", err, red)
	}
	var table strings.Builder
	columns := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for _, d := range everyCheck {
		red, err := run(d.check)
		if err == nil {
			red = "NOTHING"
			t.Errorf("%s (%s): no test fails without it", d.check, d.file)
		}
		_, _ = fmt.Fprintf(columns, "%s\t%s\n", d.check, red)
	}
	_ = columns.Flush()
	t.Logf("check and the test that its absence turns red:\n%s", table.String())
}

// TestEveryTokenCheckStandsWhereItIsListed keeps the list true.
func TestEveryTokenCheckStandsWhereItIsListed(t *testing.T) {
	for _, d := range everyCheck {
		source, err := os.ReadFile(d.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), d.find); n != 1 {
			t.Errorf("%s: found %d times in %s, want once: %s", d.check, n, d.file, d.find)
		}
	}
}

// withSwitches builds this package's tests from a source with a switch at each
// check.
func withSwitches(t *testing.T) (binary string) {
	t.Helper()
	dir := t.TempDir()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{"deleted.go": fmt.Sprintf("package client\nimport \"os\"\nfunc deleted(check string) bool { return os.Getenv(%q) == check }\n", deletedCheck)}
	for _, d := range everyCheck {
		if sources[d.file] == "" {
			raw, err := os.ReadFile(d.file)
			if err != nil {
				t.Fatal(err)
			}
			sources[d.file] = string(raw)
		}
		with := d.replace
		if with == "" {
			with = "(" + d.find + " && !deleted())"
			if strings.Contains(d.find, "||") {
				with = "((" + d.find + ") && !deleted())"
			}
		}
		with = strings.ReplaceAll(with, "deleted()", fmt.Sprintf("deleted(%q)", d.check))
		sources[d.file] = strings.Replace(sources[d.file], d.find, with, 1)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for name, source := range sources {
		overlay.Replace[filepath.Join(here, name)] = filepath.Join(dir, name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := json.Marshal(overlay)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "overlay.json"), raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	binary = filepath.Join(dir, "client.test")
	out, err := exec.Command(needs.Tool(t, "go"), "test", "-c", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go test -c: %v\n%s", err, out)
	}
	return binary
}
