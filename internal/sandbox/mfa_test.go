package sandbox

import "testing"

func TestMFAIsRememberedFromSignInToVerify(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	ask := object{"loginId": ann, "loginOptions": object{"mfa": true, "stepup": true, "customClaims": object{"team": "red"}}}
	d.refused(d.post("/v1/auth/otp/signin/email", "", ask), 401, "E061004")
	d.must(d.post("/v1/auth/otp/signin/email", ":"+in.str("refreshJwt"), ask))
	got := d.enterCode("email", ann)
	session, refresh := d.claims(got.str("sessionJwt")), d.claims(got.str("refreshJwt"))
	if text(session["amr"]) != `["totp","email","mfa"]` || text(refresh["amr"]) != `["totp","email","mfa"]` {
		t.Errorf("got amr %v and %v", session["amr"], refresh["amr"])
	}
	if session["su"] != true || refresh["su"] != nil || session["team"] != "red" {
		t.Errorf("got %v", session)
	}
	again := d.must(d.post("/v1/auth/refresh", ":"+got.str("refreshJwt"), nil))
	if amr := text(d.claims(again.str("sessionJwt"))["amr"]); amr != `["totp","email","mfa"]` {
		t.Errorf("got amr %s after a refresh", amr)
	}
}

func TestMFAOnAnEndedSessionIsRefused(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	d.must(d.post("/v1/auth/otp/signin/email", ":"+in.str("refreshJwt"), object{"loginId": ann, "loginOptions": object{"mfa": true}}))
	d.must(d.post("/v1/auth/logout", ":"+in.str("refreshJwt"), nil))
	d.refused(d.tryCode("email", ann, d.delivered(ann).Code), 401, "E064001")
}

func TestOrdinarySignInStartsAFreshSession(t *testing.T) {
	d := at(t, newClock().options())
	d.enroll(ann)
	d.must(d.post("/v1/auth/otp/signin/email", "", object{"loginId": ann}))
	if amr := text(d.claims(d.enterCode("email", ann).str("sessionJwt"))["amr"]); amr != `["email"]` {
		t.Errorf("got amr %s", amr)
	}
}

func TestTOTPIsASecondFactorAfterEmail(t *testing.T) {
	d := at(t, newClock().options())
	in := d.register("email", ann, nil)
	d.refused(d.verify("", ann, "123456", nil), 401, "E061102") // no authenticator: nothing given away
	d.must(d.post("/v1/auth/totp/update", ":"+in.str("refreshJwt"), object{"loginId": ann}))
	got := d.must(d.verify(":"+in.str("refreshJwt"), ann, d.code(ann), object{"mfa": true}))
	if amr := text(d.claims(got.str("sessionJwt"))["amr"]); amr != `["email","totp","mfa"]` {
		t.Errorf("got amr %s", amr)
	}
}
