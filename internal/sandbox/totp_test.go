package sandbox

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

const ann = "ann@example.com"

func TestTOTPSignUpAnswersTheTrio(t *testing.T) {
	d := at(t, newClock().options())
	got := d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann, "user": object{"name": "Ann"}}))
	uri, err := url.Parse(got.str("provisioningURL"))
	if err != nil {
		t.Fatal(err)
	}
	if uri.Scheme != "otpauth" || uri.Host != "totp" || uri.Path != "/Postern sandbox:"+ann {
		t.Errorf("got %s, want otpauth://totp/Postern sandbox:%s", uri, ann)
	}
	for name, want := range map[string]string{
		"secret": got.str("key"), "issuer": "Postern sandbox", "algorithm": "SHA1", "digits": "6", "period": "30",
	} {
		if got := uri.Query().Get(name); got != want || want == "" {
			t.Errorf("got %s %q, want %q", name, got, want)
		}
	}
	picture, err := base64.StdEncoding.DecodeString(got.str("image"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
		t.Errorf("image: %v", err)
	}
}

func TestFirstGoodCodeRegistersTheUser(t *testing.T) {
	d := at(t, newClock().options())
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann, "user": object{"name": "Ann", "email": ann}}))
	users, _ := d.box.Users(t.Context())
	if len(users) != 1 || !users[0].Pending || users[0].TOTP {
		t.Fatalf("got %+v, want one pending user", users)
	}
	first := d.must(d.verify("", ann, d.code(ann), nil))
	user := first.object["user"].(object)
	if first.object["firstSeen"] != true || user["TOTP"] != true || user["verifiedEmail"] != false || user["name"] != "Ann" {
		t.Errorf("got %s", first.text)
	}
	users, _ = d.box.Users(t.Context())
	if users[0].Pending || !users[0].TOTP {
		t.Errorf("got %+v, want a finished user", users)
	}
}

func TestLaterSignInIsNotFirstSeen(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.enroll(ann)
	c.pass(time.Minute)
	if again := d.must(d.verify("", ann, d.code(ann), nil)); again.object["firstSeen"] != false {
		t.Errorf("got firstSeen %v, want false", again.object["firstSeen"])
	}
}

func TestCodesOfOneStepEitherSideAreAccepted(t *testing.T) {
	for _, row := range []struct {
		name string
		off  time.Duration
		good bool
	}{
		{"two steps early", -60 * time.Second, false},
		{"one step early", -30 * time.Second, true},
		{"now", 0, true},
		{"one step late", 30 * time.Second, true},
		{"two steps late", 60 * time.Second, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newClock()
			d := at(t, c.options())
			key := d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann})).str("key")
			code, err := totp.GenerateCode(key, c.at.Add(row.off))
			if err != nil {
				t.Fatal(err)
			}
			got := d.verify("", ann, code, nil)
			if row.good {
				d.must(got)
			} else {
				d.refused(got, 401, "E061102")
			}
		})
	}
}

func TestUsedCodeAndOlderOnesAreRefused(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	key := d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann})).str("key")
	at := func(off time.Duration) string { code, _ := totp.GenerateCode(key, c.at.Add(off)); return code }
	d.must(d.verify("", ann, at(0), nil))
	d.refused(d.verify("", ann, at(0), nil), 401, "E061102")
	d.refused(d.verify("", ann, at(-30*time.Second), nil), 401, "E061102")
	d.must(d.verify("", ann, at(30*time.Second), nil))
}

func TestFiveWrongCodesPauseTheUser(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.enroll(ann)
	d.enroll("bob")
	c.pass(time.Minute)
	for range 5 {
		d.refused(d.verify("", ann, "abcdef", nil), 401, "E061102")
	}
	d.refused(d.verify("", ann, d.code(ann), nil), 401, "E061103")
	d.must(d.verify("", "bob", d.code("bob"), nil))
	c.pass(59 * time.Second)
	d.refused(d.verify("", ann, d.code(ann), nil), 401, "E061103")
	c.pass(time.Second)
	d.must(d.verify("", ann, d.code(ann), nil))
}

func TestGoodCodeForgetsWrongOnes(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.enroll(ann)
	for range 3 {
		c.pass(time.Minute)
		for range 4 {
			d.refused(d.verify("", ann, "000", nil), 401, "E061102")
		}
		d.must(d.verify("", ann, d.code(ann), nil))
	}
}

func TestRepeatedSignUpCountsTheSameTries(t *testing.T) {
	d := at(t, newClock().options())
	for range 5 {
		d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann}))
		d.refused(d.verify("", ann, "abcdef", nil), 401, "E061102")
	}
	d.refused(d.verify("", ann, d.code(ann), nil), 401, "E061103")
}

func TestSignUpOfAnUnfinishedUserReplacesTheKey(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	old := d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann})).str("key")
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": ann}))
	code, _ := totp.GenerateCode(old, c.at)
	d.refused(d.verify("", ann, code, nil), 401, "E061102")
	d.must(d.verify("", ann, d.code(ann), nil))
}

func TestSignUpOfAFinishedUserIsRefused(t *testing.T) {
	d := at(t, newClock().options())
	d.enroll(ann)
	d.refused(d.post("/v1/auth/totp/signup", "", object{"loginId": ann}), 400, "E062107")
}

func TestVerifyOfAnUnknownUserIsRefused(t *testing.T) {
	d := at(t, newClock().options())
	d.refused(d.verify("", ann, "123456", nil), 400, "E062108")
}

func TestMissingArgumentsAreNamed(t *testing.T) {
	d := at(t, newClock().options())
	d.refused(d.post("/v1/auth/totp/signup", "", nil), 400, "E011002")
	d.refused(d.post("/v1/auth/totp/signup", "", object{"loginId": "  "}), 400, "E011002")
	d.refused(d.post("/v1/auth/totp/verify", "", object{"loginId": ann}), 400, "E011002")
	d.refused(d.post("/v1/auth/totp/verify", "", `{"loginId":"a","code":123456}`), 400, "E011001")
	d.refused(d.post("/v1/auth/totp/verify", "", `[1]`), 400, "E011001")
	d.refused(d.post("/v1/auth/totp/verify", "", `{"loginId":`), 400, "E011001")
}

func TestNullOptionsAndUnknownFieldsAreIgnored(t *testing.T) {
	for i, options := range []string{
		`null`, `{}`, `{"stepup":null,"mfa":null,"customClaims":null}`,
		`{"stepup":false,"mfa":false,"customClaims":{},"ssoAppId":null,"templateOptions":{"a":"b"},"newThing":[1]}`,
	} {
		d := at(t, newClock().options())
		id := fmt.Sprint("user", i)
		d.must(d.post("/v1/auth/totp/signup", "", `{"loginId":"`+id+`","user":null,"ssoAppId":null,"other":{}}`))
		d.must(d.post("/v1/auth/totp/verify", "", `{"loginId":"`+id+`","code":"`+d.code(id)+`","loginOptions":`+options+`}`))
	}
}

func TestReplacementCountsOnceItsCodeWasVerified(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	first := d.enroll(ann)
	oldCode := func() string { p := d.person(ann); code, _ := totp.GenerateCode(p.TOTP.Secret, c.at); return code }
	d.must(d.post("/v1/auth/totp/update", ":"+first.str("refreshJwt"), object{"loginId": ann}))
	c.pass(time.Minute)
	d.must(d.verify("", ann, oldCode(), nil)) // the old key is still good
	stale := oldCode()
	if user := d.must(d.verify("", ann, d.code(ann), nil)); user.object["user"].(object)["TOTP"] != true {
		t.Errorf("got %s, want TOTP true", user.text)
	}
	if p := d.person(ann); p.PendingTOTP != nil {
		t.Error("the verified key still waits for its first code")
	}
	c.pass(10 * time.Second) // the same step: an old key's code, of a key that is gone
	d.refused(d.verify("", ann, stale, nil), 401, "E061102")
}

func TestUpdateIsForOnesOwnLoginOnly(t *testing.T) {
	d := at(t, newClock().options())
	token := ":" + d.enroll(ann).str("refreshJwt")
	d.enroll("bob")
	d.refused(d.post("/v1/auth/totp/update", token, object{"loginId": "bob"}), 401, "E061004")
	d.refused(d.post("/v1/auth/totp/update", "", object{"loginId": ann}), 401, "E061004")
	session := ":" + d.verifyAgain(ann).str("sessionJwt")
	d.refused(d.post("/v1/auth/totp/update", session, object{"loginId": ann}), 401, "E061005")
}

func TestCodeNamesUnknownUsers(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	if _, _, err := d.box.Code(t.Context(), ann); !isErr(err, ErrNoUser) {
		t.Errorf("got %v, want ErrNoUser", err)
	}
	d.enroll(ann)
	c.pass(7 * time.Second)
	_, until, err := d.box.Code(t.Context(), ann)
	if want := c.at.Add(23 * time.Second); err != nil || !until.Equal(want) {
		t.Errorf("got until %v, %v, want %v", until, err, want)
	}
}

func TestPhoneShowsTheSandboxClocksCode(t *testing.T) {
	c := newClock()
	opts := c.options()
	opts.ClockOffset = 10*time.Minute + 4*time.Second
	d := at(t, opts)
	d.enroll(ann)
	_, until, err := d.box.Code(t.Context(), ann)
	if want := c.at.Add(26 * time.Second); err != nil || !until.Equal(want) {
		t.Errorf("got until %v, %v, want %v", until, err, want)
	}
}
