package sandbox

import (
	"encoding/json"
	"testing"
)

// vary is a sandbox that plays these variants.
func vary(t *testing.T, names ...string) desk {
	t.Helper()
	opts := newClock().options()
	opts.Variants = names
	return at(t, opts)
}

func TestUnknownVariantIsRefused(t *testing.T) {
	if _, err := Open(Options{Dir: t.TempDir(), Variants: []string{"code-replay", "nonsense"}}); err == nil {
		t.Error("got no error, want the unknown name refused")
	}
	for _, name := range Variants() {
		if VariantHelp(name) == "" {
			t.Errorf("variant %s has no help", name)
		}
	}
}

func TestEmptyFieldsAreLeftOutAtAnyDepth(t *testing.T) {
	var v any
	decode(t, []byte(`{"a":"","b":0,"c":false,"d":null,"e":[],"f":{"g":""},"h":[{"i":"","j":1}],"k":"l"}`), &v)
	got, err := json.Marshal(withoutZeros(v))
	if want := `{"h":[{"j":1}],"k":"l"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestUserCanBeDeleted(t *testing.T) {
	d := at(t, newClock().options())
	token := ":" + d.enroll(ann).str("refreshJwt")
	d.must(d.post("/v1/auth/totp/signup", "", object{"loginId": "unfinished@example.com"}))
	d.refused(d.post("/v1/mgmt/user/delete", ":wrong", object{"loginId": ann}), 401, "E061004")
	d.refused(d.post("/v1/mgmt/user/delete", d.manage(), object{}), 400, "E011002")
	d.refused(d.post("/v1/mgmt/user/delete", d.manage(), object{"loginId": "nobody"}), 400, "E112102")

	for _, id := range []string{ann, "unfinished@example.com"} {
		d.must(d.post("/v1/mgmt/user/delete", d.manage(), object{"loginId": id}))
	}
	d.refused(d.post("/v1/auth/refresh", token, object{}), 401, "E064001")
	users, err := d.box.Users(t.Context())
	if err != nil || len(users) != 0 {
		t.Errorf("got %v, %v, want nobody", users, err)
	}
	created := d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{"loginId": ann}))
	id := created.object["user"].(object)["userId"]
	d.must(d.post("/v1/mgmt/user/delete", d.manage(), object{"userId": id}))
	d.refused(d.get("/v1/mgmt/user?loginId="+ann, d.manage()), 400, "E112102")
}

// What each variant does to a whole walk is tested where walks are compared.
func TestVariantsChangeWhatTheySay(t *testing.T) {
	t.Run("old key", func(t *testing.T) {
		d := vary(t, "old-key-off", "code-replay")
		in := d.enroll(ann)
		old := d.code(ann)
		d.must(d.verify("", ann, old, nil)) // again
		d.must(d.post("/v1/auth/totp/update", ":"+in.str("refreshJwt"), object{"loginId": ann}))
		d.refused(d.verify("", ann, old, nil), 401, "E061102")
		d.must(d.verify("", ann, d.code(ann), nil))
	})
	t.Run("same factor", func(t *testing.T) {
		d := vary(t, "same-factor-error", "code-replay", "user-on-refresh")
		token := ":" + d.enroll(ann).str("refreshJwt")
		d.refused(d.verify(token, ann, d.code(ann), object{"mfa": true}), 400, "E011004")
		d.must(d.verify(token, ann, d.code(ann), object{"stepup": true}))
		if got := d.must(d.post("/v1/auth/refresh", token, object{})); got.object["user"] == nil {
			t.Errorf("got %s, want the user", got.text)
		}
	})
}
