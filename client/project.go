package client

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// Project is a place to sign in: a Descope project behind a base URL.
type Project struct {
	ID       string   // "P" and 27 or 31 characters
	Base     *url.URL // scheme and host, path without a trailing slash
	Audience []string // when set, a session token must name one of them
}

// NewProject checks the project id and derives the base URL from it when
// baseURL is empty: ids of 32 characters carry their region in characters 2
// to 5 (descope/go-sdk, api/client.go). Plain http is accepted for a literal
// loopback address only. The error is of kind Misconfigured.
func NewProject(id, baseURL string) (Project, error) {
	id = strings.TrimSpace(id)
	if err := checkProjectID(id); err != nil {
		return Project{}, &Error{Op: "project id", Kind: Misconfigured, Err: err}
	}
	if baseURL = strings.TrimSpace(baseURL); baseURL == "" {
		baseURL = defaultBase(id)
	}
	base, err := parseBase(baseURL)
	if err != nil {
		return Project{}, &Error{Op: "base url", Kind: Misconfigured, Err: err}
	}
	return Project{ID: id, Base: base}, nil
}

// Host is the name that stands beside every code field.
func (p Project) Host() string { return p.Base.Host }

// Account names the record of one profile at this project:
// "v1:" and 16 hex digits of SHA-256(base URL, project, profile).
func (p Project) Account(profile string) string {
	sum := sha256.Sum256([]byte(p.Base.String() + "\x00" + p.ID + "\x00" + profile))
	return "v1:" + hex.EncodeToString(sum[:8])
}

func checkProjectID(id string) error {
	if len(id) < 28 || len(id) > 64 || id[0] != 'P' {
		return fmt.Errorf("%q does not look like one: it begins with P and has at least 28 characters", Clean(id))
	}
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return fmt.Errorf("%q has a character that no project id has", Clean(id))
		}
	}
	return nil
}

func defaultBase(id string) string {
	if len(id) < 32 {
		return "https://api.descope.com"
	}
	return "https://api." + strings.ToLower(id[1:5]) + ".descope.com"
}

func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%q is not a URL", Clean(raw))
	}
	if u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%q: want https://HOST and nothing after it", Clean(u.Redacted()))
	}
	switch u.Scheme {
	case "https":
	case "http":
		if ip, err := netip.ParseAddr(u.Hostname()); err != nil || !ip.IsLoopback() {
			return nil, fmt.Errorf("%q: plain http is for a literal loopback address only", Clean(raw))
		}
	default:
		return nil, errors.New("want https://")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}
