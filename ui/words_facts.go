package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"postern/client"
)

// The sentences of lists of facts: who is signed in, factors, tenants, tokens.

const dayAndTime = "2 January 2006, 15:04"

// fact is a line of a list of facts.
func fact(label, value string) string {
	if value == "" {
		value = "-"
	}
	return fmt.Sprintf("%-13s %s", label, value)
}

// WhoLines is whom the server says is signed in, a fact a line.
func WhoLines(u *client.User) []string {
	ids := make([]string, len(u.LoginIDs))
	for i, id := range u.LoginIDs {
		ids[i] = string(id)
	}
	app := "none registered"
	if u.TOTP {
		app = "registered"
	}
	return []string{
		fact("Login ID", Listing(ids)),
		fact("User", string(u.UserID)),
		fact("Name", string(u.Name)),
		fact("Email", address(u.Email, u.VerifiedEmail)),
		fact("Phone", address(u.Phone, u.VerifiedPhone)),
		fact("Authenticator", app),
		fact("Status", string(u.Status)),
	}
}

func address(a client.Text, verified bool) string {
	switch {
	case a == "":
		return ""
	case verified:
		return fmt.Sprintf("%s (verified)", a)
	}
	return fmt.Sprintf("%s (not verified)", a)
}

// FactorLines are the factors of an account and of its session.
func FactorLines(u *client.User, amr []client.Text) []string {
	app := "none registered: mfa add totp"
	if u.TOTP {
		app = "registered"
	}
	password := "none set"
	if u.Password {
		password = "set"
	}
	return []string{
		fact("Authenticator", app),
		fact("Password", password),
		fact("Email", address(u.Email, u.VerifiedEmail)),
		fact("Phone", address(u.Phone, u.VerifiedPhone)),
		fact("This session", factorList(amr)),
	}
}

// HistoryLines is a list of sign-ins, the server's order kept.
func HistoryLines(list []client.SignIn) []string {
	if len(list) == 0 {
		return []string{"The server has no sign-ins on record."}
	}
	var lines []string
	for _, e := range list {
		line := fmt.Sprintf("%-24s %s", e.Time.Local().Format(dayAndTime), orDash(e.IP))
		for _, t := range []client.Text{e.City, e.Country} {
			if t != "" {
				line += ", " + string(t)
			}
		}
		if e.Tenant != "" {
			line = fmt.Sprintf("%s (tenant %s)", line, e.Tenant)
		}
		lines = append(lines, line)
	}
	return lines
}

// TenantLines is a list of tenants; a star marks the one in use.
func TenantLines(list []client.Tenant, current client.Text) []string {
	if len(list) == 0 {
		return []string{"You belong to no tenant."}
	}
	var lines []string
	for _, t := range list {
		mark := " "
		if t.ID == current {
			mark = "*"
		}
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%s %-32s %s", mark, t.ID, t.Name), " "))
	}
	return lines
}

// SayTenant is the end of a change of tenant.
func SayTenant(id client.Text) string {
	return fmt.Sprintf("The session is in tenant %s now.", orDash(id))
}

// SayRenewed is the end of a refresh.
func SayRenewed(until, now time.Time) string {
	return fmt.Sprintf("Renewed. The session token is valid until %s (%s).", until.Local().Format(dayAndTime), left(until.Sub(now)))
}

// SayLostMFA is a refresh that took the second factor away.
func SayLostMFA(called string) string {
	return fmt.Sprintf("The session was renewed without its second factor. Add it again: %s mfa verify", called)
}

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

func signatureWords(in client.Inspection) string {
	by := fmt.Sprintf("%s, key %s", orDash(in.Algorithm), orDash(in.KeyID))
	switch in.Signature {
	case client.SignatureGood:
		return fmt.Sprintf("good: %s", by)
	case client.SignatureUnknown:
		return fmt.Sprintf("cannot be checked here: the stored key set does not have it: %s", by)
	}
	return fmt.Sprintf("bad: %s", by)
}

func validWords(fault error) string {
	var e *client.Error
	switch {
	case fault == nil:
		return "yes"
	case errors.As(fault, &e) && e.Err != nil:
		return fmt.Sprintf("no: %s", client.Clean(e.Err.Error()))
	}
	return fmt.Sprintf("no: %s", client.Clean(fault.Error()))
}

func issuerWords(issuer string, host client.Text) string {
	if host == "" {
		return fmt.Sprintf("%s (the bare project id: no host)", issuer)
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

func (t tempo) say(left time.Duration) string {
	seconds := int(left.Seconds())
	if t == lively {
		return fmt.Sprintf("%2d s", seconds)
	}
	return fmt.Sprintf("at most %d s", seconds)
}

const notReadable = "not readable"

// detailLines are all that is known of a failure, for whoever is asked about
// it: a fact a line.
func detailLines(e *client.Error) []string {
	lines := []string{fact("Operation", e.Op), fact("Meaning", e.Kind.Error()), fact("Status", strconv.Itoa(e.Status))}
	for _, f := range []struct {
		label string
		value client.Text
	}{{"Code", e.Code}, {"Description", e.Description}, {"Message", e.Message}, {"Trace ID", e.TraceID}} {
		lines = append(lines, fact(f.label, string(f.value)))
	}
	if e.Err != nil {
		lines = append(lines, fact("Cause", string(client.Clean(e.Err.Error()))))
	}
	return lines
}
