//go:build linux

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tap lies between the program and a served sandbox, and keeps all that
// crosses: a secret that is looked for later has been there.
type tap struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func newTap(t *testing.T, to *server) (tapped *tap, base string) {
	t.Helper()
	target, err := url.Parse(to.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	tapped = &tap{}
	s := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			tapped.keep([]byte(r.In.Header.Get("Authorization")))
			if r.Out.Body != nil {
				raw, _ := io.ReadAll(r.Out.Body) // what is missing, the server misses
				r.Out.Body = io.NopCloser(bytes.NewReader(raw))
				tapped.keep(raw)
			}
		},
		ModifyResponse: func(r *http.Response) error {
			raw, err := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(raw))
			tapped.keep(raw)
			return err
		},
	})
	t.Cleanup(s.Close)
	return tapped, s.URL
}

func (p *tap) keep(parts ...[]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, raw := range parts {
		p.all.Write(append(raw, '\n'))
	}
}

// What a secret is called where it crosses the wire.
var (
	secretField = regexp.MustCompile(`"(sessionJwt|refreshJwt|key|pendingRef|code|token|password|newPassword|oldPassword)":"([^"]{4,})"`)
	paperCode   = regexp.MustCompile(`[0-9A-Z]{5}-[0-9A-Z]{5}`)
)

// secrets are those that crossed, and by what name.
func (p *tap) secrets() map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := map[string]string{}
	for _, m := range secretField.FindAllStringSubmatch(p.all.String(), -1) {
		found[m[2]] = m[1]
	}
	for _, code := range regexp.MustCompile(`"`+paperCode.String()+`"`).FindAllString(p.all.String(), -1) { // a key set may have the like inside
		found[strings.Trim(code, `"`)] = "recovery code"
	}
	return found
}

func (p *tap) has(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Contains(p.all.Bytes(), []byte(text))
}

// searchFor finds a secret in whatever form it may be written. Digits stand as
// a word of their own: some stand in anything.
func searchFor(secret string) (stands func(text string) bool) {
	if len(secret) < 12 && strings.Trim(secret, "0123456789") == "" {
		return regexp.MustCompile(`(?:^|[^\w.:-])` + secret + `(?:[^\w.:-]|$)`).MatchString
	}
	reversed := []byte(secret)
	slices.Reverse(reversed)
	back := string(reversed)
	forms := []string{
		secret, back, grouped(secret), grouped(back), url.QueryEscape(secret), url.PathEscape(secret),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for shift := range 3 { // wherever it begins within what was encoded
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := e.EncodeToString(append(make([]byte, shift), secret...))
			forms = append(forms, text[(shift*8+5)/6:len(text)-1])
		}
	}
	return func(text string) bool {
		return slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(text, form) })
	}
}

// heap is all that came out of the program, by where.
type heap struct {
	mu    sync.Mutex
	texts map[string]string
}

func (h *heap) add(where, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.texts == nil {
		h.texts = map[string]string{}
	}
	h.texts[fmt.Sprintf("%s (%d)", where, len(h.texts))] = text
}

// addFiles takes every file below a directory, but those of some names.
func (h *heap) addFiles(t *testing.T, dir string, but ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if slices.Contains(but, path) && e.IsDir() {
			return filepath.SkipDir
		}
		if err != nil || !e.Type().IsRegular() || slices.Contains(but, path) {
			return err
		}
		raw, err := os.ReadFile(path)
		h.add("file "+path, string(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// with are the places where a secret stands.
func (h *heap) with(secret string) (where []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	stands := searchFor(secret)
	for place, text := range h.texts {
		if stands(text) {
			where = append(where, place)
		}
	}
	slices.Sort(where)
	return where
}
