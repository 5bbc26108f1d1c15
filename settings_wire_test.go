//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// wire lies between the program and a served sandbox: it passes everything on,
// and remembers how tokens travelled.
type wire struct {
	*httputil.ReverseProxy
	mu     sync.Mutex
	grants []granted
}

// granted is an answer that handed out tokens.
type granted struct {
	path          string
	sent          string // the token that the call carried, "" for none
	body, cookies tokens
}

type tokens struct {
	Session string `json:"sessionJwt"`
	Refresh string `json:"refreshJwt"`
}

func newWire(t *testing.T, to *server) *wire {
	t.Helper()
	target, err := url.Parse(to.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{}
	w.ReverseProxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			if strings.HasPrefix(r.In.Host, "127.0.0.1:") {
				r.Out.Host = r.In.Host // an issuer may name it
			}
		},
		ModifyResponse: w.remember,
	}
	return w
}

func (w *wire) remember(r *http.Response) error {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	g := granted{path: strings.TrimPrefix(r.Request.URL.Path, "/v1/auth/")}
	if json.Unmarshal(raw, &g.body) != nil || r.StatusCode != http.StatusOK || g.path == "logout" {
		return nil
	}
	if parts := strings.Split(r.Request.Header.Get("Authorization"), ":"); len(parts) > 1 {
		g.sent = parts[1]
	}
	for _, c := range r.Cookies() {
		switch c.Name {
		case "DS":
			g.cookies.Session = c.Value
		case "DSR":
			g.cookies.Refresh = c.Value
		}
	}
	if g.body == (tokens{}) && g.cookies == (tokens{}) {
		return nil // another kind of call
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.grants = append(w.grants, g)
	return nil
}

// since are the answers after the first n.
func (w *wire) since(n int) []granted {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.grants[n:])
}

// count is how many answers there were so far.
func (w *wire) count() int { return len(w.since(0)) }

// verified checks a token with the key set that the server publishes, as a
// backend would, and answers its claims.
func (w *settler) verified(token string) map[string]any {
	t := w.t
	t.Helper()
	resp, err := http.Get(w.server.BaseURL + "/v2/keys/" + w.server.ProjectID)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var keys jose.JSONWebKeySet
	if err := json.NewDecoder(resp.Body).Decode(&keys); err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(strings.TrimSpace(token), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatalf("token %q: %v", token, err)
	}
	claims := map[string]any{}
	if err := parsed.Claims(&keys, &claims); err != nil {
		t.Fatalf("token %q: %v", token, err)
	}
	return claims
}
