package sdktest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"postern/client"
)

const tess = "tess@example.com" // a login id: she has every factor, and two tenants

// fixture is what a call needs, as parity.mjs reads it.
type fixture struct {
	Call      string `json:"call"`
	Base      string `json:"base"`
	ProjectID string `json:"projectId"`
	AuthKey   string `json:"authKey"`
	LoginID   string `json:"loginId"`
	Session   string `json:"session"`
	Refresh   string `json:"refresh"`
	KID       string `json:"kid"`       // of the key that signed them
	Code      string `json:"code"`      // the next one of the authenticator, or the delivered one
	Ref       string `json:"ref"`       // of an enchanted link that was pressed
	Token     string `json:"token"`     // of a magic link
	AccessKey string `json:"accessKey"` // of somebody else than a person
}

// names are the words that stand for what is different in each run.
func (f fixture) names(b *bench) *strings.Replacer {
	var pairs []string
	for _, p := range []struct{ text, name string }{
		{f.Refresh, "<refresh>"}, {f.Session, "<session>"}, {f.Code, "<code>"}, {f.Ref, "<ref>"}, {f.Token, "<token>"},
		{f.AccessKey, "<access key>"}, {b.identity.AuthManagementKey, "<auth key>"}, {b.identity.ProjectID, "<project>"},
	} {
		if p.text != "" {
			pairs = append(pairs, p.text, p.name)
		}
	}
	return strings.NewReplacer(pairs...)
}

// post makes a call that nobody records; key is what follows the project.
func (b *bench) post(d *desk, path, key string, body object) object {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, bytes.NewReader(encode(body)))
	r.Header.Set("Authorization", "Bearer "+b.identity.ProjectID+":"+key)
	w := httptest.NewRecorder()
	d.box.ServeHTTP(w, r)
	out := object{}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
		b.t.Fatalf("prepare %s: got %d %s", path, w.Code, w.Body)
	}
	return out
}

// prepare makes Tess, signed in, with an authenticator whose next code was not
// used yet.
func (b *bench) prepare(d *desk) fixture {
	b.t.Helper()
	b.post(d, mgmtCreate, b.identity.ManagementKey, object{
		"loginId": tess, "email": tess, "phone": "+15555550100", "verifiedEmail": true,
		"userTenants": []object{{"tenantId": "T1", "tenantName": "One"}, {"tenantId": "T2", "tenantName": "Two"}},
	})
	code := b.post(d, mgmtCode, b.identity.ManagementKey, object{"loginId": tess, "deliveryMethod": "email"})["code"]
	in := b.post(d, otpVerify+"email", "", object{"loginId": tess, "code": code})
	f := fixture{LoginID: tess, Session: in["sessionJwt"].(string), Refresh: in["refreshJwt"].(string)}
	b.post(d, totpUpdate, f.Refresh, object{"loginId": tess})
	b.post(d, totpVerify, "", object{"loginId": tess, "code": b.appCode(d)})
	d.clock.pass(30 * time.Second)
	f.Code, f.KID = b.appCode(d), keyID(b, f.Session)
	return f
}

func (b *bench) appCode(d *desk) string {
	b.t.Helper()
	code, _, err := d.box.Code(b.t.Context(), tess)
	if err != nil {
		b.t.Fatal(err)
	}
	return code
}

func keyID(b *bench, token string) string {
	b.t.Helper()
	head, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	var h struct {
		KID string `json:"kid"`
	}
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return h.KID
}

// sessionOf is Tess's session as the client has it, got in a way that nobody
// records.
func (b *bench) sessionOf(ctx context.Context, f fixture) (*client.Session, error) {
	id := strings.TrimPrefix(f.Base, b.url+"/")
	project, err := client.NewProject(f.ProjectID, b.url)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	box := b.desks[id].box
	b.mu.Unlock()
	return client.New(client.Config{Project: project, Transport: box}).Adopt(ctx, client.Secret(f.Refresh))
}
