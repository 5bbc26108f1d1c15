package sandbox

import (
	"maps"
	"testing"
	"time"
)

// signIns make the sign-in of a body that names the user and the options, each
// by its method.
var signIns = map[string]func(d desk, body object) answered{
	"totp": func(d desk, body object) answered {
		body["code"] = d.code(ann)
		return d.post("/v1/auth/totp/verify", "", body)
	},
	"otp": func(d desk, body object) answered {
		d.must(d.post("/v1/auth/otp/signin/email", "", body))
		return d.enterCode("email", ann)
	},
	"otp sign-up or in": func(d desk, body object) answered {
		d.must(d.post("/v1/auth/otp/signup-in/email", "", body))
		return d.enterCode("email", ann)
	},
	"magic link": func(d desk, body object) answered { return d.tryLink(d.link("signin/email", "", body)) },
	"enchanted link": func(d desk, body object) answered {
		w := d.ask("signin/email", "", body)
		d.must(w.press(w.link(true)))
		return w.poll()
	},
	"password": func(d desk, body object) answered {
		body["password"] = annsPassword
		return d.post("/v1/auth/password/signin", "", body)
	},
	"recovery code": func(d desk, body object) answered {
		body["code"] = d.recoveryCodes(d.must(d.say("", ann, annsPassword, nil)), ann)[0]
		return d.post("/v1/auth/recovery-codes/signin", "", body)
	},
}

// everyOption is descope/go-sdk's LoginOptions and what the API description
// adds to it.
var everyOption = object{
	"stepup": false, "mfa": false, "customClaims": object{"team": "red", "n": 7, "on": true}, "templateId": "t", "templateOptions": object{"a": "b"},
	"tenantId": "T1", "revokeOtherSessions": true, "revokeOtherSessionsTypes": []string{"x"}, "locale": "de", "ssoAppId": "app", "pkceChallenge": "YWJj",
}

func TestEveryMethodTakesAllLoginOptions(t *testing.T) {
	for method, signIn := range signIns {
		t.Run(method, func(t *testing.T) {
			c := newClock()
			d := at(t, c.options())
			d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{"loginId": ann, "email": ann, "userTenants": []object{{"tenantId": "T1"}}}))
			d.must(d.post("/v1/auth/otp/signin/email", "", object{"loginId": ann}))
			first := ":" + d.enterCode("email", ann).str("refreshJwt")
			d.must(d.post("/v1/auth/totp/update", first, object{"loginId": ann}))
			d.must(d.post("/v1/auth/password/update", first, object{"loginId": ann, "newPassword": annsPassword}))
			nulls := maps.Clone(everyOption)
			for name := range nulls {
				nulls[name] = nil
			}
			for _, options := range []any{nil, object{}, nulls} {
				c.pass(time.Minute)
				got := d.must(signIn(d, object{"loginId": ann, "loginOptions": options}))
				if dct := d.claims(got.str("sessionJwt"))["dct"]; dct != nil {
					t.Errorf("got dct %v without a tenant", dct)
				}
			}
			d.must(d.post("/v1/auth/refresh", first, nil))
			c.pass(time.Minute)
			got := d.must(signIn(d, object{"loginId": ann, "loginOptions": everyOption}))
			session := d.claims(got.str("sessionJwt"))
			if session["team"] != "red" || session["n"] != 7.0 || session["on"] != true || session["dct"] != "T1" {
				t.Errorf("got %v", session)
			}
			d.refused(d.post("/v1/auth/refresh", first, nil), 401, "E064001") // revokeOtherSessions
			d.must(d.post("/v1/auth/refresh", ":"+got.str("refreshJwt"), nil))
		})
	}
}
