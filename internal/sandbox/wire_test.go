package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

func isErr(got, want error) bool { return errors.Is(got, want) }

// person reads a user from the state.
func (d desk) person(loginID string) person {
	d.Helper()
	var p person
	err := d.box.store.view(d.Context(), func(tx *bolt.Tx) (err error) {
		p, _, err = findPerson(tx, loginID)
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// verifyAgain signs in with the next step's code, which the window allows.
func (d desk) verifyAgain(loginID string) answered {
	d.Helper()
	p := d.person(loginID)
	code, err := p.TOTP.code(p.TOTP.LastStep + 1)
	if err != nil {
		d.Fatal(err)
	}
	return d.must(d.verify("", loginID, code, nil))
}

func TestProjectIDHasTheLengthOfARealOne(t *testing.T) {
	d := at(t, newClock().options())
	if id := d.box.ProjectID(); len(id) != 28 || !strings.HasPrefix(id, "PSANDBOX") {
		t.Errorf("got %q", id)
	}
	again := open(t, Options{Dir: d.box.opts.Dir})
	if got, want := again.ProjectID(), d.box.ProjectID(); got != want {
		t.Errorf("got %q after opening again, want %q", got, want)
	}
}

func TestAuthorizationIsChecked(t *testing.T) {
	d := at(t, newClock().options())
	good := d.box.ProjectID()
	for _, row := range []struct {
		name, header string
		status       int
		code         string
	}{
		{"none", "", 401, "E061004"},
		{"another project", "Bearer P2abcdefghijklmnopqrstuvwxyz", 400, "E071001"},
		{"empty project", "Bearer ", 400, "E071001"},
		{"another scheme", "Basic " + good, 401, "E061004"},
		{"wrong key", "Bearer " + good + ":nonsense", 401, "E061004"},
		{"management key", "Bearer " + good + ":" + d.box.identity.ManagementKey, 401, "E061004"},
		{"project", "Bearer " + good, 200, ""},
		{"lower case scheme", "bearer " + good, 200, ""},
		{"auth management key", "Bearer " + good + ":" + d.box.identity.AuthManagementKey, 200, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := desk{t, d.box}
			req, _ := http.NewRequest("POST", "https://sandbox.invalid/v1/auth/totp/signup", strings.NewReader(`{"loginId":"x"}`))
			if row.header != "" {
				req.Header.Set("Authorization", row.header)
			}
			if row.status == 200 {
				d.must(d.do(req))
				return
			}
			d.refused(d.do(req), row.status, row.code)
		})
	}
}

func TestUnknownCallsAreRefusedInJSON(t *testing.T) {
	d := at(t, newClock().options())
	d.refused(d.post("/v1/auth/nothing", "", nil), 404, "E011001")
	d.refused(d.get("/v1/auth/totp/verify", ""), 405, "E011001")
	d.refused(d.get("/v2/keys/P2abcdefghijklmnopqrstuvwxyz", ""), 400, "E071001")
}

func TestLargeBodiesAreRefused(t *testing.T) {
	d := at(t, newClock().options())
	big := `{"loginId":"a","pad":"` + strings.Repeat("x", maxBody) + `"}`
	d.refused(d.post("/v1/auth/totp/signup", "", big), 413, "E011001")
}

func TestSignInReplyWritesZeroValues(t *testing.T) {
	d := at(t, newClock().options())
	got := d.enroll(ann)
	for _, key := range []string{
		"sessionJwt", "refreshJwt", "cookieDomain", "cookiePath", "cookieMaxAge", "cookieExpiration", "cookieName",
		"sessionCookieName", "sessionCookieDomain", "user", "firstSeen", "sessionExpiration", "nextRefreshSeconds", "claims",
		"externalToken", "trustedDeviceJwt", "knownDeviceJwt", "tenantSSOID", "unsavedSSO", "idpResponse",
	} {
		if !keysOf(got.object)[key] {
			t.Errorf("reply lacks %s", key)
		}
	}
	user := got.object["user"].(object)
	for _, key := range []string{
		"loginIds", "userId", "name", "givenName", "middleName", "familyName", "email", "verifiedEmail", "phone", "verifiedPhone",
		"status", "picture", "createdTime", "roleNames", "permissions", "userTenants", "customAttributes", "externalIds", "ssoAppIds",
		"test", "editable", "TOTP", "password", "webauthn", "push", "SAML", "OIDC", "SCIM", "OAuth", "consentExpiration",
		"recoveryEmail", "verifiedRecoveryEmail", "recoveryPhone", "verifiedRecoveryPhone",
	} {
		if !keysOf(user)[key] {
			t.Errorf("user lacks %s", key)
		}
	}
	if id := user["userId"].(string); len(id) != 28 || id[0] != 'U' {
		t.Errorf("got user id %q", id)
	}
	if strings.Contains(string(got.text), `"roleNames":null`) {
		t.Error("an empty list is written as null")
	}
}

func TestTokensCarryTheContractsClaims(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	got := d.enroll(ann)
	user := got.object["user"].(object)["userId"]
	session, refresh := d.claims(got.str("sessionJwt")), d.claims(got.str("refreshJwt"))
	ends := c.at.Add(720 * time.Hour)
	for name, want := range map[string]any{
		"drn": "DS", "iss": d.box.ProjectID(), "sub": user, "iat": float64(c.at.Unix()),
		"exp": float64(c.at.Add(10 * time.Minute).Unix()), "rexp": ends.Format(time.RFC3339),
	} {
		if session[name] != want {
			t.Errorf("session %s: got %v, want %v", name, session[name], want)
		}
	}
	for name, want := range map[string]any{
		"drn": "DSR", "iss": d.box.ProjectID(), "sub": user, "exp": float64(ends.Unix()), "rexp": nil, "su": nil,
	} {
		if refresh[name] != want {
			t.Errorf("refresh %s: got %v, want %v", name, refresh[name], want)
		}
	}
	if got := text(session["amr"]); got != `["totp"]` {
		t.Errorf("got amr %s", got)
	}
	if got := got.object["sessionExpiration"]; got != session["exp"] {
		t.Errorf("got sessionExpiration %v, want %v", got, session["exp"])
	}
}

func TestKeysArePublishedInBothForms(t *testing.T) {
	d := at(t, newClock().options())
	req, _ := http.NewRequest("GET", "https://sandbox.invalid/v2/keys/"+d.box.ProjectID(), nil)
	set := d.must(d.do(req)).object["keys"].([]any)
	key := set[0].(object)
	if len(set) != 1 || key["alg"] != "RS256" || key["kty"] != "RSA" || key["use"] != "sig" || key["e"] != "AQAB" {
		t.Errorf("got %v", set)
	}
	if kid := key["kid"].(string); !strings.HasPrefix(kid, "SK") {
		t.Errorf("got kid %q", kid)
	}
	var bare []object
	if err := json.Unmarshal(d.must(d.get("/v1/keys/"+d.box.ProjectID(), "")).text, &bare); err != nil {
		t.Fatal(err)
	}
	if len(bare) != 1 || bare[0]["n"] != key["n"] {
		t.Errorf("got %v, want %v", bare, key)
	}
}

func TestCookiesModeLeavesTheFieldsEmpty(t *testing.T) {
	for _, row := range []struct {
		name             string
		session, refresh Place
	}{
		{"both in the body", Body, Body},
		{"refresh in a cookie", Body, Cookies},
		{"session in a cookie", Cookies, Body},
		{"both in cookies", Cookies, Cookies},
	} {
		t.Run(row.name, func(t *testing.T) {
			opts := newClock().options()
			opts.SessionToken, opts.RefreshToken = row.session, row.refresh
			d := at(t, opts)
			got := d.enroll(ann)
			jar := map[string]*http.Cookie{}
			for _, cookie := range got.Cookies() {
				jar[cookie.Name] = cookie
			}
			for _, token := range []struct {
				where      Place
				field, drn string
			}{{row.session, "sessionJwt", "DS"}, {row.refresh, "refreshJwt", "DSR"}} {
				value := got.str(token.field)
				if cookie := jar[token.drn]; token.where == Cookies {
					if value != "" || cookie == nil || !cookie.HttpOnly || !cookie.Secure || cookie.Path != "/" || cookie.MaxAge <= 0 {
						t.Fatalf("%s: got %q and cookie %v", token.drn, value, cookie)
					}
					value = cookie.Value
				} else if cookie != nil {
					t.Errorf("%s: got a cookie beside the body", token.drn)
				}
				if got := d.claims(value)["drn"]; got != token.drn {
					t.Errorf("got drn %v, want %v", got, token.drn)
				}
			}
		})
	}
}

func TestClockOffsetShiftsTokensAndDate(t *testing.T) {
	c := newClock()
	opts := c.options()
	opts.ClockOffset = -7 * time.Minute
	d := at(t, opts)
	got := d.enroll(ann)
	want := c.at.Add(-7 * time.Minute)
	if iat := d.claims(got.str("sessionJwt"))["iat"]; iat != float64(want.Unix()) {
		t.Errorf("got iat %v, want %v", iat, want.Unix())
	}
	if date := got.Header.Get("Date"); date != want.Format(http.TimeFormat) {
		t.Errorf("got Date %q, want %q", date, want.Format(http.TimeFormat))
	}
}

func text(v any) string { b, _ := json.Marshal(v); return string(b) }
