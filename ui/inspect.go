package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"postern/client"
)

// TokenName says which of the two tokens a claim drn names.
func TokenName(kind client.Text) string {
	switch kind {
	case "DS":
		return "session token"
	case "DSR":
		return "refresh token"
	}
	return "token of another kind"
}

// claimNames are the claims of the service, in the order in which they are
// shown; others come after them by name.
var claimNames = []struct{ claim, label string }{
	{"sub", "User"}, {"dsub", "User"}, {"amr", "Factors"}, {"su", "Stepped up"},
	{"iat", "Issued"}, {"nbf", "Not before"}, {"exp", "Expires"}, {"rexp", "Refresh until"},
	{"aud", "Audience"}, {"dct", "Tenant"}, {"tenants", "Tenants"}, {"roles", "Roles"}, {"permissions", "Permissions"},
	{"tu", "Test user"}, {"jti", "Token id"},
}

// InspectionLines is a token taken apart. host is the issuer's, empty when the
// issuer is no URL.
func InspectionLines(in client.Inspection, host client.Text, now time.Time) []string {
	lines := []string{
		fact("Token", fmt.Sprintf("%s (%s)", TokenName(in.Kind), orDash(in.Kind))),
		fact("Signature", signatureWords(in)),
		fact("Valid", validWords(in.Fault)),
	}
	claims := map[string]json.RawMessage{}
	if err := json.Unmarshal(in.Claims, &claims); err != nil {
		return append(lines, fact("Claims", "not readable"))
	}
	lines = append(lines, fact("Issuer", issuerWords(claimWords("iss", claims["iss"], now), host)))
	delete(claims, "iss")
	delete(claims, "drn")
	for _, known := range claimNames {
		if raw, there := claims[known.claim]; there {
			lines = append(lines, fact(known.label, fmt.Sprintf("%s (%s)", claimWords(known.claim, raw, now), known.claim)))
			delete(claims, known.claim)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		lines = append(lines, fact(string(client.Clean(name)), claimWords(name, claims[name], now)))
	}
	return lines
}

func signatureWords(in client.Inspection) string {
	by := fmt.Sprintf("%s, key %s", orDash(in.Algorithm), orDash(in.KeyID))
	switch in.Signature {
	case client.SignatureGood:
		return "good: " + by
	case client.SignatureUnknown:
		return "cannot be checked here: the stored key set does not have it: " + by
	}
	return "bad: " + by
}

func validWords(fault error) string {
	var e *client.Error
	switch {
	case fault == nil:
		return "yes"
	case errors.As(fault, &e) && e.Err != nil:
		return "no: " + string(client.Clean(e.Err.Error()))
	}
	return "no: " + string(client.Clean(fault.Error()))
}

func issuerWords(issuer string, host client.Text) string {
	if host == "" {
		return issuer + " (the bare project id: no host)"
	}
	return fmt.Sprintf("%s (host %s)", issuer, host)
}

// claimWords writes a claim as a person would read it.
func claimWords(name string, raw json.RawMessage, now time.Time) string {
	if at, ok := claimTime(name, raw); ok {
		if d := at.Sub(now).Round(time.Second); d > 0 {
			return fmt.Sprintf("%s, in %s", at.Local().Format("2 January 2006, 15:04:05"), left(d))
		} else {
			return fmt.Sprintf("%s, %s ago", at.Local().Format("2 January 2006, 15:04:05"), left(-d))
		}
	}
	var text client.Text
	if json.Unmarshal(raw, &text) == nil {
		return orDash(text)
	}
	var list []client.Text
	if json.Unmarshal(raw, &list) == nil {
		words := make([]string, len(list))
		for i, w := range list {
			words[i] = string(w)
		}
		return strings.Join(words, ", ")
	}
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil {
		return "-"
	}
	return string(client.Clean(compact.String()))
}

// claimTime reads the claims that are times: seconds (RFC 7519 §2), or RFC 3339
// text.
func claimTime(name string, raw json.RawMessage) (time.Time, bool) {
	if !slices.Contains([]string{"exp", "iat", "nbf", "rexp"}, name) {
		return time.Time{}, false
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		at, err := time.Parse(time.RFC3339, text)
		return at, err == nil
	}
	const last = 253402300799 // the end of the year 9999
	var seconds float64
	if json.Unmarshal(raw, &seconds) != nil || seconds < 0 || seconds > last {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}
