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
	if strings.ContainsFunc(id, func(r rune) bool { return !plain(r) || strings.ContainsRune(".-_", r) }) {
		return fmt.Errorf("%q has a character that no project id has", Clean(id))
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
		return nil, errors.New("not a URL") // its text is not shown: a password may be in it
	}
	if u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("want https://HOST and nothing after it")
	}
	// The host is shown beside every code field, so it has to be what it looks like.
	if strings.ContainsFunc(u.Host, func(r rune) bool { return !plain(r) && !strings.ContainsRune(":[]", r) }) {
		return nil, errors.New("the host has other characters than a-z, 0-9, dot and dash: want its xn-- form")
	}
	if u.RawPath != "" || strings.Contains(u.Path, "..") ||
		strings.ContainsFunc(u.Path, func(r rune) bool { return !plain(r) && r != '/' }) {
		return nil, errors.New("the path has other characters than a-z, 0-9, dot, dash and slash")
	}
	switch u.Scheme {
	case "https":
	case "http":
		if ip, err := netip.ParseAddr(u.Hostname()); err != nil || !ip.IsLoopback() {
			return nil, fmt.Errorf("plain http to %s: that is for a literal loopback address only", u.Host)
		}
	default:
		return nil, errors.New("want https://")
	}
	// One place has one name, or its session would not be found again.
	u.Host, u.Path = strings.ToLower(u.Host), strings.TrimRight(u.Path, "/")
	return u, nil
}

// plain reports whether a host or path may have this character unescaped.
func plain(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune(".-_", r)
}
