package sandbox

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// token is the token of a link.
func (d desk) token(link string) string {
	d.Helper()
	u, err := url.Parse(link)
	if err != nil {
		d.Fatal(err)
	}
	token := u.Query().Get("t")
	if token == "" {
		d.Fatalf("got link %q, want a token in it", link)
	}
	return token
}

// tryLink verifies a magic link.
func (d desk) tryLink(link string) answered {
	d.Helper()
	return d.post("/v1/auth/magiclink/verify", "", object{"token": d.token(link)})
}

// link asks for a magic link and returns it.
func (d desk) link(path, auth string, body object) string {
	d.Helper()
	d.must(d.post("/v1/auth/magiclink/"+path, auth, body))
	return d.delivered(body["loginId"].(string)).Link
}

func TestMagicLinkSignsUpAndInOnEachChannel(t *testing.T) {
	for _, row := range []struct {
		channel, loginID, mask, key, amr string
	}{
		{"email", ann, "a***@example.com", "maskedEmail", `["email"]`},
		{"sms", annsPhone, "**********44", "maskedPhone", `["sms"]`},
		{"whatsapp", annsPhone, "**********44", "maskedPhone", `["whatsapp"]`},
	} {
		t.Run(row.channel, func(t *testing.T) {
			d := at(t, newClock().options())
			for _, way := range []string{"signup", "signin", "signup-in"} {
				sent := d.must(d.post("/v1/auth/magiclink/"+way+"/"+row.channel, "", object{"loginId": row.loginID}))
				if sent.str(row.key) != row.mask {
					t.Errorf("%s: got %s, want %s", way, sent.text, row.mask)
				}
				m := d.delivered(row.loginID)
				if m.Kind != LinkMessage || m.Channel != row.channel || m.To != row.loginID || m.Code != "" || len(m.Links) != 0 {
					t.Errorf("%s: got message %+v", way, m)
				}
				if !strings.HasPrefix(m.Link, "https://sandbox.invalid/sandbox/link?t=") {
					t.Errorf("%s: got link %s, want the sandbox's own page", way, m.Link)
				}
				in := d.must(d.tryLink(m.Link))
				if amr := text(d.claims(in.str("sessionJwt"))["amr"]); amr != row.amr || in.object["firstSeen"] != (way == "signup") {
					t.Errorf("%s: got amr %s, firstSeen %v", way, amr, in.object["firstSeen"])
				}
				if user := in.object["user"].(object); user["verifiedEmail"] == user["verifiedPhone"] {
					t.Errorf("%s: got user %v, want one verified address", way, user)
				}
			}
			d.refused(d.post("/v1/auth/magiclink/signup/"+row.channel, "", object{"loginId": row.loginID}), 400, "E062107")
			d.refused(d.post("/v1/auth/magiclink/signin/"+row.channel, "", object{"loginId": "nobody"}), 400, "E062108")
		})
	}
}

func TestLinksStayValidSideBySideAndAreUsedOnce(t *testing.T) {
	d := at(t, newClock().options())
	old := d.link("signup/email", "", object{"loginId": ann})
	fresh := d.link("signup-in/email", "", object{"loginId": ann})
	for _, link := range []string{fresh, old} {
		d.must(d.tryLink(link))
		d.refused(d.tryLink(link), 401, "E061102")
	}
	for _, token := range []string{"nonsense", "-", "U1-x", strings.Repeat("x", 100_000)} {
		d.refused(d.post("/v1/auth/magiclink/verify", "", object{"token": token}), 401, "E061102")
	}
	d.refused(d.post("/v1/auth/magiclink/verify", "", nil), 400, "E011002")
}

func TestLinkOfAnAbandonedSignUpOpensNothing(t *testing.T) {
	d := at(t, newClock().options())
	stranger := object{"loginId": ann, "email": "mallory@example.com"}
	link := d.link("signup/email", "", stranger)
	d.enroll(ann)
	d.refused(d.tryLink(link), 401, "E061102")
}

func TestLinkExpires(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	late, later := d.link("signup/email", "", object{"loginId": ann}), ""
	c.pass(linkLife - time.Second)
	later = d.link("signup-in/email", "", object{"loginId": ann})
	c.pass(time.Second)
	d.refused(d.tryLink(late), 401, "E062504")
	d.must(d.tryLink(later))
	c.pass(2 * linkLife)
	d.link("signin/email", "", object{"loginId": ann})
	d.refused(d.tryLink(late), 401, "E061102") // forgotten
}

func TestLandingAddressIsTheCallers(t *testing.T) {
	d := at(t, newClock().options())
	for _, row := range []struct{ name, key, given, want string }{
		{"Go, JS and Python", "URI", "https://app.example.com/verify", "https://app.example.com/verify?t="},
		{"Swift and Kotlin", "redirectUrl", "myapp://verify", "myapp://verify?t="},
		{"a query stays", "URI", "http://localhost:3000/v?next=%2Fhome&z=1", "http://localhost:3000/v?next=%2Fhome&z=1&t="},
		{"a fragment stays last", "URI", "https://app.example.com/#top", "https://app.example.com/?t="},
		{"none", "URI", "", "https://sandbox.invalid/sandbox/link?t="},
	} {
		t.Run(row.name, func(t *testing.T) {
			link := d.link("signup-in/email", "", object{"loginId": ann, row.key: row.given})
			if !strings.HasPrefix(link, row.want) || strings.HasSuffix(row.given, "#top") != strings.HasSuffix(link, "#top") {
				t.Errorf("got %s, want %s", link, row.want)
			}
			d.must(d.tryLink(link))
		})
	}
	for _, bad := range []string{"/relative", "app.example.com", "javascript:alert(1)", "https://x/\u009b1m", "https://x/ y", "https://[x"} {
		d.refused(d.post("/v1/auth/magiclink/signin/email", "", object{"loginId": ann, "URI": bad}), 400, "E011004")
	}
}

func TestLinkRaisesTheSessionThatAskedForIt(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	ask := object{"loginId": ann, "loginOptions": object{"mfa": true, "stepup": true, "customClaims": object{"team": "red"}}}
	d.refused(d.post("/v1/auth/magiclink/signin/email", "", ask), 401, "E061004")
	got := d.must(d.tryLink(d.link("signin/email", ":"+in.str("refreshJwt"), ask)))
	session := d.claims(got.str("sessionJwt"))
	if text(session["amr"]) != `["totp","email","mfa"]` || session["su"] != true || session["team"] != "red" {
		t.Errorf("got %v", session)
	}
	link := d.link("signin/email", ":"+got.str("refreshJwt"), ask)
	d.must(d.post("/v1/auth/logout", ":"+got.str("refreshJwt"), nil))
	d.refused(d.tryLink(link), 401, "E064001")
}

func TestDisabledUsersLinkIsRefused(t *testing.T) {
	d := at(t, newClock().options())
	d.enroll(ann)
	link := d.link("signin/email", "", object{"loginId": ann})
	d.must(d.post("/v1/mgmt/user/update/status", d.manage(), object{"loginId": ann, "status": "disabled"}))
	d.refused(d.tryLink(link), 401, "E061004")
}

func TestNewAddressCountsOnceItsLinkCameBack(t *testing.T) {
	const next = "ann@example.org"
	d := at(t, newClock().options())
	token := ":" + d.enroll(ann).str("refreshJwt")
	body := object{"loginId": ann, "email": next, "addToLoginIDs": true, "mfa": true}
	d.refused(d.post("/v1/auth/magiclink/update/email", "", body), 401, "E061004")
	link := d.link("update/email", token, body)
	if to := d.delivered(ann).To; to != next {
		t.Errorf("got a message to %s, want %s", to, next)
	}
	got := d.must(d.tryLink(link))
	user := got.object["user"].(object)
	if user["email"] != next || user["verifiedEmail"] != true || text(user["loginIds"]) != `["ann@example.com","ann@example.org"]` {
		t.Errorf("got user %v", user)
	}
	if amr := text(d.claims(got.str("sessionJwt"))["amr"]); amr != `["totp","email","mfa"]` {
		t.Errorf("got amr %s", amr)
	}
	for _, channel := range []string{"sms", "whatsapp"} {
		got := d.must(d.tryLink(d.link("update/phone/"+channel, token, object{"loginId": ann, "phone": annsPhone})))
		if user := got.object["user"].(object); user["phone"] != annsPhone || user["verifiedPhone"] != true {
			t.Errorf("%s: got user %v", channel, user)
		}
	}
	if got := d.post("/v1/auth/magiclink/signin/voice", "", object{"loginId": ann}); got.StatusCode != 404 {
		t.Errorf("got %d for a link that is read out, want 404", got.StatusCode)
	}
}
