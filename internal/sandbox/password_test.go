package sandbox

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const annsPassword = "Correct-h0rse"

// join signs a user up with a password.
func (d desk) join(loginID, password string) answered {
	d.Helper()
	return d.must(d.post("/v1/auth/password/signup", "", object{"loginId": loginID, "password": password}))
}

// say signs in with a password, with options and behind a refresh token.
func (d desk) say(auth, loginID, password string, options object) answered {
	d.Helper()
	return d.post("/v1/auth/password/signin", auth, object{"loginId": loginID, "password": password, "loginOptions": options})
}

func (d desk) amr(in answered) string { d.Helper(); return text(d.claims(in.str("sessionJwt"))["amr"]) }

func TestPasswordSignsUpAndInAtOnce(t *testing.T) {
	d := at(t, newClock().options())
	first := d.must(d.post("/v1/auth/password/signup", "", object{
		"loginId": ann, "password": annsPassword, "user": object{"name": "Ann"}, "loginOptions": object{"customClaims": object{"team": "red"}},
	}))
	user := first.object["user"].(object)
	if first.object["firstSeen"] != true || user["password"] != true || user["name"] != "Ann" || user["verifiedEmail"] != false {
		t.Errorf("got %s", first.text)
	}
	if amr := d.amr(first); amr != `["pwd"]` || d.claims(first.str("sessionJwt"))["team"] != "red" {
		t.Errorf("got amr %s of %s", amr, first.text)
	}
	again := d.must(d.say("", ann, annsPassword, nil))
	if again.object["firstSeen"] != false || again.str("refreshJwt") == "" || d.amr(again) != `["pwd"]` {
		t.Errorf("got %s", again.text)
	}
	d.refused(d.post("/v1/auth/password/signup", "", object{"loginId": ann, "password": annsPassword}), 400, "E062107")
	d.must(d.post("/v1/auth/password/signup", "", object{ // a newcomer has no session to raise
		"loginId": "bob", "password": annsPassword, "loginOptions": object{"mfa": true, "stepup": true},
	}))
	d.refused(d.post("/v1/auth/password/signin", "", object{"loginId": ann}), 400, "E011002")
	d.refused(d.post("/v1/auth/password/signin", "", object{"password": annsPassword}), 400, "E011002")
}

func TestPasswordSignUpTakesOverAnUnfinishedOne(t *testing.T) {
	d := at(t, newClock().options())
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann}))
	code := d.code(ann)
	d.join(ann, annsPassword)
	d.refused(d.verify("", ann, code, nil), 401, "E061102") // the key shown to whoever asked before
}

func TestWrongPasswordTellsNothing(t *testing.T) {
	d := at(t, newClock().options())
	d.join(ann, annsPassword)
	d.enroll("bob")
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": "cy"}))
	wrong := d.say("", ann, "Wrong-h0rse", nil)
	d.refused(wrong, 401, "E062903")
	for _, row := range []struct{ name, loginID string }{
		{"unknown user", "nobody"}, {"user without a password", "bob"}, {"unfinished sign-up", "cy"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := d.say("", row.loginID, annsPassword, nil)
			if got.StatusCode != wrong.StatusCode || !bytes.Equal(got.text, wrong.text) {
				t.Errorf("got %d %s, want %d %s", got.StatusCode, got.text, wrong.StatusCode, wrong.text)
			}
		})
	}
	d.must(d.post("/v1/mgmt/user/update/status", d.manage(), object{"loginId": ann, "status": "disabled"}))
	d.refused(d.say("", ann, "Wrong-h0rse", nil), 401, "E062903")
	d.refused(d.say("", ann, annsPassword, nil), 401, "E061004")
}

func TestFiveWrongPasswordsPauseTheUser(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.join(ann, annsPassword)
	for range 5 {
		d.refused(d.say("", ann, "Wrong-h0rse", nil), 401, "E062903")
	}
	d.refused(d.say("", ann, annsPassword, nil), 401, "E061103")
	d.refused(d.post("/v1/auth/password/replace", "", object{"loginId": ann, "oldPassword": annsPassword, "newPassword": "An0ther-one"}), 401, "E061103")
	c.pass(time.Minute)
	for range 4 {
		d.refused(d.say("", ann, "Wrong-h0rse", nil), 401, "E062903")
	}
	d.must(d.say("", ann, annsPassword, nil))
	d.refused(d.say("", ann, "Wrong-h0rse", nil), 401, "E062903")
	d.must(d.say("", ann, annsPassword, nil))
}

func TestPasswordIsAFactorOfTheSessionThatAsks(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	d.must(d.post("/v1/auth/password/update", ":"+in.str("refreshJwt"), object{"loginId": ann, "newPassword": annsPassword}))
	d.refused(d.say("", ann, annsPassword, object{"mfa": true}), 401, "E061004")
	got := d.must(d.say(":"+in.str("refreshJwt"), ann, annsPassword, object{"mfa": true, "stepup": true}))
	if session := d.claims(got.str("sessionJwt")); text(session["amr"]) != `["totp","pwd","mfa"]` || session["su"] != true {
		t.Errorf("got %v", session)
	}
	d.enroll("bob")
	d.refused(d.say(":"+d.verifyAgain("bob").str("refreshJwt"), ann, annsPassword, object{"mfa": true}), 401, "E061004")
}

func TestPasswordPolicyIsToldAndKept(t *testing.T) {
	d := at(t, newClock().options())
	got := d.must(d.get("/v1/auth/password/policy", ""))
	if want := `{"lowercase":true,"minLength":8,"nonAlphanumeric":true,"number":true,"strengthScore":0,"strengthScoreEnabled":false,"uppercase":true}`; text(got.object) != want {
		t.Errorf("got %s, want %s", got.text, want)
	}
	token := ":" + d.join(ann, annsPassword).str("refreshJwt")
	for _, row := range []struct{ password, want string }{
		{"Ab-4567", "8 characters"},
		{"Äb-4567", "8 characters"}, // and 8 bytes
		{"ABCDEF-8", "lower case"},
		{"abcdef-8", "upper case"},
		{"Abcdefg-", "digit"},
		{"Abcdefg8", "neither letter nor digit"},
		{"Äbcdéfg8", "neither letter nor digit"},
	} {
		t.Run(row.password, func(t *testing.T) {
			for _, call := range []struct {
				path, auth string
				body       object
			}{
				{"/v1/auth/password/signup", "", object{"loginId": "new", "password": row.password}},
				{"/v1/auth/password/update", token, object{"loginId": ann, "newPassword": row.password}},
				{"/v1/auth/password/replace", "", object{"loginId": ann, "oldPassword": annsPassword, "newPassword": row.password}},
			} {
				got := d.post(call.path, call.auth, call.body)
				d.refused(got, 400, "E011003")
				if said := got.str("errorDescription"); !strings.Contains(said, row.want) {
					t.Errorf("%s: got %q, want the rule %q", call.path, said, row.want)
				}
			}
		})
	}
	d.must(d.say("", ann, annsPassword, nil))
	d.join("new", "Ünicode-8") // eight characters and one
}

func TestPasswordIsUpdatedByItsOwnerOnly(t *testing.T) {
	d := at(t, newClock().options())
	in := d.join(ann, annsPassword)
	bob := ":" + d.join("bob", annsPassword).str("refreshJwt")
	body := object{"loginId": ann, "newPassword": "An0ther-one"}
	d.refused(d.post("/v1/auth/password/update", "", body), 401, "E061004")
	d.refused(d.post("/v1/auth/password/update", bob, body), 401, "E061004")
	d.refused(d.post("/v1/auth/password/update", ":"+in.str("sessionJwt"), body), 401, "E061005")
	d.refused(d.post("/v1/auth/password/update", bob, object{"loginId": "bob"}), 400, "E011002")
	if got := d.must(d.post("/v1/auth/password/update", ":"+in.str("refreshJwt"), body)); len(got.object) != 0 || got.object == nil {
		t.Errorf("got %s, want {}", got.text)
	}
	d.refused(d.say("", ann, annsPassword, nil), 401, "E062903")
	d.must(d.say("", ann, "An0ther-one", nil))
	d.must(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil)) // no session ends
}

func TestOldPasswordIsReplacedWithoutASession(t *testing.T) {
	d := at(t, newClock().options())
	in := d.join(ann, annsPassword)
	body := object{"loginId": ann, "oldPassword": "Wrong-h0rse", "newPassword": "An0ther-one"}
	d.refused(d.post("/v1/auth/password/replace", "", body), 401, "E062903")
	d.refused(d.post("/v1/auth/password/replace", "", object{"loginId": ann, "newPassword": "An0ther-one"}), 400, "E011002")
	d.refused(d.post("/v1/auth/password/replace", "", object{"loginId": ann, "oldPassword": annsPassword}), 400, "E011002")
	body["oldPassword"] = annsPassword
	got := d.must(d.post("/v1/auth/password/replace", "", body))
	if d.amr(got) != `["pwd"]` || got.str("refreshJwt") == "" {
		t.Errorf("got %s", got.text)
	}
	d.must(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil))
	last := d.must(d.post("/v1/auth/password/replace", "", object{
		"loginId": ann, "oldPassword": "An0ther-one", "newPassword": "Th1rd-one", "revokeOtherSessions": true, "revokeOtherSessionsTypes": nil,
	}))
	d.refused(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil), 401, "E064001")
	d.must(d.post("/v1/auth/refresh", ":"+last.str("refreshJwt"), nil))
	d.refused(d.say("", ann, "An0ther-one", nil), 401, "E062903")
}

// notInState fails the test if the state holds a secret in clear.
func (d desk) notInState(secret string) {
	d.Helper()
	raw, err := os.ReadFile(filepath.Join(d.box.opts.Dir, "state.db"))
	if err != nil {
		d.Fatal(err)
	}
	if !bytes.Contains(raw, []byte(ann)) {
		d.Fatal("the state does not even hold the login id: this proves nothing")
	}
	whole := secret[:len(secret)/3*3] // what Base64, in which JSON has bytes, writes by itself
	for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(whole))} {
		if bytes.Contains(raw, []byte(form)) {
			d.Errorf("the state holds %q in clear, as %q", secret, form)
		}
	}
}

func TestStateHoldsNoPasswordInClear(t *testing.T) {
	d := at(t, newClock().options())
	d.join(ann, annsPassword)
	d.join("bob", annsPassword)
	d.notInState(annsPassword)
	if one, two := d.person(ann).Password, d.person("bob").Password; bytes.Equal(one.Sums[0], two.Sums[0]) {
		t.Error("two users with the same password have the same hash")
	}
}
