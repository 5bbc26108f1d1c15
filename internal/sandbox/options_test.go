package sandbox

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestIssuerForms(t *testing.T) {
	for _, row := range []struct {
		form Issuer
		want func(id string) string
	}{
		{IssuerID, func(id string) string { return id }},
		{IssuerURL, func(id string) string { return "https://sandbox.invalid/" + id }},
		{IssuerCustomHost, func(id string) string { return "https://auth.example.com/" + id }},
	} {
		t.Run(row.form.String(), func(t *testing.T) {
			opts := newClock().options()
			opts.Issuer = row.form
			d := at(t, opts)
			got := d.claims(d.enroll(ann).str("sessionJwt"))["iss"]
			if want := row.want(d.box.ProjectID()); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestOptionsAreReadAndWrittenAlike(t *testing.T) {
	for _, text := range []string{"body", "cookies"} {
		if got, err := ParsePlace(text); err != nil || got.String() != text {
			t.Errorf("place %s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"off", "strict", "grace=10s"} {
		if got, err := ParseRotation(text); err != nil || got.String() != text {
			t.Errorf("rotation %s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"id", "url", "custom-host"} {
		if got, err := ParseIssuer(text); err != nil || got.String() != text {
			t.Errorf("issuer %s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"grace", "grace=", "grace=0s", "grace=-1s", "10s", "Strict"} {
		if got, err := ParseRotation(text); err == nil {
			t.Errorf("rotation %s: got %v, want an error", text, got)
		}
	}
}

func TestRegionMakesTheProjectIDLonger(t *testing.T) {
	dir := t.TempDir()
	id := open(t, Options{Dir: dir, Region: "euc1"}).ProjectID()
	if len(id) != 32 || !strings.HasPrefix(id, "Peuc1SANDBOX") {
		t.Errorf("got %q, want 32 characters with the region behind the P", id)
	}
	for _, region := range []string{"", "euc1"} {
		if got := open(t, Options{Dir: dir, Region: region}).ProjectID(); got != id {
			t.Errorf("region %q: got %q after opening again, want %q", region, got, id)
		}
	}
	for _, row := range []struct{ name, dir, region, want string }{
		{"another region", dir, "use1", "not of region use1"},
		{"a state without a region", open(t, Options{}).opts.Dir, "euc1", "not of region euc1"},
		{"too long", t.TempDir(), "europe", "four lower case letters or digits"},
		{"no host name", t.TempDir(), "a/b.", "four lower case letters or digits"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := Open(Options{Dir: row.dir, Region: row.region}); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}

func TestRegionsProjectIsTheOneInAuthorization(t *testing.T) {
	opts := newClock().options()
	opts.Region = "euc1"
	d := at(t, opts)
	if iss := d.claims(d.enroll(ann).str("sessionJwt"))["iss"]; iss != d.box.ProjectID() {
		t.Errorf("got iss %v, want %s", iss, d.box.ProjectID())
	}
	req, _ := http.NewRequest("POST", "https://sandbox.invalid/v1/auth/totp/signup", strings.NewReader(`{"loginId":"x"}`))
	req.Header.Set("Authorization", "Bearer P"+d.box.ProjectID()[5:])
	d.refused(d.do(req), 400, "E071001")
}

func TestAudienceIsInBothTokens(t *testing.T) {
	for _, row := range []struct {
		audience []string
		want     string
	}{
		{nil, "null"},
		{[]string{"app"}, `"app"`},
		{[]string{"app", "api"}, `["app","api"]`},
	} {
		t.Run(row.want, func(t *testing.T) {
			opts := newClock().options()
			opts.Audience = row.audience
			d := at(t, opts)
			in := d.enroll(ann)
			for _, field := range []string{"sessionJwt", "refreshJwt"} {
				if got := text(d.claims(in.str(field))["aud"]); got != row.want {
					t.Errorf("%s: got aud %s, want %s", field, got, row.want)
				}
			}
			d.must(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil))
		})
	}
}

func TestIdleSessionEnds(t *testing.T) {
	c := newClock()
	opts := c.options()
	opts.Inactivity = 12 * time.Minute
	d := at(t, opts)
	in := d.enroll(ann)
	token := ":" + in.str("refreshJwt")
	for range 3 {
		c.pass(12*time.Minute - time.Second)
		got := d.must(d.post("/v1/auth/refresh", token, nil))
		if in.object["nextRefreshSeconds"] != 360.0 || got.object["nextRefreshSeconds"] != 360.0 {
			t.Errorf("got nextRefreshSeconds %v and %v, want 360", in.object["nextRefreshSeconds"], got.object["nextRefreshSeconds"])
		}
	}
	c.pass(6 * time.Minute)
	d.must(d.get("/v1/auth/me", token)) // keeps nothing alive
	d.must(d.post("/v1/auth/otp/signin/email", token, object{"loginId": ann, "loginOptions": object{"mfa": true}}))
	c.pass(6 * time.Minute)
	d.refused(d.post("/v1/auth/refresh", token, nil), 401, "E064001")
	d.refused(d.get("/v1/auth/me", token), 401, "E064001")
	if got := d.must(d.post("/v1/auth/try-refresh", token, nil)); len(got.object) != 0 {
		t.Errorf("got %s, want {}", got.text)
	}
}

func TestSecondFactorAndTenantKeepASessionAlive(t *testing.T) {
	c := newClock()
	opts := c.options()
	opts.Inactivity = 10 * time.Minute
	d := at(t, opts)
	d.must(d.post("/v1/mgmt/user/create/test", d.manage(), object{"loginId": ann, "email": ann, "userTenants": []object{{"tenantId": "T1"}}}))
	d.must(d.post("/v1/auth/otp/signin/email", "", object{"loginId": ann}))
	token := ":" + d.enterCode("email", ann).str("refreshJwt")
	c.pass(9 * time.Minute)
	d.must(d.post("/v1/auth/tenant/select", token, object{"tenant": "T1"}))
	c.pass(9 * time.Minute)
	d.must(d.post("/v1/auth/otp/signin/email", token, object{"loginId": ann, "loginOptions": object{"mfa": true}}))
	d.enterCode("email", ann)
	c.pass(9 * time.Minute)
	d.must(d.post("/v1/auth/refresh", token, nil))
}

func TestWithoutInactivityNoSessionIsIdle(t *testing.T) {
	c := newClock()
	d := at(t, c.options())
	in := d.enroll(ann)
	c.pass(700 * time.Hour)
	got := d.must(d.post("/v1/auth/refresh", ":"+in.str("refreshJwt"), nil))
	if in.object["nextRefreshSeconds"] != 0.0 || got.object["nextRefreshSeconds"] != 0.0 {
		t.Errorf("got nextRefreshSeconds %v and %v, want 0", in.object["nextRefreshSeconds"], got.object["nextRefreshSeconds"])
	}
}
