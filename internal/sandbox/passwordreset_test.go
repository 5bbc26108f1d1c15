package sandbox

import (
	"strings"
	"testing"
	"time"
)

func TestForgottenPasswordIsSetBehindALink(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.join(ann, annsPassword)
	for range 5 {
		d.refused(d.say("", ann, "Wrong-h0rse", nil), 401, "E062903")
	}
	sent := d.must(d.post("/v1/auth/password/reset", "", object{
		"loginId": ann, "redirectUrl": "https://app.example.com/new", "templateOptions": nil, "providerId": "", "locale": "en", "useRecovery": false,
	}))
	if want := `{"linkId":"","maskedEmail":"a***@example.com","pendingRef":"","resetMethod":"magiclink"}`; text(sent.object) != want {
		t.Errorf("got %s, want %s", sent.text, want)
	}
	m := d.delivered(ann)
	if m.Kind != LinkMessage || m.To != ann || !strings.HasPrefix(m.Link, "https://app.example.com/new?t=") {
		t.Errorf("got message %+v", m)
	}
	in := d.must(d.tryLink(m.Link))
	if user := in.object["user"].(object); user["password"] != true {
		t.Errorf("got user %v", user)
	}
	d.must(d.post("/v1/auth/password/update", ":"+in.str("refreshJwt"), object{"loginId": ann, "newPassword": "An0ther-one"}))
	c.pass(time.Minute)
	d.must(d.say("", ann, "An0ther-one", nil))
	d.refused(d.say("", ann, annsPassword, nil), 401, "E062903")
	d.refused(d.tryLink(m.Link), 401, "E061102")
}

func TestResetGoesToARegisteredUsersEmail(t *testing.T) {
	d := at(t, newClock().options())
	d.refused(d.post("/v1/auth/password/reset", "", nil), 400, "E011002")
	d.refused(d.post("/v1/auth/password/reset", "", object{"loginId": "nobody"}), 400, "E062108")
	d.join("bob", annsPassword)
	d.refused(d.post("/v1/auth/password/reset", "", object{"loginId": "bob"}), 400, "E011003")
	d.must(d.post("/v1/auth/password/signup", "", object{"loginId": "cy", "password": annsPassword, "user": object{"email": "cy@example.com"}}))
	d.must(d.post("/v1/auth/password/reset", "", object{"loginId": "cy"}))
	if to := d.delivered("cy").To; to != "cy@example.com" {
		t.Errorf("got a message to %s, want cy@example.com", to)
	}
}
