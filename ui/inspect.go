package ui

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"postern/client"
)

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
		return append(lines, fact("Claims", notReadable))
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
