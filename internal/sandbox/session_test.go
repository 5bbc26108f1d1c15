package sandbox

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRefreshWithoutRotationAnswersASessionOnly(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	token := ":" + d.enroll(ann).str("refreshJwt")
	c.pass(9 * time.Minute)
	for _, body := range []any{nil, "{}", "null", `{"externalToken":""}`} {
		got := d.must(d.post("/v1/auth/refresh", token, body))
		if got.str("refreshJwt") != "" || got.object["user"] != nil || got.object["firstSeen"] != false {
			t.Errorf("got %s", got.text)
		}
		if exp := d.claims(got.str("sessionJwt"))["exp"]; exp != float64(c.at.Add(10*time.Minute).Unix()) {
			t.Errorf("got exp %v", exp)
		}
	}
}

func TestRefreshTellsItsRefusalsApart(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	in := d.enroll(ann)
	forged := in.str("refreshJwt")
	forged = forged[:len(forged)-8] + strings.Repeat("A", 8)
	other := at(t, c.options())
	other.enroll(ann)
	d.refused(d.post("/v1/auth/refresh", "", nil), 401, "E061004")
	d.refused(d.post("/v1/auth/refresh", ":a.b.c", nil), 401, "E061005")
	d.refused(d.post("/v1/auth/refresh", ":"+in.str("sessionJwt"), nil), 401, "E061005")
	d.refused(d.post("/v1/auth/refresh", ":"+forged, nil), 401, "E061005")
	d.must(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil))
	c.pass(720 * time.Hour)
	d.refused(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil), 401, "E061005")

	bare, _ := http.NewRequest("POST", "https://sandbox.invalid/v1/auth/refresh", nil)
	d.refused(d.do(bare), 400, "E011001")
}

func TestRefreshTokenMayComeInItsCookie(t *testing.T) {
	d := at(t, newClock().options())
	req, _ := http.NewRequest("POST", "https://sandbox.invalid/v1/auth/refresh", nil)
	req.AddCookie(&http.Cookie{Name: "DSR", Value: d.enroll(ann).str("refreshJwt")})
	d.must(d.do(req))
}

func TestSessionNeverOutlivesTheRefreshToken(t *testing.T) {
	c := newClock()
	opts := c.options()
	opts.RefreshTTL = 15 * time.Minute
	d := at(t, opts)
	in := d.enroll(ann)
	c.pass(10 * time.Minute)
	got := d.must(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil))
	session := d.claims(got.str("sessionJwt"))
	if session["exp"] != float64(c.at.Add(5*time.Minute).Unix()) || session["exp"] != got.object["sessionExpiration"] {
		t.Errorf("got exp %v, sessionExpiration %v", session["exp"], got.object["sessionExpiration"])
	}
}

func TestTryRefreshIsNeverRefused(t *testing.T) {
	d := at(t, newClock().options())
	token := ":" + d.enroll(ann).str("refreshJwt")
	if got := d.must(d.post("/v1/auth/try-refresh", token, nil)); got.str("sessionJwt") == "" {
		t.Errorf("got %s, want a session", got.text)
	}
	for _, auth := range []string{"", ":a.b.c"} {
		if got := d.must(d.post("/v1/auth/try-refresh", auth, nil)); strings.TrimSpace(string(got.text)) != "{}" {
			t.Errorf("got %s, want {}", got.text)
		}
	}
}

func TestStrictRotationEndsTheSessionOnReuse(t *testing.T) {
	c := newClock()
	opts := c.options()
	opts.Rotation = Strict
	d := at(t, opts)
	first := d.enroll(ann).str("refreshJwt")
	second := d.must(d.post("/v1/auth/refresh", ":"+first, nil)).str("refreshJwt")
	if second == "" || second == first {
		t.Fatalf("got refresh token %q, want a new one", second)
	}
	third := d.must(d.post("/v1/auth/refresh", ":"+second, nil)).str("refreshJwt")
	d.refused(d.get("/v1/auth/me", ":"+second), 401, "E064001") // a read ends nothing
	d.must(d.get("/v1/auth/me", ":"+third))
	d.refused(d.post("/v1/auth/refresh", ":"+second, nil), 401, "E064001")
	d.refused(d.post("/v1/auth/refresh", ":"+third, nil), 401, "E064001")
}

func TestGraceRotationAcceptsThePreviousTokenForAWhile(t *testing.T) {
	c := newClock()
	opts := c.options()
	opts.Rotation = Grace(10 * time.Second)
	d := at(t, opts)
	first := d.enroll(ann).str("refreshJwt")
	second := d.must(d.post("/v1/auth/refresh", ":"+first, nil)).str("refreshJwt")
	c.pass(10 * time.Second)
	twin := d.must(d.post("/v1/auth/refresh", ":"+first, nil)).str("refreshJwt")
	if got, want := d.claims(twin)["jti"], d.claims(second)["jti"]; got != want {
		t.Errorf("got token %v for the one rotated out, want %v", got, want)
	}
	third := d.must(d.post("/v1/auth/refresh", ":"+second, nil)).str("refreshJwt")
	d.must(d.post("/v1/auth/refresh", ":"+twin, nil))
	d.refused(d.get("/v1/auth/me", ":"+first), 401, "E064001") // two generations old
	c.pass(11 * time.Second)
	d.refused(d.post("/v1/auth/refresh", ":"+second, nil), 401, "E064001")
	d.refused(d.post("/v1/auth/refresh", ":"+third, nil), 401, "E064001")
}

func TestLogoutEndsOneSession(t *testing.T) {
	d := at(t, newClock().options())
	one, two := d.enroll(ann), d.verifyAgain(ann)
	got := d.must(d.post("/v1/auth/logout", ":"+one.str("refreshJwt"), nil))
	if got.str("sessionJwt") != "" || got.str("cookieName") != "" || got.object["user"] != nil || !keysOf(got.object)["sessionJwt"] {
		t.Errorf("got %s, want everything empty", got.text)
	}
	d.refused(d.post("/v1/auth/refresh", ":"+one.str("refreshJwt"), nil), 401, "E064001")
	d.refused(d.post("/v1/auth/logout", ":"+one.str("refreshJwt"), nil), 401, "E064001")
	d.must(d.post("/v1/auth/validate", ":"+one.str("sessionJwt"), nil)) // good by its signature until it expires
	d.must(d.post("/v1/auth/refresh", ":"+two.str("refreshJwt"), nil))
}

func TestLogoutAllEndsAllOfOneUser(t *testing.T) {
	d := at(t, newClock().options())
	one, two, bob := d.enroll(ann), d.verifyAgain(ann), d.enroll("bob")
	d.must(d.post("/v1/auth/logoutall", ":"+one.str("refreshJwt"), "{}"))
	d.refused(d.post("/v1/auth/refresh", ":"+one.str("refreshJwt"), nil), 401, "E064001")
	d.refused(d.post("/v1/auth/refresh", ":"+two.str("refreshJwt"), nil), 401, "E064001")
	d.must(d.post("/v1/auth/refresh", ":"+bob.str("refreshJwt"), nil))
}

func TestRevokeOtherSessionsKeepsTheNewOne(t *testing.T) {
	d := at(t, newClock().options())
	one := d.enroll(ann)
	p := d.person(ann)
	code, _ := p.TOTP.code(p.TOTP.LastStep + 1)
	two := d.must(d.verify("", ann, code, object{"revokeOtherSessions": true}))
	d.refused(d.post("/v1/auth/refresh", ":"+one.str("refreshJwt"), nil), 401, "E064001")
	d.must(d.post("/v1/auth/refresh", ":"+two.str("refreshJwt"), nil))
}

func TestMeTakesTheRefreshToken(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	got := d.must(d.get("/v1/auth/me", ":"+in.str("refreshJwt")))
	if got.object["TOTP"] != true || got.str("status") != "enabled" {
		t.Errorf("got %s", got.text)
	}
	d.refused(d.get("/v1/auth/me", ":"+in.str("sessionJwt")), 401, "E061005")
}

func TestHistoryIsAnArrayNewestFirst(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.enroll(ann)
	c.pass(time.Minute)
	in := d.must(d.verify("", ann, d.code(ann), nil))
	var lines []object
	decode(t, d.must(d.get("/v1/auth/me/history", ":"+in.str("refreshJwt"))).text, &lines)
	if len(lines) != 2 || lines[0]["loginTime"] != float64(c.at.Unix()) || lines[0]["ip"] != "127.0.0.1" || lines[0]["userId"] == "" {
		t.Errorf("got %v", lines)
	}
}

func TestValidateAnswersTheClaimsAtTheRoot(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	in := d.enroll(ann)
	got := d.must(d.post("/v1/auth/validate", ":"+in.str("sessionJwt"), nil))
	if got.str("drn") != "DS" || got.str("iat") != "2026-03-04T10:00:00Z" || got.str("exp") != "2026-03-04T10:10:00Z" {
		t.Errorf("got %s", got.text)
	}
	d.refused(d.post("/v1/auth/validate", ":"+in.str("refreshJwt"), nil), 401, "E061005")
	d.refused(d.post("/v1/auth/validate", "", nil), 401, "E061005")
	c.pass(10 * time.Minute)
	d.refused(d.post("/v1/auth/validate", ":"+in.str("sessionJwt"), nil), 401, "E061005")
}

func TestCustomClaimsAreKeptOverRefreshes(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.enroll(ann)
	c.pass(time.Minute)
	in := d.must(d.verify("", ann, d.code(ann), object{"customClaims": object{"team": "red", "n": 7, "on": true}}))
	again := d.must(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil))
	for _, token := range []string{in.str("sessionJwt"), in.str("refreshJwt"), again.str("sessionJwt")} {
		got := d.claims(token)
		if got["team"] != "red" || got["n"] != 7.0 || got["on"] != true {
			t.Errorf("got %v", got)
		}
	}
}

func TestReservedClaimsCannotBeSet(t *testing.T) {
	d := at(t, newClock().options())
	d.enroll(ann)
	for _, name := range reservedClaims {
		d.refused(d.verify("", ann, "123456", object{"customClaims": object{name: "x"}}), 400, "E011004")
	}
}

func TestStepUpRaisesTheSameSession(t *testing.T) {
	c := newClock()
	opts := c.options()
	opts.SessionTTL = time.Hour
	d := at(t, opts)
	in := d.enroll(ann)
	c.pass(time.Minute)
	d.refused(d.verify("", ann, d.code(ann), object{"stepup": true}), 401, "E061004")
	up := d.must(d.verify(":"+in.str("refreshJwt"), ann, d.code(ann), object{"stepup": true}))
	session := d.claims(up.str("sessionJwt"))
	if session["su"] != true || session["exp"] != float64(c.at.Add(10*time.Minute).Unix()) || text(session["amr"]) != `["totp"]` {
		t.Errorf("got %v, want su for ten minutes", session)
	}
	again := d.must(d.post("/v1/auth/refresh", ":"+up.str("refreshJwt"), nil))
	if su := d.claims(again.str("sessionJwt"))["su"]; su != nil {
		t.Errorf("got su %v after a refresh, want none", su)
	}
	d.must(d.post("/v1/auth/logout", ":"+in.str("refreshJwt"), nil))
	d.refused(d.post("/v1/auth/refresh", ":"+up.str("refreshJwt"), nil), 401, "E064001")
}

func TestSameFactorTwiceIsNotMFA(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	p := d.person(ann)
	code, _ := p.TOTP.code(p.TOTP.LastStep + 1)
	got := d.must(d.verify(":"+in.str("refreshJwt"), ann, code, object{"mfa": true}))
	if amr := text(d.claims(got.str("sessionJwt"))["amr"]); amr != `["totp"]` {
		t.Errorf("got amr %s", amr)
	}
}

func TestMFAWithAnotherUsersTokenSpendsNoCode(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.enroll(ann)
	bob := d.enroll("bob")
	c.pass(time.Minute)
	d.refused(d.verify(":"+bob.str("refreshJwt"), ann, d.code(ann), object{"mfa": true}), 401, "E061004")
	d.must(d.verify("", ann, d.code(ann), nil))
}
