package sandbox

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Place says where a token travels. Each of the two tokens of a Descope
// project has its own setting.
type Place int

const (
	// Body puts the token into the JSON reply.
	Body Place = iota
	// Cookies puts it into the cookie DS (session) or DSR (refresh) and
	// leaves the JSON field empty.
	Cookies
)

// ParsePlace reads "body" or "cookies"; the empty string means body.
func ParsePlace(text string) (Place, error) {
	switch text {
	case "", "body":
		return Body, nil
	case "cookies":
		return Cookies, nil
	}
	return Body, fmt.Errorf("token place %q: want body or cookies", text)
}

// String returns the form that [ParsePlace] reads.
func (p Place) String() string {
	if p == Cookies {
		return "cookies"
	}
	return "body"
}

// Rotation says what a refresh does to the refresh token. The zero value is
// off: a refresh answers with a session token only, and the refresh token
// stays as it is.
type Rotation struct {
	on    bool
	grace time.Duration
}

// Strict rotates at every refresh. Sandbox behaviour: a refresh token that
// was rotated out is refused, and using it ends the whole session.
var Strict = Rotation{on: true}

// Grace rotates like [Strict], but accepts the token just rotated out for d
// more. It is answered with the token that replaced it.
func Grace(d time.Duration) Rotation { return Rotation{on: true, grace: d} }

// ParseRotation reads "off", "strict" or "grace=10s"; the empty string means
// off.
func ParseRotation(text string) (Rotation, error) {
	switch text {
	case "", "off":
		return Rotation{}, nil
	case "strict":
		return Strict, nil
	}
	grace, ok := strings.CutPrefix(text, "grace=")
	d, err := time.ParseDuration(grace)
	if !ok || err != nil || d <= 0 {
		return Rotation{}, fmt.Errorf("rotation %q: want off, strict or grace=10s", text)
	}
	return Grace(d), nil
}

// String returns the form that [ParseRotation] reads.
func (r Rotation) String() string {
	switch {
	case !r.on:
		return "off"
	case r.grace > 0:
		return "grace=" + r.grace.String()
	}
	return "strict"
}

// nextRefresh is when a reply asks to be followed by a refresh, in seconds; 0
// without Inactivity. Sandbox behaviour: after half of it, so that one refresh
// may be late.
func (o *Options) nextRefresh() int64 {
	if o.Inactivity <= 0 {
		return 0
	}
	return max(1, int64((o.Inactivity / 2).Seconds()))
}

// regionShape is that of the regions in Descope's host names, such as euc1.
const regionShape = `^[a-z0-9]{4}$`

// ParseRegion checks a region; the empty string means none.
func ParseRegion(text string) (string, error) {
	if text != "" && !regexp.MustCompile(regionShape).MatchString(text) {
		return "", fmt.Errorf("region %q: want four lower case letters or digits, such as euc1", text)
	}
	return text, nil
}

// Issuer is the form of the "iss" claim. A Descope project's default is its
// bare id; JWT templates and custom domains give the other two.
type Issuer int

const (
	// IssuerID is the bare project id.
	IssuerID Issuer = iota
	// IssuerURL is a URL at the host that was called, ending in the id.
	IssuerURL
	// IssuerCustomHost is a URL at another host, as with a custom domain.
	IssuerCustomHost
)

// customIssuerHost stands for a project's custom domain; nothing listens there.
const customIssuerHost = "https://auth.example.com"

// ParseIssuer reads "id", "url" or "custom-host"; the empty string means id.
func ParseIssuer(text string) (Issuer, error) {
	switch text {
	case "", "id":
		return IssuerID, nil
	case "url":
		return IssuerURL, nil
	case "custom-host":
		return IssuerCustomHost, nil
	}
	return IssuerID, fmt.Errorf("issuer %q: want id, url or custom-host", text)
}

// String returns the form that [ParseIssuer] reads.
func (i Issuer) String() string {
	switch i {
	case IssuerURL:
		return "url"
	case IssuerCustomHost:
		return "custom-host"
	}
	return "id"
}

// claim is the "iss" of a token asked for at origin.
func (i Issuer) claim(origin, projectID string) string {
	switch i {
	case IssuerURL:
		return origin + "/" + projectID
	case IssuerCustomHost:
		return customIssuerHost + "/" + projectID
	}
	return projectID
}
