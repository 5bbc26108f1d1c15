package sandbox

import (
	"strings"
	"testing"
	"time"
)

const annsPhone = "+15555550144"

// delivered is the newest code in the inbox for a login id.
func (d desk) delivered(loginID string) Message {
	d.Helper()
	messages, err := d.box.Inbox(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	for _, m := range messages {
		if m.LoginID == loginID {
			return m
		}
	}
	d.Fatalf("got no message for %q", loginID)
	return Message{}
}

// register signs a user up by a delivered code.
func (d desk) register(channel, loginID string, user object) answered {
	d.Helper()
	d.must(d.post("/v1/auth/otp/signup/"+channel, "", object{"loginId": loginID, "user": user, "loginOptions": object{}}))
	return d.enterCode(channel, loginID)
}

// enterCode verifies the newest delivered code.
func (d desk) enterCode(channel, loginID string) answered {
	d.Helper()
	return d.must(d.tryCode(channel, loginID, d.delivered(loginID).Code))
}

func (d desk) tryCode(channel, loginID, code string) answered {
	d.Helper()
	return d.post("/v1/auth/otp/verify/"+channel, "", object{"loginId": loginID, "code": code})
}

func TestEveryChannelSignsUpAndIn(t *testing.T) {
	for _, row := range []struct {
		channel, loginID, mask, amr, key string
	}{
		{"email", ann, "a***@example.com", `["email"]`, "maskedEmail"},
		{"sms", annsPhone, "**********44", `["sms"]`, "maskedPhone"},
		{"voice", annsPhone, "**********44", `["sms"]`, "maskedPhone"},
		{"whatsapp", annsPhone, "**********44", `["whatsapp"]`, "maskedPhone"},
		{"im", annsPhone, "**********44", `["im"]`, "maskedPhone"},
	} {
		t.Run(row.channel, func(t *testing.T) {
			c := newClock()
			d := at(t, c.options())
			sent := d.must(d.post("/v1/auth/otp/signup/"+row.channel, "", object{"loginId": row.loginID}))
			if sent.str(row.key) != row.mask || sent.object["verificationAttempts"] != 5.0 || len(sent.object) != 2 {
				t.Errorf("got %s, want %s", sent.text, row.mask)
			}
			got := d.delivered(row.loginID)
			if got.To != row.loginID || got.Channel != row.channel || len(got.Code) != 6 || !got.At.Equal(c.at) {
				t.Errorf("got message %+v", got)
			}
			first := d.enterCode(row.channel, row.loginID)
			if amr := text(d.claims(first.str("sessionJwt"))["amr"]); amr != row.amr || first.object["firstSeen"] != true {
				t.Errorf("got amr %s, firstSeen %v", amr, first.object["firstSeen"])
			}
			user := first.object["user"].(object)
			if user["verifiedEmail"] == user["verifiedPhone"] || user["TOTP"] != false {
				t.Errorf("got user %v, want one verified address", user)
			}
			d.must(d.post("/v1/auth/otp/signin/"+row.channel, "", object{"loginId": row.loginID, "loginOptions": nil}))
			d.enterCode(row.channel, row.loginID)
		})
	}
}

func TestNewcomersAddressIsFoundWhereAnSDKPutsIt(t *testing.T) {
	for _, row := range []struct{ name, channel, body, want string }{
		{"own key", "sms", `{"loginId":"x","phone":"+15555550111","user":{"phone":"+15555550122"}}`, "+15555550111"},
		{"whatsapp key", "whatsapp", `{"loginId":"x","whatsapp":"+15555550133"}`, "+15555550133"},
		{"voice key", "voice", `{"loginId":"x","voice":"+15555550133"}`, "+15555550133"},
		{"user object", "email", `{"loginId":"x","user":{"email":"u@example.com"}}`, "u@example.com"},
		{"login id", "email", `{"loginId":"l@example.com","user":null}`, "l@example.com"},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := at(t, newClock().options())
			d.must(d.post("/v1/auth/otp/signup/"+row.channel, "", row.body))
			messages, _ := d.box.Inbox(t.Context())
			if got := messages[0].To; got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestUnreachableAddressesAreRefused(t *testing.T) {
	d := at(t, newClock().options())
	for _, loginID := range []string{"ann", "5555550144", "+0123456789", "+1 555 555 0144"} {
		d.refused(d.post("/v1/auth/otp/signup/sms", "", object{"loginId": loginID}), 400, "E011003")
	}
	d.refused(d.post("/v1/auth/otp/signup-in/email", "", object{"loginId": "ann"}), 400, "E011003")
	d.enroll("ann")
	d.refused(d.post("/v1/auth/otp/signin/email", "", object{"loginId": "ann"}), 400, "E011003")
}

func TestSignUpOfSomeoneKnownAndSignInOfSomeoneUnknownAreRefused(t *testing.T) {
	d := at(t, newClock().options())
	d.refused(d.post("/v1/auth/otp/signin/email", "", object{"loginId": ann}), 400, "E062108")
	d.refused(d.tryCode("email", ann, "123456"), 400, "E062108")
	d.must(d.post("/v1/auth/otp/signup/email", "", object{"loginId": ann}))
	d.refused(d.post("/v1/auth/otp/signin/email", "", object{"loginId": ann}), 400, "E062108")
	d.refused(d.verify("", ann, "123456", nil), 400, "E062108")
	d.enterCode("email", ann)
	d.refused(d.post("/v1/auth/otp/signup/email", "", object{"loginId": ann}), 400, "E062107")
}

func TestNewcomersHaveNoSessionToRaise(t *testing.T) {
	d := at(t, newClock().options())
	d.must(d.post("/v1/auth/otp/signup-in/email", "", object{"loginId": ann, "loginOptions": object{"mfa": true, "stepup": true}}))
	if su := d.claims(d.enterCode("email", ann).str("sessionJwt"))["su"]; su != nil {
		t.Errorf("got su %v, want none", su)
	}
}

func TestSignUpOrInDoesEither(t *testing.T) {
	d := at(t, newClock().options())
	for _, first := range []bool{true, false} {
		d.must(d.post("/v1/auth/otp/signup-in/email", "", object{"loginId": ann}))
		if got := d.enterCode("email", ann).object["firstSeen"]; got != first {
			t.Errorf("got firstSeen %v, want %v", got, first)
		}
	}
}

func TestNewCodeCancelsTheOneBefore(t *testing.T) {
	d := at(t, newClock().options())
	d.must(d.post("/v1/auth/otp/signup/email", "", object{"loginId": ann}))
	old := d.delivered(ann).Code
	d.must(d.post("/v1/auth/otp/signup/email", "", object{"loginId": ann}))
	if fresh := d.delivered(ann).Code; old == fresh {
		t.Skip("one in a million: both codes are the same")
	}
	d.refused(d.tryCode("email", ann, old), 401, "E061102")
	d.enterCode("email", ann)
	d.refused(d.tryCode("email", ann, d.delivered(ann).Code), 401, "E061102") // used
}

func TestDeliveredCodeLivesFiveMinutesAndFiveTries(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.register("email", ann, nil)
	send := func() { d.must(d.post("/v1/auth/otp/signin/email", "", object{"loginId": ann})) }
	send()
	c.pass(5 * time.Minute)
	d.refused(d.tryCode("email", ann, d.delivered(ann).Code), 401, "E061104")
	send()
	c.pass(5*time.Minute - time.Second)
	for range 4 {
		d.refused(d.tryCode("email", ann, "abcdef"), 401, "E061102")
	}
	d.enterCode("email", ann)
	send()
	for range 5 {
		d.refused(d.tryCode("email", ann, "abcdef"), 401, "E061102")
	}
	d.refused(d.tryCode("email", ann, d.delivered(ann).Code), 401, "E061103")
	send()
	d.enterCode("email", ann)
}

func TestEarlierSignUpOpensNothingLater(t *testing.T) {
	d := at(t, newClock().options())
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann})) // somebody else keeps this key
	key := d.person(ann).PendingTOTP
	d.register("email", ann, nil)
	code, _ := key.code(uint64(d.box.now().Unix()) / stepLength)
	d.refused(d.verify("", ann, code, nil), 401, "E061102")
}

func TestNewAddressCountsOnceItsCodeWasVerified(t *testing.T) {
	const next = "ann@example.org"
	for _, row := range []struct {
		name string
		mfa  bool
		amr  string
	}{{"replacing the factors", false, `["email"]`}, {"keeping the factors", true, `["totp","email","mfa"]`}} {
		t.Run(row.name, func(t *testing.T) {
			d := at(t, newClock().options())
			token := ":" + d.enroll(ann).str("refreshJwt")
			body := object{"loginId": ann, "email": next, "addToLoginIDs": true, "onMergeUseExisting": false, "mfa": row.mfa}
			if got := d.must(d.post("/v1/auth/otp/update/email", token, body)).str("maskedEmail"); got != "a***@example.org" {
				t.Errorf("got mask %q", got)
			}
			if me := d.must(d.get("/v1/auth/me", token)); me.str("email") != "" {
				t.Errorf("got %s, want no new address yet", me.text)
			}
			got := d.enterCode("email", ann)
			user := got.object["user"].(object)
			if user["email"] != next || user["verifiedEmail"] != true || text(user["loginIds"]) != `["ann@example.com","ann@example.org"]` {
				t.Errorf("got user %v", user)
			}
			if amr := text(d.claims(got.str("sessionJwt"))["amr"]); amr != row.amr {
				t.Errorf("got amr %s, want %s", amr, row.amr)
			}
			d.must(d.post("/v1/auth/otp/signin/email", "", object{"loginId": next}))
		})
	}
}

func TestNewPhoneIsVerifiedOnItsChannel(t *testing.T) {
	for _, channel := range phoneChannels {
		d := at(t, newClock().options())
		token := ":" + d.enroll(ann).str("refreshJwt")
		d.must(d.post("/v1/auth/otp/update/phone/"+string(channel), token, object{"loginId": ann, "phone": annsPhone}))
		user := d.enterCode(string(channel), ann).object["user"].(object)
		if user["phone"] != annsPhone || user["verifiedPhone"] != true || len(user["loginIds"].([]any)) != 1 {
			t.Errorf("%s: got user %v", channel, user)
		}
	}
}

func TestUpdateIsRefusedWhereItWouldTakeAnothersLogin(t *testing.T) {
	d := at(t, newClock().options())
	token := ":" + d.enroll(ann).str("refreshJwt")
	d.enroll("bob@example.com")
	body := object{"loginId": ann, "email": "bob@example.com", "addToLoginIDs": true}
	d.refused(d.post("/v1/auth/otp/update/email", token, body), 400, "E062107")
	d.refused(d.post("/v1/auth/otp/update/email", "", body), 401, "E061004")
	d.refused(d.post("/v1/auth/otp/update/email", token, object{"loginId": "bob@example.com", "email": "x@example.com"}), 401, "E061004")
	d.refused(d.post("/v1/auth/otp/update/email", token, object{"loginId": ann, "email": "nonsense"}), 400, "E011003")
}

func TestInboxKeepsTheNewestMessages(t *testing.T) {
	d := at(t, newClock().options())
	for range maxMessages + 3 {
		d.must(d.post("/v1/auth/otp/signup/email", "", object{"loginId": ann}))
	}
	messages, err := d.box.Inbox(t.Context())
	if err != nil || len(messages) != maxMessages {
		t.Fatalf("got %d messages, %v, want %d", len(messages), err, maxMessages)
	}
	d.must(d.tryCode("email", ann, messages[0].Code))
}

func TestMasksHideMostOfAnAddress(t *testing.T) {
	for _, row := range []struct {
		channel       channel
		address, want string
	}{
		{byEmail, "test@email.com", "t***@email.com"},
		{byEmail, "é@email.com", "é***@email.com"},
		{bySMS, "+1555555544", strings.Repeat("*", 9) + "44"},
	} {
		if got := row.channel.mask(row.address); got.MaskedEmail+got.MaskedPhone != row.want {
			t.Errorf("%s: got %+v, want %s", row.address, got, row.want)
		}
	}
}
