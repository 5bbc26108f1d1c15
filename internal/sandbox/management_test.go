package sandbox

import (
	"testing"
	"time"
)

// manage is the part of the Authorization header that holds the management key.
func (d desk) manage() string { return ":" + d.box.identity.ManagementKey }

func TestManagementCallsNeedTheManagementKey(t *testing.T) {
	d := at(t, newClock().options())
	token := ":" + d.enroll(ann).str("refreshJwt")
	for _, auth := range []string{"", token, ":wrong", ":" + d.box.identity.AuthManagementKey} {
		d.refused(d.post("/v1/mgmt/user/create/test", auth, object{"loginId": "t"}), 401, "E061004")
		d.refused(d.get("/v1/mgmt/user?loginId="+ann, auth), 401, "E061004")
	}
}

func TestTestUserSignsInWithAGeneratedCode(t *testing.T) {
	d := at(t, newClock().options())
	made := d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{
		"loginId": "t@example.com", "email": "t@example.com", "verifiedEmail": true, "name": "Tess", "test": true,
		"userTenants": []object{{"tenantId": "T1", "tenantName": "One", "roleNames": []string{"admin"}}, {"tenantId": "T2"}},
	}))
	user := made.object["user"].(object)
	if made.object["created"] != true || user["test"] != true || user["verifiedEmail"] != true || user["name"] != "Tess" {
		t.Errorf("got %s", made.text)
	}
	d.refused(d.post("/v1/mgmt/user/create/test", d.manage(), object{"loginId": "t@example.com"}), 400, "E111111")

	got := d.must(d.post("/v1/mgmt/tests/generate/otp", d.manage(), object{"loginId": "t@example.com", "deliveryMethod": "sms"}))
	if messages, _ := d.box.Inbox(t.Context()); len(messages) != 0 {
		t.Errorf("got %v in the inbox, want nothing", messages)
	}
	in := d.must(d.tryCode("sms", "t@example.com", got.str("code")))
	session := d.claims(in.str("sessionJwt"))
	if session["tu"] != true || text(session["tenants"]) != `{"T1":{"permissions":[],"roles":["admin"]},"T2":{"permissions":[],"roles":[]}}` {
		t.Errorf("got %v", session)
	}
	if in.object["user"].(object)["verifiedPhone"] != false {
		t.Error("a generated code proved a phone that is not there")
	}
}

func TestGeneratedCodesAreForTestUsersOnly(t *testing.T) {
	d := at(t, newClock().options())
	d.enroll(ann)
	d.refused(d.post("/v1/mgmt/tests/generate/otp", d.manage(), object{"loginId": ann, "deliveryMethod": "email"}), 400, "E112102")
	d.refused(d.post("/v1/mgmt/tests/generate/otp", d.manage(), object{"loginId": ann, "deliveryMethod": "owl"}), 400, "E011004")
}

func TestTenantsAreListedAndSelected(t *testing.T) {
	d := at(t, newClock().options())
	d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{
		"loginId": "t", "userTenants": []object{{"tenantId": "T1", "tenantName": "One"}, {"tenantId": "T2", "tenantName": "Two"}},
	}))
	got := d.must(d.post("/v1/mgmt/tests/generate/otp", d.manage(), object{"loginId": "t", "deliveryMethod": "email"}))
	token := ":" + d.must(d.tryCode("email", "t", got.str("code"))).str("refreshJwt")

	one, two := `{"id":"T1","name":"One","customAttributes":{}}`, `{"id":"T2","name":"Two","customAttributes":{}}`
	list := func(token string, body any, want string) {
		t.Helper()
		if got := string(d.must(d.post("/v1/auth/me/tenants", token, body)).text); got != `{"tenants":[`+want+"]}\n" {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	list(token, nil, one+","+two)
	list(token, object{"dct": false, "ids": []string{"T2"}}, two)
	list(token, object{"dct": true, "ids": []string{}}, "")
	d.refused(d.post("/v1/auth/tenant/select", token, object{"tenant": "T3"}), 400, "E011004")
	d.refused(d.post("/v1/auth/tenant/select", token, nil), 400, "E011002")
	in := d.must(d.post("/v1/auth/tenant/select", token, object{"tenant": "T1"}))
	for _, token := range []string{in.str("sessionJwt"), in.str("refreshJwt")} {
		if dct := d.claims(token)["dct"]; dct != "T1" {
			t.Errorf("got dct %v", dct)
		}
	}
	list(":"+in.str("refreshJwt"), object{"dct": true}, one)
}

func TestDeletedAuthenticatorOpensNothing(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	d.enroll(ann)
	c.pass(time.Minute)
	code := d.code(ann)
	d.must(d.post("/v1/mgmt/user/totp/delete", d.manage(), object{"loginId": ann}))
	d.refused(d.verify("", ann, code, nil), 401, "E061102")
	got := d.must(d.get("/v1/mgmt/user?loginId="+ann, d.manage()))
	if got.object["user"].(object)["TOTP"] != false {
		t.Errorf("got %s, want TOTP false", got.text)
	}
	if _, _, err := d.box.Code(t.Context(), ann); !isErr(err, ErrNoAuthenticator) {
		t.Errorf("got %v, want ErrNoAuthenticator", err)
	}
}

func TestManagerEndsSessionsAndDisablesUsers(t *testing.T) {
	d := at(t, newClock().options())
	in := d.enroll(ann)
	d.must(d.post("/v1/mgmt/user/logout", d.manage(), object{"userId": in.object["user"].(object)["userId"]}))
	d.refused(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil), 401, "E064001")
	in = d.verifyAgain(ann)
	d.must(d.post("/v1/mgmt/user/update/status", d.manage(), object{"loginId": ann, "status": "disabled"}))
	d.refused(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil), 401, "E064001")
	d.refused(d.verify("", ann, "123456", nil), 401, "E061004")
	d.refused(d.post("/v1/auth/otp/signin/email", "", object{"loginId": ann}), 401, "E061004")
	d.must(d.post("/v1/mgmt/user/update/status", d.manage(), object{"loginId": ann, "status": "enabled"}))
	d.must(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil))
	d.refused(d.post("/v1/mgmt/user/update/status", d.manage(), object{"loginId": ann, "status": "purple"}), 400, "E011004")
	d.refused(d.post("/v1/mgmt/user/logout", d.manage(), object{"loginId": "nobody"}), 400, "E112102")
}

func TestAllTestUsersAreDeletedAndNobodyElse(t *testing.T) {
	d := at(t, newClock().options())
	d.enroll(ann)
	for _, id := range []string{"t1", "t2"} {
		d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{"loginId": id}))
	}
	d.must(d.send("DELETE", "/v1/mgmt/user/test/delete/all", d.manage(), nil))
	users, _ := d.box.Users(t.Context())
	if len(users) != 1 || users[0].LoginIDs[0] != ann {
		t.Errorf("got %+v, want only %s", users, ann)
	}
	d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{"loginId": "t1"}))
	if got := d.must(d.get("/v1/mgmt/license", d.manage())); got.str("rateLimitTier") == "" {
		t.Errorf("got %s", got.text)
	}
}
