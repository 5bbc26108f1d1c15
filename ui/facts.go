package ui

import (
	"fmt"
	"strings"
	"time"

	"postern/client"
)

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
		fact("Login ID", strings.Join(ids, ", ")),
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
		return string(a) + " (verified)"
	}
	return string(a) + " (not verified)"
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
			line += fmt.Sprintf(" (tenant %s)", e.Tenant)
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
	return "The session was renewed without its second factor. Add it again: " + called + " mfa verify"
}
