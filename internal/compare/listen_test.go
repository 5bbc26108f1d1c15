package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"postern/internal/sandbox"
)

// listening keeps every text of every reply and request.
type listening struct {
	http.RoundTripper
	heard map[string]bool
}

func (l listening) RoundTrip(r *http.Request) (*http.Response, error) {
	l.hear(strings.Split(r.Header.Get("Authorization"), ":")...)
	resp, err := l.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(raw))
	var v any
	if json.Unmarshal(raw, &v) == nil {
		l.collect(v)
	}
	for _, c := range resp.Cookies() {
		l.hear(c.Value)
	}
	return resp, nil
}

func (l listening) hear(texts ...string) {
	for _, s := range texts {
		if len(s) >= 8 { // shorter ones are words that all projects share: RS256, enabled
			l.heard[s] = true
		}
	}
}

func (l listening) collect(v any) {
	switch v := v.(type) {
	case string:
		l.hear(v)
		l.hear(strings.Split(v, ".")...)
		l.hear(strings.Split(v, "@")...)
	case float64:
		l.hear(fmt.Sprintf("%.0f", v))
	case []any:
		for _, inside := range v {
			l.collect(inside)
		}
	case map[string]any:
		for _, inside := range v {
			l.collect(inside)
		}
	}
}

func TestNoValueOfARealWalkIsInTheReport(t *testing.T) {
	for name, o := range map[string]sandbox.Options{
		"body": {}, "cookies": {SessionToken: sandbox.Cookies, RefreshToken: sandbox.Cookies, Issuer: sandbox.IssuerURL},
	} {
		t.Run(name, func(t *testing.T) {
			side, sb := box(t, o)
			heard := map[string]bool{}
			side.Wire = listening{side.Wire, heard}
			w, err := Walk(t.Context(), side)
			if err != nil {
				t.Fatal(err)
			}
			heard[sb.ProjectID()], heard[sb.ManagementKey()], heard["127.0.0.1"] = true, true, true
			if len(heard) < 100 {
				t.Fatalf("heard %d texts, want those of a whole walk", len(heard))
			}
			out := reports(t, w, plain(t))
			for s := range heard {
				if strings.Contains(out, s) {
					t.Errorf("%q of a reply is in the report", s)
				}
			}
		})
	}
}
