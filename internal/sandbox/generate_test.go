package sandbox

import (
	"strings"
	"testing"
)

func TestTestUserSignsInWithGeneratedLinks(t *testing.T) {
	d := at(t, newClock().options())
	d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{"loginId": "t", "email": "t@example.com", "test": true}))
	made := d.must(d.post("/v1/mgmt/tests/generate/magiclink", d.manage(), object{
		"loginId": "t", "deliveryMethod": "sms", "URI": "https://app.example.com/v", "loginOptions": object{"customClaims": object{"team": "red"}},
	}))
	if made.str("loginId") != "t" || !strings.HasPrefix(made.str("link"), "https://app.example.com/v?t=") || len(made.object) != 2 {
		t.Errorf("got %s", made.text)
	}
	session := d.claims(d.must(d.tryLink(made.str("link"))).str("sessionJwt"))
	if session["tu"] != true || text(session["amr"]) != `["sms"]` || session["team"] != "red" {
		t.Errorf("got %v", session)
	}

	made = d.must(d.post("/v1/mgmt/tests/generate/enchantedlink", d.manage(), object{"loginId": "t", "redirectUrl": ""}))
	if made.str("loginId") != "t" || len(made.object) != 3 {
		t.Errorf("got %s", made.text)
	}
	w := waiting{desk: d, answered: made}
	d.refused(w.poll(), 401, "E062503")
	d.must(w.press(made.str("link")))
	in := d.must(w.poll())
	if user := in.object["user"].(object); user["verifiedEmail"] != true {
		t.Errorf("got user %v", user)
	}
	if messages, _ := d.box.Inbox(t.Context()); len(messages) != 0 {
		t.Errorf("got %v in the inbox, want nothing", messages)
	}
}

func TestGeneratedLinksAreForTestUsersOnly(t *testing.T) {
	d := at(t, newClock().options())
	d.enroll(ann)
	d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{"loginId": "t"}))
	for _, kind := range []string{"magiclink", "enchantedlink"} {
		path := "/v1/mgmt/tests/generate/" + kind
		d.refused(d.post(path, d.manage(), object{"loginId": ann, "deliveryMethod": "email"}), 400, "E112102")
		d.refused(d.post(path, "", object{"loginId": "t", "deliveryMethod": "email"}), 401, "E061004")
	}
	d.refused(d.post("/v1/mgmt/tests/generate/magiclink", d.manage(), object{"loginId": "t", "deliveryMethod": "voice"}), 400, "E011004")
}

func TestDisabledMethodClosesLinksToo(t *testing.T) {
	d, _ := faulty(t, "disabled-method")
	for _, method := range []string{"magiclink", "enchantedlink"} {
		path := "/v1/auth/" + method + "/signup/email"
		d.refused(d.post(path, "", object{"loginId": ann}), 400, "E061002")
		d.must(d.post(path, ":"+d.box.identity.AuthManagementKey, object{"loginId": ann}))
	}
}
