package sandbox

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// recoveryCodes generates a set behind a refresh token.
func (d desk) recoveryCodes(in answered, loginID string) []string {
	d.Helper()
	var out struct{ Codes []recoveryCode }
	decode(d, d.must(d.post("/v1/auth/recovery-codes", ":"+in.str("refreshJwt"), object{"loginId": loginID})).text, &out)
	var codes []string
	for _, c := range out.Codes {
		codes = append(codes, c.Code)
	}
	return codes
}

func (d desk) recover(auth, loginID, code string, options object) answered {
	d.Helper()
	return d.post("/v1/auth/recovery-codes/signin", auth, object{"loginId": loginID, "code": code, "loginOptions": options})
}

func TestTenRecoveryCodesSignInOnceEach(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	got := d.must(d.post("/v1/auth/recovery-codes", ":"+in.str("refreshJwt"), object{"loginId": ann}))
	if list, _ := got.object["codes"].([]any); len(got.object) != 1 || len(list) != 10 {
		t.Fatalf("got %s, want ten codes", got.text)
	}
	codes := d.recoveryCodes(in, ann)
	if unique := slices.Compact(slices.Sorted(slices.Values(codes))); len(codes) != 10 || len(unique) != 10 {
		t.Fatalf("got %d codes, %d different, want 10", len(codes), len(unique))
	}
	for i, code := range codes {
		if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$`).MatchString(code) {
			t.Errorf("code %d has another form", i)
		}
		in := d.must(d.recover("", ann, code, nil))
		if d.amr(in) != `["recovery"]` || in.object["firstSeen"] != false {
			t.Errorf("got %s", in.text)
		}
		d.refused(d.recover("", ann, code, nil), 401, "E061102")
	}
}

func TestRecoveryCodeIsReadAsPeopleTypeIt(t *testing.T) {
	d := at(t, newClock().options())
	codes := d.recoveryCodes(d.enroll(ann), ann)
	for i, as := range []func(string) string{
		strings.ToLower,
		func(s string) string { return strings.ReplaceAll(s, "-", "") },
		func(s string) string { return " " + strings.ReplaceAll(s, "-", " ") + " " },
		func(s string) string { return strings.Join(strings.Split(s, ""), "-") },
	} {
		d.must(d.recover("", ann, as(codes[i]), nil))
	}
	d.refused(d.recover("", ann, codes[4][1:], nil), 401, "E061102")
	d.refused(d.recover("", ann, "", nil), 400, "E011002")
	d.refused(d.recover("", ann, "-", nil), 401, "E061102")
}

func TestNewRecoveryCodesCancelTheOldOnes(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	old := d.recoveryCodes(in, ann)
	fresh := d.recoveryCodes(in, ann)
	d.refused(d.recover("", ann, old[0], nil), 401, "E061102")
	d.must(d.recover("", ann, fresh[9], nil))
	d.refused(d.recover("", ann, fresh[9], nil), 401, "E061102")
	d.must(d.recover("", ann, fresh[0], nil))
}

func TestRecoveryCodesAreTheirOwnersOnly(t *testing.T) {
	d := at(t, newClock().options())
	codes := d.recoveryCodes(d.enroll(ann), ann)
	bob := d.enroll("bob")
	d.refused(d.post("/v1/auth/recovery-codes", "", object{"loginId": ann}), 401, "E061004")
	d.refused(d.post("/v1/auth/recovery-codes", ":"+bob.str("refreshJwt"), object{"loginId": ann}), 401, "E061004")
	d.refused(d.post("/v1/auth/recovery-codes", ":"+bob.str("refreshJwt"), nil), 400, "E011002")
	d.refused(d.recover("", "bob", codes[0], nil), 401, "E061102")
	d.refused(d.recover("", "nobody", codes[0], nil), 400, "E062108")
	d.must(d.recover("", ann, codes[0], nil))
}

func TestRecoveryCodeIsAFactorAndIsNotSpentInVain(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	codes := d.recoveryCodes(in, ann)
	d.refused(d.recover("", ann, codes[0], object{"mfa": true}), 401, "E061004")
	got := d.must(d.recover(":"+in.str("refreshJwt"), ann, codes[0], object{"mfa": true, "stepup": true}))
	if session := d.claims(got.str("sessionJwt")); text(session["amr"]) != `["totp","recovery","mfa"]` || session["su"] != true {
		t.Errorf("got %v", session)
	}
}

func TestWrongRecoveryCodesCountWithWrongAuthenticatorCodes(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	codes := d.recoveryCodes(d.enroll(ann), ann)
	for range 2 {
		d.refused(d.recover("", ann, "AAAAA-AAAAA", nil), 401, "E061102")
		d.refused(d.verify("", ann, "abcdef", nil), 401, "E061102")
	}
	d.refused(d.recover("", ann, "AAAAA-AAAAA", nil), 401, "E061102")
	d.refused(d.recover("", ann, codes[0], nil), 401, "E061103")
	c.pass(time.Minute)
	d.must(d.recover("", ann, codes[0], nil))
}

func TestManagerDeletesRecoveryCodes(t *testing.T) {
	d := at(t, newClock().options())
	codes := d.recoveryCodes(d.enroll(ann), ann)
	d.refused(d.post("/v1/mgmt/user/recovery-codes/delete", "", object{"loginId": ann}), 401, "E061004")
	d.refused(d.post("/v1/mgmt/user/recovery-codes/delete", d.manage(), object{"loginId": "nobody"}), 400, "E112102")
	d.must(d.post("/v1/mgmt/user/recovery-codes/delete", d.manage(), object{"loginId": ann}))
	d.refused(d.recover("", ann, codes[0], nil), 401, "E061102")
}

func TestStateHoldsNoRecoveryCodeInClear(t *testing.T) {
	d := at(t, newClock().options())
	for _, code := range d.recoveryCodes(d.enroll(ann), ann) {
		d.notInState(code)
		d.notInState(typed(code))
	}
}
