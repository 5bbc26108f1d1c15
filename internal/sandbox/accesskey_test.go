package sandbox

import (
	"net/http"
	"testing"
	"time"
)

// exchange turns an access key into a session.
func (d desk) exchange(auth string, body any) answered {
	d.Helper()
	return d.post("/v1/auth/accesskey/exchange", auth, body)
}

// makeKey makes an access key by the management call.
func (d desk) makeKey(body object) (id, cleartext string) {
	d.Helper()
	got := d.must(d.post("/v1/mgmt/accesskey/create", d.manage(), body))
	return got.object["key"].(object)["id"].(string), got.str("cleartext")
}

func TestAccessKeyIsExchangedForASession(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	id, key, err := d.box.NewAccessKey(t.Context(), "build")
	if err != nil {
		t.Fatal(err)
	}
	if len(id) != 28 || id[0] != 'K' {
		t.Errorf("got id %q, want K and 27 more", id)
	}
	for _, auth := range []string{":" + key, ":" + key + ":" + d.box.identity.AuthManagementKey} {
		got := d.must(d.exchange(auth, object{"loginOptions": object{"customClaims": object{"job": 7}}}))
		ends := float64(c.at.Add(10 * time.Minute).Unix())
		if len(got.object) != 3 || got.str("keyId") != id || got.object["expiration"] != ends {
			t.Errorf("got %s", got.text)
		}
		session := d.claims(got.str("sessionJwt"))
		for name, want := range map[string]any{
			"drn": "DS", "sub": id, "iss": d.box.ProjectID(), "exp": ends, "job": 7.0, "amr": nil, "rexp": nil, "tenants": nil, "roles": nil,
		} {
			if got, has := session[name]; got != want || has != (want != nil) {
				t.Errorf("%s: got %v, want %v", name, got, want)
			}
		}
		d.must(d.post("/v1/auth/validate", ":"+got.str("sessionJwt"), nil))
	}
}

func TestAccessKeysAreRefusedWithTheirOwnCodes(t *testing.T) {
	d := at(t, newClock().options())
	_, key, _ := d.box.NewAccessKey(t.Context(), "build")
	in := d.enroll(ann)
	d.refused(d.exchange("", nil), 401, "E062802")
	d.refused(d.exchange(":"+in.str("refreshJwt"), nil), 401, "E062802")
	d.refused(d.exchange(":wrong", nil), 401, "E062803")
	d.refused(d.exchange(d.manage(), nil), 401, "E062803")
	d.refused(d.exchange(":"+key+":wrong", nil), 401, "E061004")
	d.refused(d.exchange(":"+key, object{"loginOptions": object{"customClaims": object{"sub": "x"}}}), 400, "E011004")
	d.refused(d.exchange(":"+key, object{"loginOptions": object{"selectedTenant": "T1"}}), 400, "E011004")
	d.refused(d.verify(":"+key, ann, "123456", nil), 401, "E061004") // it is no key of any other call
	for _, body := range []any{nil, "null", `{"loginOptions":null}`, `{"loginOptions":{"customClaims":null,"selectedTenant":null}}`} {
		d.must(d.exchange(":"+key, body))
	}
	d.notInState(key)
}

func TestManagerMakesAndDeletesAccessKeys(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	ends := c.at.Add(4 * time.Minute).Unix()
	made := d.must(d.post("/v1/mgmt/accesskey/create", d.manage(), object{
		"name": "build", "expireTime": ends, "roleNames": []string{"runner"}, "keyTenants": []object{{"tenantId": "T1", "roleNames": []string{"admin"}}},
		"customClaims": object{"team": "red"}, "description": "for CI", "userId": nil, "permittedIps": nil,
	}))
	key := made.object["key"].(object)
	for name, want := range map[string]any{
		"name": "build", "expiresTime": float64(ends), "createdTime": float64(c.at.Unix()), "status": "active", "description": "for CI", "boundUserId": "",
	} {
		if key[name] != want {
			t.Errorf("%s: got %v, want %v", name, key[name], want)
		}
	}
	if text(key["roleNames"]) != `["runner"]` || text(key["permittedIps"]) != `[]` {
		t.Errorf("got %s", made.text)
	}
	auth := ":" + made.str("cleartext")
	got := d.must(d.exchange(auth, object{"loginOptions": object{"selectedTenant": "T1", "customClaims": object{"team": "blue"}}}))
	session := d.claims(got.str("sessionJwt"))
	if session["dct"] != "T1" || session["team"] != "blue" || text(session["roles"]) != `["runner"]` ||
		text(session["tenants"]) != `{"T1":{"permissions":[],"roles":["admin"]}}` || session["exp"] != float64(ends) {
		t.Errorf("got %v", session)
	}
	if team := d.claims(d.must(d.exchange(auth, nil)).str("sessionJwt"))["team"]; team != "red" {
		t.Errorf("got team %v, want the key's own", team)
	}
	c.pass(4 * time.Minute)
	d.refused(d.exchange(auth, nil), 401, "E062803")
}

func TestDeletedAccessKeyOpensNothing(t *testing.T) {
	d := at(t, newClock().options())
	id, gone := d.makeKey(object{"name": "gone"})
	_, stays := d.makeKey(object{"name": "stays"})
	d.refused(d.post("/v1/mgmt/accesskey/create", d.manage(), nil), 400, "E011002")
	d.refused(d.post("/v1/mgmt/accesskey/create", d.manage(), object{"name": "x", "customClaims": object{"exp": 1}}), 400, "E011004")
	d.refused(d.post("/v1/mgmt/accesskey/create", "", object{"name": "x"}), 401, "E061004")
	d.refused(d.post("/v1/mgmt/accesskey/delete", "", object{"id": id}), 401, "E061004")
	d.refused(d.post("/v1/mgmt/accesskey/delete", d.manage(), nil), 400, "E011002")
	d.refused(d.post("/v1/mgmt/accesskey/delete", d.manage(), object{"id": "K0"}), 400, "E011004")
	d.must(d.post("/v1/mgmt/accesskey/delete", d.manage(), object{"id": id}))
	d.refused(d.exchange(":"+gone, nil), 401, "E062803")
	d.must(d.exchange(":"+stays, nil))
}

func TestAccessKeySessionsAreInTheBodyAlways(t *testing.T) {
	opts := newClock().options()
	opts.SessionToken = Cookies
	d := at(t, opts)
	_, key := d.makeKey(object{"name": "build"})
	got := d.must(d.exchange(":"+key, nil))
	if got.str("sessionJwt") == "" || len(got.Cookies()) != 0 {
		t.Errorf("got %s and %d cookies", got.text, len(got.Cookies()))
	}
	bare, _ := http.NewRequest("POST", "https://sandbox.invalid/v1/auth/accesskey/exchange", nil)
	d.refused(d.do(bare), 401, "E061004")
}

func TestResetForgetsAccessKeys(t *testing.T) {
	d := at(t, newClock().options())
	_, key := d.makeKey(object{"name": "build"})
	d.must(d.exchange(":"+key, nil))
	if err := d.box.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.refused(d.exchange(":"+key, nil), 401, "E062803")
}
