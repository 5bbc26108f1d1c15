package client

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// raised is a session that calls can go on top of; its refresh token is a.b.c.
func (f *fakeDescope) raised() *Session {
	return &Session{
		token: "s.s.s", refresh: "a.b.c", refreshBy: f.clock.Now().Add(time.Hour), loginID: loginID,
		user: &User{Name: "Alice"}, claims: Claims{UserID: userID, Tenants: map[string]TenantClaims{"T2": {}, "T1": {}}},
	}
}

func TestDeliveredCodesAndSelfCallsSendExactlyThis(t *testing.T) {
	send := func(s Send) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error { _, err := c.SendCode(ctx, s); return err }
	}
	d := newDescope(t)
	on := d.raised()
	const alone, with = "Bearer " + projectID, "Bearer " + projectID + ":a.b.c"
	for name, c := range map[string]struct {
		call func(context.Context, *Client) error
		want seen
	}{
		"sign in": {
			send(Send{Method: Email, LoginID: loginID}),
			seen{"POST", "/v1/auth/otp/signin/email", alone, `{"loginId":"alice@example.com","loginOptions":{}}`, nil},
		},
		"sign in, another session there": {
			send(Send{Method: Email, LoginID: loginID, On: on}),
			seen{"POST", "/v1/auth/otp/signin/email", alone, `{"loginId":"alice@example.com","loginOptions":{}}`, nil},
		},
		"second factor": {
			send(Send{Method: SMS, LoginID: loginID, On: on, Options: LoginOptions{MFA: true}}),
			seen{"POST", "/v1/auth/otp/signin/sms", with, `{"loginId":"alice@example.com","loginOptions":{"mfa":true}}`, nil},
		},
		"step-up": {
			send(Send{Method: Voice, LoginID: loginID, On: on, Options: LoginOptions{StepUp: true}}),
			seen{"POST", "/v1/auth/otp/signin/voice", with, `{"loginId":"alice@example.com","loginOptions":{"stepup":true}}`, nil},
		},
		"everything": {
			send(Send{Method: WhatsApp, LoginID: "x", Purpose: ToSignUpOrIn, Options: LoginOptions{
				Claims: map[string]any{"a": 1}, TemplateOptions: map[string]string{"b": "c"}, TemplateID: "t", Tenant: "T", RevokeOthers: true,
			}}),
			seen{"POST", "/v1/auth/otp/signup-in/whatsapp", alone, `{"loginId":"x","loginOptions":{"customClaims":{"a":1},` +
				`"templateId":"t","templateOptions":{"b":"c"},"tenantId":"T","revokeOtherSessions":true}}`, nil},
		},
		"sign up by email": {
			send(Send{Method: Email, LoginID: loginID, Purpose: ToSignUp, User: NewUser{Name: "A"}, Options: LoginOptions{RevokeOthers: true}}),
			seen{"POST", "/v1/auth/otp/signup/email", alone, `{"loginId":"alice@example.com","user":{"name":"A","email":"alice@example.com"},` +
				`"email":"alice@example.com","loginOptions":{}}`, nil},
		},
		"sign up by phone": {
			send(Send{Method: SMS, LoginID: "+15555555555", Purpose: ToSignUp}),
			seen{"POST", "/v1/auth/otp/signup/sms", alone, `{"loginId":"+15555555555","user":{"phone":"+15555555555"},"phone":"+15555555555","loginOptions":{}}`, nil},
		},
		"sign up by WhatsApp": {
			send(Send{Method: WhatsApp, LoginID: "a", Purpose: ToSignUp, User: NewUser{Phone: "+15555555555"}}),
			seen{"POST", "/v1/auth/otp/signup/whatsapp", alone, `{"loginId":"a","user":{"phone":"+15555555555"},"whatsapp":"+15555555555","loginOptions":{}}`, nil},
		},
		"verify": {
			func(ctx context.Context, c *Client) error {
				_, err := c.Verify(ctx, Verify{Method: Email, LoginID: loginID, Code: "012345", On: on})
				return err
			},
			seen{"POST", "/v1/auth/otp/verify/email", alone, `{"code":"012345","loginId":"alice@example.com"}`, nil},
		},
		"replace TOTP": {
			func(ctx context.Context, c *Client) error { _, err := c.ReplaceTOTP(ctx, on); return err },
			seen{"POST", "/v1/auth/totp/update", with, `{"loginId":"alice@example.com"}`, nil},
		},
		"who am I": {
			func(ctx context.Context, c *Client) error { _, err := c.WhoAmI(ctx, on); return err },
			seen{"GET", "/v1/auth/me", with, "", nil},
		},
		"history": {
			func(ctx context.Context, c *Client) error { _, err := c.History(ctx, on); return err },
			seen{"GET", "/v1/auth/me/history", with, "", nil},
		},
		"tenants": {
			func(ctx context.Context, c *Client) error { _, err := c.Tenants(ctx, on); return err },
			seen{"POST", "/v1/auth/me/tenants", with, `{"dct":false,"ids":["T1","T2"]}`, nil},
		},
		"select tenant": {
			func(ctx context.Context, c *Client) error { _, err := c.SelectTenant(ctx, on, "T1"); return err },
			seen{"POST", "/v1/auth/tenant/select", with, `{"tenant":"T1"}`, nil},
		},
		"validate": {
			func(ctx context.Context, c *Client) error { _, err := c.Validate(ctx, on); return err },
			seen{"POST", "/v1/auth/validate", "Bearer " + projectID + ":s.s.s", "", nil},
		},
		"log out everywhere": {
			func(ctx context.Context, c *Client) error { return c.LogoutAll(ctx, on) },
			seen{"POST", "/v1/auth/logoutall", with, "", nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			sendsExactly(t, c.call, c.want)
		})
	}
}

// sendsExactly makes a call and compares what was sent with what is wanted.
func sendsExactly(t *testing.T, call func(context.Context, *Client) error, want seen) {
	t.Helper()
	d := newDescope(t)
	for path, body := range map[string]string{
		"/v1/auth/totp/update": trio, "/v1/auth/me": `{"userId":"U1"}`, "/v1/auth/me/history": `[]`,
		"/v1/auth/tenant/select": d.signIn(1), "/v1/auth/recovery-codes": `{"codes":[{"code":"a"}]}`,
	} {
		d.says(path, 200, body)
	}
	if strings.Contains(want.Path, "enchantedlink/sign") {
		d.says(want.Path, 200, `{"linkId":"42","pendingRef":"ref"}`)
	}
	if d.answers[want.Path] == nil {
		d.says(want.Path, 200, d.signIn(1))
	}
	if err := call(t.Context(), d.local()); err != nil {
		t.Fatal(err)
	}
	sent := d.requests("/v1/")
	if len(sent) != 1 {
		t.Fatalf("got %d requests, want 1", len(sent))
	}
	sent[0].Header = nil
	if got := sent[0]; got.Method != want.Method || got.Path != want.Path || got.Auth != want.Auth || got.Body != want.Body {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestCallsWithoutWhatTheyNeedAreNotSent(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	short := &Session{token: "s.s.s", claims: Claims{UserID: userID}} // no refresh token
	for name, call := range map[string]func(ctx context.Context, on *Session) error{
		"second factor on nothing": func(ctx context.Context, on *Session) error {
			_, err := c.SendCode(ctx, Send{Method: SMS, LoginID: loginID, On: on, Options: LoginOptions{MFA: true}})
			return err
		},
		"second factor of a sign-up": func(ctx context.Context, _ *Session) error {
			_, err := c.SendCode(ctx, Send{Method: SMS, LoginID: loginID, Purpose: ToSignUp, On: d.raised(), Options: LoginOptions{MFA: true}})
			return err
		},
		"step-up of a sign-up or in": func(ctx context.Context, _ *Session) error {
			_, err := c.SendCode(ctx, Send{Method: SMS, LoginID: loginID, Purpose: ToSignUpOrIn, On: d.raised(), Options: LoginOptions{StepUp: true}})
			return err
		},
		"to nobody": func(ctx context.Context, _ *Session) error {
			_, err := c.SendCode(ctx, Send{Method: SMS})
			return err
		},
		"by a way that is none": func(ctx context.Context, _ *Session) error {
			_, err := c.SendCode(ctx, Send{Method: "../../x", LoginID: loginID})
			return err
		},
		"for a purpose that is none": func(ctx context.Context, _ *Session) error {
			_, err := c.SendCode(ctx, Send{Method: SMS, LoginID: loginID, Purpose: 7})
			return err
		},
		"verify by a way that is none": func(ctx context.Context, _ *Session) error {
			_, err := c.Verify(ctx, Verify{Method: "pigeon", LoginID: loginID, Code: "123456"})
			return err
		},
		"verify nobody": func(ctx context.Context, _ *Session) error {
			_, err := c.Verify(ctx, Verify{Method: SMS, LoginID: "", Code: "123456"})
			return err
		},
		"verify nothing": func(ctx context.Context, _ *Session) error {
			_, err := c.Verify(ctx, Verify{Method: SMS, LoginID: loginID, Code: ""})
			return err
		},
		"replace TOTP":  func(ctx context.Context, on *Session) error { _, err := c.ReplaceTOTP(ctx, on); return err },
		"who am I":      func(ctx context.Context, on *Session) error { _, err := c.WhoAmI(ctx, on); return err },
		"history":       func(ctx context.Context, on *Session) error { _, err := c.History(ctx, on); return err },
		"tenants":       func(ctx context.Context, on *Session) error { _, err := c.Tenants(ctx, on); return err },
		"select tenant": func(ctx context.Context, on *Session) error { _, err := c.SelectTenant(ctx, on, "T1"); return err },
		"no tenant":     func(ctx context.Context, _ *Session) error { _, err := c.SelectTenant(ctx, d.raised(), ""); return err },
		"log out":       func(ctx context.Context, on *Session) error { return c.LogoutAll(ctx, on) },
	} {
		for _, on := range []*Session{nil, short} {
			if e := wantKind(t, call(t.Context(), on), LocalReject); !e.NotSent {
				t.Errorf("%s: not said to be unsent", name)
			}
		}
	}
	_, err := c.Validate(t.Context(), nil)
	wantKind(t, err, LocalReject)
	if n := len(d.requests("/")); n != 0 {
		t.Errorf("got %d requests, want 0", n)
	}
}

func TestFaultJ17KeySetIsFetchedBeforeAnythingThatMakesTokens(t *testing.T) {
	d := newDescope(t)
	d.says("/v2/keys/"+projectID, 503, `{}`)
	c := d.local()
	for name, call := range map[string]func(context.Context) error{
		"send": func(ctx context.Context) error {
			_, err := c.SendCode(ctx, Send{Method: SMS, LoginID: loginID})
			return err
		},
		"verify": func(ctx context.Context) error {
			_, err := c.Verify(ctx, Verify{Method: SMS, LoginID: loginID, Code: "123456"})
			return err
		},
		"select tenant": func(ctx context.Context) error { _, err := c.SelectTenant(ctx, d.raised(), "T1"); return err },
	} {
		if e := wantKind(t, call(t.Context()), Unavailable); !e.NotSent {
			t.Errorf("%s: not said to be unsent", name)
		}
	}
	if n := len(d.requests("/v1/")); n != 0 {
		t.Errorf("got %d requests, want 0", n)
	}
}

func TestFaultS39MaskedAddressesAreCleanAndShort(t *testing.T) {
	for body, want := range map[string]Sent{
		`{"maskedEmail":"t***@email.com","verificationAttempts":3}`: {To: "t***@email.com", Tries: 3},
		`{"maskedPhone":"*********44"}`:                             {To: "*********44", Tries: 0},
		`{"maskedEmail":"","maskedPhone":"*44"}`:                    {To: "*44", Tries: 0},
		`{}`:                                                        {},
		`null`:                                                      {},
		`{"maskedEmail":null,"verificationAttempts":-1}`:                             {},
		`{"maskedEmail":"a\u001b[2J\u202e\nb"}`:                                      {To: "a[2J b", Tries: 0},
		`{"maskedEmail":"` + strings.Repeat("m", 10_000) + `"}`:                      {To: Text(strings.Repeat("m", 128)), Tries: 0},
		`{"MASKEDEMAIL":"x","maskedPhone":"y"}`:                                      {To: "y", Tries: 0},
		`{"maskedEmail":"` + strings.Repeat("é", 127) + " " + `mm"}`:                 {To: Text(strings.Repeat("é", 127)), Tries: 0},
		`{"maskedEmail":"` + strings.Repeat("m", 100) + `","maskedPhone":"*******"}`: {To: Text(strings.Repeat("m", 100)), Tries: 0},
	} {
		d := newDescope(t)
		d.says("/v1/auth/otp/signin/email", 200, body)
		got, err := d.local().SendCode(t.Context(), Send{Method: Email, LoginID: loginID})
		if err != nil || got != want {
			t.Errorf("%.60s: got %+v, %v", body, got, err)
		}
	}
	for _, body := range []string{`[]`, `{"maskedEmail":1}`, `{"maskedEmail":"a","maskedEmail":"b"}`} {
		d := newDescope(t)
		d.says("/v1/auth/otp/signin/email", 200, body)
		_, err := d.local().SendCode(t.Context(), Send{Method: Email, LoginID: loginID})
		wantKind(t, err, Unreadable)
	}
}

func TestCodeIsSentOnceWhateverHappens(t *testing.T) {
	for status, want := range map[int]Kind{500: Unavailable, 502: Unavailable, 503: Unavailable, 429: RateLimited} {
		d := newDescope(t)
		d.says("/v1/auth/otp/signin/email", status, `{}`)
		_, err := d.local().SendCode(t.Context(), Send{Method: Email, LoginID: loginID})
		wantKind(t, err, want)
		if n := len(d.requests("/v1/")); n != 1 {
			t.Errorf("%d: sent %d times", status, n)
		}
	}
}

func TestSessionOnTopKeepsWhatTheReplyLeavesOut(t *testing.T) {
	d := newDescope(t)
	c := d.local()
	only := d.reply(map[string]any{"sessionJwt": d.sign(d.claims(sessionKind, 1))})
	d.says("/v1/auth/otp/verify/sms", 200, only)
	on := d.raised()
	s, err := c.Verify(t.Context(), Verify{Method: SMS, LoginID: "+15555555555", Code: "123456", On: on})
	if err != nil {
		t.Fatal(err)
	}
	if s.refresh != on.refresh || !s.RefreshBy().Equal(on.refreshBy) || s.User() != on.user || s.LoginID() != "+15555555555" {
		t.Errorf("got login ID %q, end %v", s.LoginID(), s.RefreshBy())
	}
	s, err = c.Verify(t.Context(), Verify{Method: SMS, LoginID: "+15555555555", Code: "123456"})
	if err != nil || s.CanStay() {
		t.Errorf("on nothing: got %v, %v", s, err)
	}
	d.says("/v1/auth/tenant/select", 200, only)
	if s, err := c.SelectTenant(t.Context(), on, "T1"); err != nil || s.refresh != on.refresh || s.LoginID() != loginID {
		t.Errorf("tenant: got %v", err)
	}
}

func TestFaultS33SessionOnTopIsTheSameUsers(t *testing.T) {
	d := newDescope(t)
	d.says("/v1/auth/otp/verify/sms", 200, d.reply(map[string]any{"sessionJwt": d.sign(change(d.claims(sessionKind, 1), "sub", "U2mallory"))}))
	_, err := d.local().Verify(t.Context(), Verify{Method: SMS, LoginID: loginID, Code: "123456", On: d.raised()})
	wantKind(t, err, Untrusted)
}

// A raised session is the same one at the server: ending the token that it
// was raised from could end both.
func TestRaisedSessionIsKeptWithoutLoggingTheOldTokenOut(t *testing.T) {
	h := newHome(t)
	a := h.signedIn(t)
	on, err := a.Session(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	h.says("/v1/auth/otp/verify/sms", 200, h.signIn(2))
	s, err := a.client.Verify(t.Context(), Verify{Method: SMS, LoginID: loginID, Code: "123456", On: on})
	if err != nil {
		t.Fatal(err)
	}
	before := h.vault.record(t, h.id)
	h.clock.Add(time.Second)
	if old, err := a.Keep(t.Context(), s); old != nil || err != nil {
		t.Fatalf("got %v, %v", old, err)
	}
	if rec := h.vault.record(t, h.id); rec.Gen != 2 || rec.Refresh == before.Refresh {
		t.Errorf("got generation %d", rec.Gen)
	}
	if n := len(h.requests("/v1/auth/logout")); n != 0 {
		t.Errorf("got %d logouts, want 0", n)
	}
}

func TestHistoryComesInBothForms(t *testing.T) {
	const list = `[{"userId":"U1","loginTime":1777896000,"city":"Par\u001b[2Jis","country":"FR","ip":"192.0.2.1","selectedTenant":"T1","new":1}]`
	for _, body := range []string{list, `{"authHistory":` + list + `}`} {
		d := newDescope(t)
		d.says("/v1/auth/me/history", 200, body)
		got, err := d.local().History(t.Context(), d.raised())
		if err != nil || len(got) != 1 || !got[0].Time.Equal(time.Unix(1777896000, 0)) || got[0].City != "Par[2Jis" || got[0].Tenant != "T1" {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	for body, want := range map[string]int{`[]`: 0, `null`: 0, `{}`: 0} {
		d := newDescope(t)
		d.says("/v1/auth/me/history", 200, body)
		if got, err := d.local().History(t.Context(), d.raised()); err != nil || len(got) != want {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
	d := newDescope(t)
	d.says("/v1/auth/me/history", 200, `"x"`)
	_, err := d.local().History(t.Context(), d.raised())
	wantKind(t, err, Unreadable)
}

func TestTenantsAndTheirNamesAreClean(t *testing.T) {
	d := newDescope(t)
	d.says("/v1/auth/me/tenants", 200, `{"tenants":[{"id":"T1","name":"A\u001b[2Jcme","customAttributes":{"a":1}}]}`)
	got, err := d.local().Tenants(t.Context(), d.raised())
	if err != nil || len(got) != 1 || got[0] != (Tenant{"T1", "A[2Jcme"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	none := d.raised()
	none.claims.Tenants = nil
	d.forget()
	if _, err := d.local().Tenants(t.Context(), none); err != nil || d.requests("/v1/")[0].Body != `{"dct":false,"ids":[]}` {
		t.Errorf("got %v, %+v", err, d.requests("/"))
	}
	d.says("/v1/auth/me/tenants", 200, `[]`)
	_, err = d.local().Tenants(t.Context(), none)
	wantKind(t, err, Unreadable)
}

// Claims that only say what a person may do never stand in the way of a
// sign-in, whatever a JWT template makes of them.
func TestClaimsOfRolesAndTenants(t *testing.T) {
	d := newDescope(t)
	read := func(pairs ...any) Claims {
		t.Helper()
		c := d.local()
		if err := c.Keys(t.Context()); err != nil {
			t.Fatal(err)
		}
		claims, err := c.check(t.Context(), Secret(d.sign(change(d.claims(sessionKind, 1), pairs...))), sessionKind)
		if err != nil {
			t.Fatal(err)
		}
		return claims
	}
	got := read("dct", "T1", "roles", []string{"admin\x1b"}, "permissions", []string{"read"}, "tenants",
		map[string]any{"T1": map[string]any{"roles": []string{"r"}, "permissions": []string{"p\u202e"}, "Roles": []string{"admin"}}, "T2": nil, "T\x1b[2J": nil})
	if got.Tenant != "T1" || got.Roles[0] != "admin" || got.Grants[0] != "read" || len(got.Tenants) != 2 ||
		len(got.Tenants["T1"].Roles) != 1 || got.Tenants["T1"].Roles[0] != "r" || got.Tenants["T1"].Grants[0] != "p" {
		t.Errorf("got %+v", got)
	}
	odd := read("dct", 7, "roles", "admin", "permissions", map[string]any{"a": 1}, "tenants", []string{"T1"})
	if odd.Tenant != "" || odd.Roles != nil || odd.Grants != nil || len(odd.Tenants) != 0 {
		t.Errorf("got %+v", odd)
	}
}

func TestValidateHandsOnWhatIsJSON(t *testing.T) {
	d := newDescope(t)
	d.says("/v1/auth/validate", 200, `{"sub":"U1","exp":"2026-01-01T00:00:00Z"}`)
	raw, err := d.local().Validate(t.Context(), d.raised())
	var m map[string]any
	if err != nil || json.Unmarshal(raw, &m) != nil || m["sub"] != "U1" {
		t.Errorf("got %s, %v", raw, err)
	}
	for _, body := range []string{"\x1b[2J", `{"a":"` + "\x1b" + `"}`, `[]`, `{} x`, `null`} {
		d.says("/v1/auth/validate", 200, body)
		_, err := d.local().Validate(t.Context(), d.raised())
		wantKind(t, err, Unreadable)
	}
	d.says("/v1/auth/validate", 401, `{"errorCode":"E061005"}`)
	_, err = d.local().Validate(t.Context(), d.raised())
	wantKind(t, err, Ended)
}

// What a message is counted by is one for one address, however it is written.
func TestAddressesOfAMessageAreWrittenInOneWay(t *testing.T) {
	for _, row := range []struct {
		name string
		send Send
		want []string
	}{
		{"a sign-in", Send{Method: SMS, LoginID: " Ann@Example.com"}, []string{"ann@example.com"}},
		{"a sign-in does not go where its user says", Send{Method: SMS, LoginID: "ann", User: NewUser{Phone: "+15555550100"}}, []string{"ann"}},
		{"a phone in groups", Send{Method: Voice, LoginID: "+1 (555) 555-0100"}, []string{"15555550100"}},
		{"a letter with two small forms", Send{Method: Email, LoginID: "a\u017Fmith"}, []string{"asmith"}},
		{
			"a sign-up by mail", Send{Method: Link, Purpose: ToSignUp, LoginID: "ann", User: NewUser{Email: "A@example.com", Phone: "+15555550100"}},
			[]string{"a@example.com", "ann"},
		},
		{"a sign-up by phone", Send{Method: MagicSMS, Purpose: ToSignUp, LoginID: "ann", User: NewUser{Email: "a@example.com", Phone: "+15555550100"}}, []string{"15555550100", "ann"}},
		{"a sign-up whose login ID is the address", Send{Method: WhatsApp, Purpose: ToSignUp, LoginID: "+15555550100"}, []string{"15555550100"}},
	} {
		if got := row.send.Addresses(); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
