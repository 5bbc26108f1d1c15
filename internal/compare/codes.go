package compare

// userFields are the public fields of a user.
var userFields = []string{
	"loginIds", "userId", "name", "givenName", "middleName", "familyName", "email", "verifiedEmail", "phone",
	"verifiedPhone", "status", "picture", "createdTime", "modifiedTime", "roleNames", "permissions", "userTenants",
	"customAttributes", "externalIds", "ssoAppIds", "test", "editable", "TOTP", "password", "webauthn", "push",
	"SAML", "OIDC", "SCIM", "OAuth", "consentExpiration", "recoveryEmail", "verifiedRecoveryEmail",
	"recoveryPhone", "verifiedRecoveryPhone",
}

// enterSteps make the test user, without whom nothing can be tried.
var enterSteps = []step{
	{"10", "test user", func(w *walk) {
		made := w.test.making()
		r := w.do(call{path: "/v1/mgmt/user/create/test", manage: true, body: fill{
			"loginId": w.test.login, "email": w.test.login, "phone": aPhone, "verifiedEmail": true, "verifiedPhone": true,
			"name": "Postern Compare", "test": true,
		}})
		made(r)
		if !r.ok() && w.err == nil {
			w.err = &Error{Op: "make a test user", Status: r.status, Code: published(r.code())}
		}
		empty, full := fields(object(r.object()["user"]), userFields...)
		w.note("empty fields", empty...)
		w.note("fields", full...)
	}},
	{"11", "generated code", func(w *walk) {
		r := w.generate("email")
		w.note("answer", answer(r))
		w.note("length", number(len(text(r.object()["code"]))))
		r = w.submit("email", text(r.object()["code"]), "")
		w.note("sign-in", answer(r))
		w.test.take(r)
	}},
}

var codeSteps = []step{
	{"6", "amr of a code by SMS", func(w *walk) { w.tryFactor("sms") }},
	{"6", "amr of a code by voice", func(w *walk) { w.tryFactor("voice") }},
	{"6", "amr of a code by WhatsApp", func(w *walk) { w.tryFactor("whatsapp") }},
	{"6", "amr of a code by im", func(w *walk) { w.tryFactor("im") }},
	{"4", "wrong delivered code", func(w *walk) {
		wrong := "123456"
		if text(w.generate("email").object()["code"]) == wrong {
			wrong = "654321"
		}
		w.note("answer", answer(w.submit("email", wrong, "")))
	}},
	{"10, 11", "code sent to a test user", func(w *walk) {
		r := w.do(call{path: "/v1/auth/otp/signin/email", body: fill{"loginId": w.test.login}})
		w.note("answer", answer(r))
		w.note("mask", mask(text(r.object()["maskedEmail"])))
		w.note("verificationAttempts", small(r.object(), "verificationAttempts"))
	}},
	{"7", "refresh token beside a delivered code", func(w *walk) {
		r := w.submit("sms", text(w.generate("sms").object()["code"]), w.test.refresh)
		w.note("answer", answer(r))
		w.note("amr", factors(claimsOf(tokensOf(r).session))...)
	}},
}

const aPhone = "+12025550143" // 555-0100 to 555-0199 are nobody's

// tryFactor signs the test user in with a channel's code.
func (w *walk) tryFactor(channel string) {
	r := w.generate(channel)
	w.note("generated", answer(r))
	if !r.ok() {
		return
	}
	r = w.submit(channel, text(r.object()["code"]), "")
	w.note("sign-in", answer(r))
	w.note("amr", factors(claimsOf(tokensOf(r).session))...)
}

// generate asks for a code of the test user.
func (w *walk) generate(channel string) reply {
	return w.do(call{path: "/v1/mgmt/tests/generate/otp", manage: true, body: fill{
		"loginId": w.test.login, "deliveryMethod": channel,
	}})
}

func (w *walk) submit(channel, code, token string) reply {
	return w.do(call{path: "/v1/auth/otp/verify/" + channel, token: token, body: fill{"loginId": w.test.login, "code": code}})
}

// enter signs the test user in anew.
func (w *walk) enter() (tokens, reply) {
	r := w.submit("email", text(w.generate("email").object()["code"]), "")
	return tokensOf(r), r
}
