package sandbox

import (
	"testing"
)

// waiting is an enchanted sign-in that waits for its link.
type waiting struct {
	desk
	answered
	message Message
}

// ask starts an enchanted sign-in.
func (d desk) ask(path, auth string, body object) waiting {
	d.Helper()
	sent := d.must(d.post("/v1/auth/enchantedlink/"+path, auth, body))
	return waiting{d, sent, d.delivered(body["loginId"].(string))}
}

// link is the link with a number: the right one, or one of the wrong ones.
func (w waiting) link(right bool) string {
	w.Helper()
	for _, l := range w.message.Links {
		if (l.ID == w.str("linkId")) == right {
			return l.URL
		}
	}
	w.Fatalf("got links %v, want one of them", w.message.Links)
	return ""
}

func (w waiting) press(link string) answered {
	w.Helper()
	return w.post("/v1/auth/enchantedlink/verify", "", object{"token": w.token(link), "pkceVerifier": ""})
}

func (w waiting) poll() answered {
	w.Helper()
	return w.post("/v1/auth/enchantedlink/pending-session", "", object{"pendingRef": w.str("pendingRef")})
}

func TestEnchantedLinkSignsUpAndIn(t *testing.T) {
	d := at(t, newClock().options())
	for _, way := range []string{"signup", "signin", "signup-in"} {
		w := d.ask(way+"/email", "", object{"loginId": ann, "URI": "https://app.example.com/v?a=b"})
		if w.str("maskedEmail") != "a***@example.com" || len(w.str("linkId")) != 2 || len(w.object) != 3 {
			t.Errorf("%s: got %s", way, w.text)
		}
		m := w.message
		if m.Kind != EnchantedMessage || m.LinkID != w.str("linkId") || m.Link != w.link(true) || m.Code != "" {
			t.Errorf("%s: got message %+v", way, m)
		}
		if len(m.Links) != 3 || m.Links[0].ID >= m.Links[1].ID || m.Links[1].ID >= m.Links[2].ID {
			t.Errorf("%s: got links %v, want three in the order of their numbers", way, m.Links)
		}
		d.refused(w.poll(), 401, "E062503")
		if got := d.must(w.press(w.link(true))); string(got.text) != "{}\n" {
			t.Errorf("%s: got %s, want {}", way, got.text)
		}
		d.refused(w.press(w.link(true)), 401, "E061102")
		d.refused(w.press(w.link(false)), 401, "E061102") // spent as well, and ends nothing
		in := d.must(w.poll())
		if amr := text(d.claims(in.str("sessionJwt"))["amr"]); amr != `["email"]` || in.object["firstSeen"] != (way == "signup") {
			t.Errorf("%s: got amr %s, firstSeen %v", way, amr, in.object["firstSeen"])
		}
		if user := in.object["user"].(object); user["email"] != ann || user["verifiedEmail"] != true {
			t.Errorf("%s: got user %v", way, user)
		}
		d.refused(w.poll(), 401, "E061004")
	}
	for _, ref := range []string{"nonsense", "U1-x"} {
		d.refused(d.post("/v1/auth/enchantedlink/pending-session", "", object{"pendingRef": ref}), 401, "E061004")
	}
	d.refused(d.post("/v1/auth/enchantedlink/pending-session", "", nil), 400, "E011002")
	d.refused(d.post("/v1/auth/enchantedlink/verify", "", nil), 400, "E011002")
}

func TestWrongLinkEndsTheSignInThatWaits(t *testing.T) {
	d := at(t, newClock().options())
	d.enroll(ann)
	other := d.ask("signin/email", "", object{"loginId": ann})
	w := d.ask("signin/email", "", object{"loginId": ann})
	d.refused(w.press(w.link(false)), 401, "E061102")
	d.refused(w.poll(), 401, "E061004")
	d.refused(w.press(w.link(true)), 401, "E061102")
	d.refused(other.poll(), 401, "E062503") // one beside it waits on
	d.must(other.press(other.link(true)))
	d.must(other.poll())
}

func TestEnchantedLinkExpires(t *testing.T) {
	for _, pressed := range []bool{false, true} {
		c := newClock()
		d := at(t, c.options())
		w := d.ask("signup/email", "", object{"loginId": ann})
		if pressed {
			d.must(w.press(w.link(true)))
		}
		c.pass(linkLife)
		d.refused(w.poll(), 401, "E062504")
		if !pressed {
			d.refused(w.press(w.link(true)), 401, "E062504")
		}
	}
}

func TestKindsOfLinksAreNotMixed(t *testing.T) {
	d := at(t, newClock().options())
	w := d.ask("signup/email", "", object{"loginId": ann})
	d.refused(d.tryLink(w.link(true)), 401, "E061102")
	magic := d.link("signup-in/email", "", object{"loginId": ann})
	d.refused(w.press(magic), 401, "E061102")
	for ref := range d.person(ann).Links {
		if got := d.post("/v1/auth/enchantedlink/pending-session", "", object{"pendingRef": ref}); got.StatusCode != 401 {
			t.Errorf("got %s, want no session before a link was pressed", got.text)
		}
	}
	d.must(w.press(w.link(true)))
	d.must(w.poll())
	d.must(d.tryLink(magic))
}

func TestEnchantedLinkRaisesTheSessionThatAskedForIt(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	ask := object{"loginId": ann, "loginOptions": object{"mfa": true, "stepup": true}}
	w := d.ask("signin/email", ":"+in.str("refreshJwt"), ask)
	d.must(w.press(w.link(true)))
	session := d.claims(d.must(w.poll()).str("sessionJwt"))
	if text(session["amr"]) != `["totp","email","mfa"]` || session["su"] != true {
		t.Errorf("got %v", session)
	}
}

func TestNewEmailCountsOnceItsEnchantedLinkWasPressed(t *testing.T) {
	const next = "ann@example.org"
	d := at(t, newClock().options())
	token := ":" + d.enroll(ann).str("refreshJwt")
	w := d.ask("update/email", token, object{"loginId": ann, "email": next})
	if w.message.To != next || w.str("maskedEmail") != "a***@example.org" || w.str("pendingRef") == "" {
		t.Errorf("got %s to %s", w.text, w.message.To)
	}
	d.must(w.press(w.link(true)))
	got := d.must(w.poll())
	if user := got.object["user"].(object); user["email"] != next || user["verifiedEmail"] != true {
		t.Errorf("got user %v", user)
	}
	if amr := text(d.claims(got.str("sessionJwt"))["amr"]); amr != `["email"]` {
		t.Errorf("got amr %s, want the new factor in place of the old", amr)
	}
}

func TestPressedLinkHandsOutTokensAsTheProjectSays(t *testing.T) {
	opts := newClock().options()
	opts.SessionToken, opts.RefreshToken, opts.Rotation = Cookies, Cookies, Strict
	d := at(t, opts)
	w := d.ask("signup/email", "", object{"loginId": ann})
	if got := d.must(w.press(w.link(true))); len(got.Cookies()) != 0 {
		t.Errorf("got %v where the link was pressed, want no tokens there", got.Cookies())
	}
	got := d.must(w.poll())
	if len(got.Cookies()) != 2 || got.str("sessionJwt") != "" || got.str("refreshJwt") != "" {
		t.Errorf("got cookies %v and %s", got.Cookies(), got.text)
	}
}
