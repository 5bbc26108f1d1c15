package sandbox

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// faulty opens a sandbox with faults.
func faulty(t *testing.T, names ...string) (desk, *clock) {
	t.Helper()
	c := newClock()
	opts := c.options()
	opts.Faults = names
	return at(t, opts), c
}

func TestUnknownFaultIsAnError(t *testing.T) {
	_, err := Open(Options{Dir: t.TempDir(), Faults: []string{"gremlins"}})
	if err == nil || !strings.Contains(err.Error(), `"gremlins"`) {
		t.Errorf("got %v", err)
	}
}

func TestEveryFaultIsExplained(t *testing.T) {
	for _, name := range Faults() {
		if FaultHelp(name) == "" {
			t.Errorf("%s has no help", name)
		}
	}
	if got := FaultHelp("gremlins"); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestFaultsThatTakeThePlaceOfAReply(t *testing.T) {
	for _, row := range []struct {
		name        string
		status      int
		header      string
		want, start string
	}{
		{"503", 503, "Retry-After", "30", ""},
		{"500", 500, "Retry-After", "", ""},
		{"429", 429, "Retry-After", "30", `{"errorCode":"E130429"`},
		{"429-no-header", 429, "Retry-After", "", `{"errorCode":"E130429"`},
		{"html", 200, "Content-Type", "text/html; charset=utf-8", "<!doctype html>"},
		{"empty", 200, "Content-Type", "application/json", ""},
		{"null", 200, "Content-Type", "application/json", "null"},
		{"object", 200, "Content-Type", "application/json", "{}"},
		{"huge", 200, "Content-Type", "application/json", " "},
		{"redirect", 307, "Location", "https://elsewhere.invalid/", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, _ := faulty(t, row.name)
			got := d.post("/v1/auth/totp/signup", "", object{"loginId": ann})
			if got.StatusCode != row.status || got.Header.Get(row.header) != row.want || !strings.HasPrefix(string(got.text), row.start) {
				t.Errorf("got %d %v %.60q", got.StatusCode, got.Header, got.text)
			}
			if row.start == "" && len(got.text) != 0 || row.name == "huge" && len(got.text) != tooBig {
				t.Errorf("got %d bytes", len(got.text))
			}
			if users, _ := d.box.Users(t.Context()); len(users) != 0 {
				t.Error("the call was carried out")
			}
			d.must(d.get("/v2/keys/"+d.box.ProjectID(), "")) // the key endpoints are spared
		})
	}
}

func TestTwoCallsFailAndTheThirdDoesNot(t *testing.T) {
	d, _ := faulty(t, "503-twice@/v1/auth/totp/verify")
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann}))
	for range 2 {
		if got := d.verify("", ann, d.code(ann), nil); got.StatusCode != 503 {
			t.Errorf("got %d, want 503", got.StatusCode)
		}
	}
	d.must(d.verify("", ann, d.code(ann), nil))
}

func TestLostReplyIsOfACallThatWasCarriedOut(t *testing.T) {
	d, _ := faulty(t, "lost-reply@/v1/auth/totp/verify")
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann}))
	if got := d.verify("", ann, d.code(ann), nil); got.StatusCode != 503 || len(got.text) != 0 {
		t.Errorf("got %d %s", got.StatusCode, got.text)
	}
	d.refused(d.verify("", ann, d.code(ann), nil), 401, "E061102")
}

func TestFaultMayCoverTheKeyEndpoints(t *testing.T) {
	d, _ := faulty(t, "500@/v2/keys/")
	if got := d.get("/v2/keys/"+d.box.ProjectID(), ""); got.StatusCode != 500 {
		t.Errorf("got %d, want 500", got.StatusCode)
	}
	d.must(d.get("/v1/keys/"+d.box.ProjectID(), ""))
}

func TestSlowRepliesTakeFiveSecondsMore(t *testing.T) {
	d, _ := faulty(t, "slow")
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		desk{t, d.box}.must(desk{t, d.box}.post("/v1/auth/totp/signup", "", object{"loginId": ann}))
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("took %v, want 5s", took)
		}
	})
}

func TestFaultsOfTokens(t *testing.T) {
	for _, row := range []struct {
		name  string
		wrong func(kid string, claims object, now time.Time) bool
	}{
		{"not-yet-valid", func(_ string, c object, now time.Time) bool {
			return c["nbf"] == float64(now.Add(time.Hour).Unix()) && c["iat"] == c["nbf"]
		}},
		{"unknown-kid", func(kid string, _ object, _ time.Time) bool { return kid != testSigner.KID }},
		{"expired", func(_ string, c object, now time.Time) bool { return c["exp"].(float64) < float64(now.Unix()) }},
		{"no-exp", func(_ string, c object, _ time.Time) bool { return c["exp"] == nil }},
		{"other-user", func(_ string, c object, _ time.Time) bool { return c["sub"] == strangerID }},
		{"other-project", func(_ string, c object, _ time.Time) bool { return !strings.HasPrefix(c["iss"].(string), "PSANDBOX") }},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, c := faulty(t, row.name)
			in := d.enroll(ann)
			for _, field := range []string{"sessionJwt", "refreshJwt"} {
				parsed, err := jwt.ParseSigned(in.str(field), []jose.SignatureAlgorithm{jose.RS256})
				if err != nil {
					t.Fatal(err)
				}
				claims := object{}
				if err := parsed.Claims(testSigner.key.Public(), &claims); err != nil {
					t.Fatal(err)
				}
				if !row.wrong(parsed.Headers[0].KeyID, claims, c.at) {
					t.Errorf("%s is not spoiled: %v", field, claims)
				}
			}
		})
	}
}

func TestRevokedSessionsCannotBeRefreshed(t *testing.T) {
	d, _ := faulty(t, "revoked")
	in := d.enroll(ann)
	d.refused(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil), 401, "E064001")
	d.must(d.get("/v1/auth/me", ":"+in.str("refreshJwt")))
}

func TestDisabledMethodOpensToTheAuthManagementKey(t *testing.T) {
	d, _ := faulty(t, "disabled-method")
	body := object{"loginId": ann, "password": annsPassword, "newPassword": annsPassword, "token": "x", "pendingRef": "x", "code": "x"}
	for _, path := range []string{
		"totp/signup", "otp/signup/email", "magiclink/signup/email", "magiclink/verify", "enchantedlink/signup/email",
		"password/signup", "password/reset", "recovery-codes", "recovery-codes/signin",
	} {
		d.refused(d.post("/v1/auth/"+path, "", body), 400, "E061002")
		d.refused(d.post("/v1/auth/"+path, ":wrong", body), 401, "E061004")
		if got := d.post("/v1/auth/"+path, ":"+d.box.identity.AuthManagementKey, body); got.str("errorCode") == "E061002" {
			t.Errorf("%s: got %s, want it open to the auth management key", path, got.text)
		}
	}
	d.refused(d.get("/v1/auth/password/policy", ""), 400, "E061002")
	d.must(d.post("/v1/auth/password/signup", ":"+d.box.identity.AuthManagementKey, object{"loginId": "bob", "password": annsPassword}))
	_, key := d.makeKey(object{"name": "build"})
	d.must(d.exchange(":"+key, nil))
	if got := d.get("/v2/keys/"+d.box.ProjectID(), ""); got.StatusCode != http.StatusOK {
		t.Errorf("got %d", got.StatusCode)
	}
}
