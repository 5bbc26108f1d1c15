package sdktest

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"postern/client"
)

// call is one call of the client and of the SDK.
type call struct {
	name    string
	make    func(context.Context, *client.Client, fixture, *client.Session) error
	by      string // the method of the client that makes it
	authKey bool   // with the auth management key
	prepare func(*bench, *desk, *fixture)
}

func (c call) before(b *bench, d *desk, f *fixture) {
	if c.prepare != nil {
		c.prepare(b, d, f)
	}
}

const (
	newEmail = "new@example.com"
	newPhone = "+15555550177"
)

var (
	newUser = client.NewUser{Name: "New", GivenName: "N", MiddleName: "E", FamilyName: "W", Email: newEmail, Phone: newPhone}
	options = client.LoginOptions{
		Claims: map[string]any{"plan": "gold", "seats": 3}, Tenant: "T1",
		TemplateID: "TPL", TemplateOptions: map[string]string{"product": "postern"},
	}
	mfa, stepUp = client.LoginOptions{MFA: true}, client.LoginOptions{StepUp: true}
	both        = client.LoginOptions{MFA: true, StepUp: true}
)

func everyOption() client.LoginOptions { o := options; o.RevokeOthers = true; return o }

func calls() []call {
	out := slices.Concat(totpCalls(), ownCalls(), passwordCalls(), keyCalls())
	for _, m := range client.Delivered {
		out = append(out, codeCalls(m)...)
	}
	out = append(out, linkCalls("enchanted link", client.Link, newEmail)...)
	out = append(out, linkCalls("magic link by email", client.MagicLink, newEmail)...)
	out = append(out, linkCalls("magic link by sms", client.MagicSMS, newPhone)...)
	out = append(out, linkCalls("magic link by whatsapp", client.MagicWhatsApp, newPhone)...)
	return append(out, pressedCalls()...)
}

func totpCalls() []call {
	signUp := func(u client.NewUser) func(context.Context, *client.Client, fixture, *client.Session) error {
		return func(ctx context.Context, c *client.Client, _ fixture, _ *client.Session) error {
			_, err := c.SignUp(ctx, newEmail, u)
			return err
		}
	}
	verify := func(name string, o client.LoginOptions) call { return verifyCall(name, client.TOTP, o) }
	update := func(ctx context.Context, c *client.Client, _ fixture, on *client.Session) error {
		_, err := c.ReplaceTOTP(ctx, on)
		return err
	}
	withKey := func(c call) call { c.authKey = true; return c }
	return []call{
		{name: "totp sign-up", make: signUp(client.NewUser{}), by: "SignUp"},
		{name: "totp sign-up with user", make: signUp(newUser), by: "SignUp"},
		{name: "totp verify", by: "VerifyTOTP", make: func(ctx context.Context, c *client.Client, f fixture, _ *client.Session) error {
			_, err := c.VerifyTOTP(ctx, f.LoginID, client.Secret(f.Code))
			return err
		}},
		verify("totp verify with options", everyOption()),
		verify("totp verify with mfa", mfa),
		verify("totp verify with step-up", stepUp),
		verify("totp verify with both", both),
		withKey(verify("totp verify with the auth management key", client.LoginOptions{})),
		withKey(verify("totp verify with mfa and the auth management key", mfa)),
		{name: "totp update", make: update, by: "ReplaceTOTP"},
	}
}

// verifyCall proves a factor with the fixture's code.
func verifyCall(name string, m client.Method, o client.LoginOptions) call {
	return call{name: name, by: "Verify", make: func(ctx context.Context, c *client.Client, f fixture, on *client.Session) error {
		v := client.Verify{Method: m, LoginID: f.LoginID, Code: client.Secret(f.Code), Options: o}
		if o.MFA || o.StepUp {
			v.On = on
		}
		_, err := c.Verify(ctx, v)
		return err
	}}
}

// sendCall has a message sent, to Tess at a sign-in.
func sendCall(name string, s client.Send) call {
	return call{name: name, by: "SendCode", make: func(ctx context.Context, c *client.Client, f fixture, on *client.Session) error {
		if s.Purpose == client.ToSignIn {
			s.LoginID, s.On = f.LoginID, on
		}
		_, err := c.SendCode(ctx, s)
		return err
	}}
}

// codeCalls are those of one channel.
func codeCalls(m client.Method) []call {
	channel, login := string(m), newPhone
	if m == client.Email {
		login = newEmail
	}
	up, either := client.ToSignUp, client.ToSignUpOrIn
	verify := verifyCall("otp verify by "+channel, m, client.LoginOptions{})
	verify.prepare = func(b *bench, d *desk, f *fixture) {
		asked := object{"loginId": tess, "deliveryMethod": channel}
		f.Code = b.post(d, mgmtCode, b.identity.ManagementKey, asked)["code"].(string)
	}
	return []call{
		sendCall("otp sign-up by "+channel, client.Send{Method: m, Purpose: up, LoginID: login}),
		sendCall("otp sign-up by "+channel+" with user and options",
			client.Send{Method: m, Purpose: up, LoginID: login, User: newUser, Options: options}),
		sendCall("otp sign-in by "+channel, client.Send{Method: m}),
		sendCall("otp sign-in by "+channel+" with options", client.Send{Method: m, Options: everyOption()}),
		sendCall("otp sign-in by "+channel+" with mfa", client.Send{Method: m, Options: mfa}),
		sendCall("otp sign-in by "+channel+" with step-up", client.Send{Method: m, Options: stepUp}),
		sendCall("otp sign-up-or-in by "+channel, client.Send{Method: m, Purpose: either, LoginID: login}),
		sendCall("otp sign-up-or-in by "+channel+" with options",
			client.Send{Method: m, Purpose: either, LoginID: login, Options: options}),
		verify,
	}
}

// linkCalls are those of one kind of link.
func linkCalls(kind string, m client.Method, login string) []call {
	up, either := client.ToSignUp, client.ToSignUpOrIn
	return []call{
		sendCall(kind+" sign-up", client.Send{Method: m, Purpose: up, LoginID: login}),
		sendCall(kind+" sign-up with user and options",
			client.Send{Method: m, Purpose: up, LoginID: login, User: newUser, Options: options}),
		sendCall(kind+" sign-in", client.Send{Method: m}),
		sendCall(kind+" sign-in with mfa", client.Send{Method: m, Options: mfa}),
		sendCall(kind+" sign-up-or-in", client.Send{Method: m, Purpose: either, LoginID: login}),
		sendCall(kind+" sign-up-or-in with options", client.Send{Method: m, Purpose: either, LoginID: login, Options: options}),
	}
}

// compared elsewhere or not at all, and why.
var notCompared = map[string]string{
	"Adopt":             "the key set, a refresh and me, which are compared",
	"AssumeClockOffset": "sends nothing",
	"ClockOffset":       "sends nothing",
	"KnowsClock":        "sends nothing",
	"KeyAlgorithms":     "sends nothing",
	"Now":               "sends nothing",
	"Project":           "sends nothing",
	"Revoke":            "a logout, which is compared",
	"Disown":            "a logout, which is compared",
	"WhoAmI":            "me, which is compared",
	"RecoveryCodes":     "the Node SDK has no such call",
}

func TestEveryOperationOfTheClientIsCompared(t *testing.T) {
	compared := map[string]bool{}
	for _, c := range calls() {
		compared[c.by] = true
	}
	operations := reflect.TypeFor[*client.Client]()
	for i := range operations.NumMethod() {
		name := operations.Method(i).Name
		if _, excused := notCompared[name]; excused == compared[name] {
			t.Errorf("%s: got compared %v and excused %v, want one of them", name, compared[name], excused)
		}
	}
}

func TestCallsAreListedOnBothSides(t *testing.T) {
	var here []string
	for _, c := range calls() {
		here = append(here, c.name)
	}
	sameNames(t, "parity.mjs", here)
}
