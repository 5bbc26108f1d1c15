package ui

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// RoundTrip answers as such a server does.
func (s spoken) RoundTrip(q *http.Request) (*http.Response, error) {
	body, status := "404 {}", http.StatusOK
	if strings.HasPrefix(q.URL.Path, "/v2/keys/") {
		body = keySetOf("kid")
	}
	for path, reply := range s {
		if strings.HasPrefix(q.URL.Path, path) {
			body = reply
		}
	}
	if !strings.HasPrefix(body, "{") {
		if _, err := fmt.Sscan(body, &status); err != nil {
			return nil, err
		}
		_, body, _ = strings.Cut(body, " ")
	}
	return &http.Response{
		StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{"Content-Type": {"application/json"}},
	}, nil
}

// quoted is JSON of any bytes: those that are no UTF-8 go as they are.
func quoted(word string) string {
	var b strings.Builder
	for _, c := range []byte(word) {
		if c < ' ' || c == '"' || c == '\\' || c == 0x7f {
			fmt.Fprintf(&b, `\u%04x`, c)
			continue
		}
		b.WriteByte(c)
	}
	return `"` + b.String() + `"`
}

var escapeKey = sync.OnceValue(func() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(err)
	return key
})

func keySetOf(kid string) string {
	raw, err := jose.JSONWebKey{Key: escapeKey().Public(), KeyID: "KID", Algorithm: string(jose.ES384), Use: "sig"}.MarshalJSON()
	must(err)
	return `{"keys":[` + strings.Replace(string(raw), `"KID"`, quoted(kid), 1) + "]}"
}

// signInAs is the reply to a sign-in, with tokens that the key signed.
func signInAs(kid, role, user string) string {
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.ES384, Key: jose.JSONWebKey{Key: escapeKey(), KeyID: strings.ToValidUTF8(kid, "\ufffd")},
	}, nil)
	must(err)
	token := func(drn string) string {
		now := noon.Unix()
		claims := fmt.Sprintf(`{"drn":%q,"iss":%q,"sub":"U2","iat":%d,"exp":%d,"amr":["totp"],"dct":"T1","roles":[%s],"tenants":{"T1":{}}}`,
			drn, escapeProject, now, now+600, quoted(role))
		signed, err := signer.Sign([]byte(claims))
		must(err)
		compact, err := signed.CompactSerialize()
		must(err)
		return compact
	}
	return fmt.Sprintf(`{"sessionJwt":%q,"refreshJwt":%q,"user":{"userId":"U2",%s}}`, token("DS"), token("DSR"), user)
}
