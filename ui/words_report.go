package ui

import (
	"fmt"
	"math"
	"time"

	"postern/client"
)

// The sentences of commands that have done something.

// SandboxBanner is said wherever the sandbox is used.
const SandboxBanner = sandboxBanner

// What commands say when they are done.
const (
	SaidLocalOnly   = "Removed here. The session is still alive at the server."
	SaidAllSessions = "Signed out: all your sessions at the server are over, and this one is removed here."
	SaidKeyLivesOn  = "Removed here. The access key itself is good until the project revokes it."
	SaidReset       = "The sandbox is empty again."
	SaidFinishing   = "Ending, once the refresh that was sent is stored: 16 seconds at most."
)

// Standing is who is signed in, where, and for how long.
type Standing struct {
	LoginID, Name, UserID   string
	Host, BaseURL           string
	BaseURLFrom             string
	Project, ProjectFrom    string
	Profile, ProfileFrom    string
	Store                   string
	Sandbox, Spending       bool
	ByKey                   bool // LoginID is an access key's
	Factors                 []client.Text
	Now                     time.Time
	SessionUntil, RefreshBy time.Time // zero when not known
}

// SayStanding is the sentence at the end of a sign-in.
func SayStanding(s Standing) string {
	return fmt.Sprintf("Signed in as %s.\n%s", who(s), stays(s))
}

func who(s Standing) string {
	if s.ByKey {
		return fmt.Sprintf("access key %s", s.LoginID)
	}
	if s.Name == "" {
		return s.LoginID
	}
	return fmt.Sprintf("%s (%s)", s.Name, s.LoginID)
}

func stays(s Standing) string {
	where := StoreWords(s.Store)
	if s.RefreshBy.IsZero() {
		return fmt.Sprintf("The session is kept in %s.", where)
	}
	return fmt.Sprintf("The session is kept in %s,\nuntil %s.", where, s.RefreshBy.Local().Format("2 January 2006, 15:04"))
}

// StoreWords names a store.
func StoreWords(store string) string {
	switch store {
	case "keyring":
		return "the keyring"
	case "kernel":
		return "a sealed file that opens until this machine restarts"
	case "passphrase":
		return "a sealed file behind a passphrase"
	case "keyfile":
		return "a sealed file that the key file opens"
	case "none":
		return "memory, for this run only"
	}
	return store
}

// StatusLines is who, where, and for how long, a fact a line.
func StatusLines(s Standing) []string {
	var lines []string
	add := func(label, value string) { lines = append(lines, fmt.Sprintf("%-13s %s", label, value)) }
	add("Signed in as", who(s))
	if !s.ByKey {
		add("User", s.UserID)
	}
	if s.SessionUntil.IsZero() {
		add("Session", "due: the next `token` renews it")
	} else if len(s.Factors) == 0 {
		add("Session", fmt.Sprintf("%s left", left(s.SessionUntil.Sub(s.Now))))
	} else {
		factors := make([]string, len(s.Factors))
		for i, f := range s.Factors {
			factors[i] = string(f)
		}
		add("Session", fmt.Sprintf("%s left, by %s", left(s.SessionUntil.Sub(s.Now)), Listing(factors)))
	}
	if !s.RefreshBy.IsZero() {
		add("Stays until", fmt.Sprintf("%s (%s)", s.RefreshBy.Local().Format("2 January 2006, 15:04"), left(s.RefreshBy.Sub(s.Now))))
	}
	if s.Spending {
		add("Warning", "a refresh was cut off: the session may be over at the server")
	}
	add("Kept in", StoreWords(s.Store))
	add("Project", fmt.Sprintf("%s (from %s)", s.Project, s.ProjectFrom))
	if s.BaseURLFrom == "" {
		add("Base URL", fmt.Sprintf("%s (from the project id)", s.BaseURL))
	} else {
		add("Base URL", fmt.Sprintf("%s (from %s)", s.BaseURL, s.BaseURLFrom))
	}
	add("Profile", fmt.Sprintf("%s (from %s)", s.Profile, s.ProfileFrom))
	if s.Sandbox {
		lines = append(lines, sandboxBanner)
	}
	return lines
}

// left writes a time span in the two largest units that matter.
func left(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(math.Round(d.Hours()/24)))
}

// SayNext names the likeliest next command.
func SayNext(command string) string { return fmt.Sprintf("Next: %s", command) }

// SaySteppedUp is until when a step-up counts.
func SaySteppedUp(until time.Time) string {
	return fmt.Sprintf("Stepped up until %s.", until.Local().Format("15:04"))
}

// SayStillSteppedUp is a step-up that was not needed.
func SayStillSteppedUp(until time.Time) string {
	return fmt.Sprintf("Nothing was done: the session is stepped up already, until %s.", until.Local().Format("15:04"))
}

// What a command says that found nothing to do.
const (
	SaidStanding = "Already signed in: nothing was sent. To sign in again, add --force."
	SaidHasMFA   = "Nothing to do: the session has a second factor."
)

// SaidSignInFirst heads a sign-in inside another command.
const SaidSignInFirst = "Not signed in: sign in first, then the command goes on."

// SayPressed tells which of the three links of a message was pressed.
func SayPressed(linkID string) string { return fmt.Sprintf("Pressed link %s.", linkID) }

// SayFarewell is what became of a logout on either side.
func SayFarewell(server, local bool) string {
	switch {
	case server && local:
		return "Signed out, at the server and here."
	case local:
		return "Removed here. The server could not be told: the session is alive there until it ends by itself."
	case server:
		return "Ended at the server. What is stored here could not be removed."
	}
	return "Neither could the server be told, nor what is stored here be removed."
}

// SayProfile puts a profile's name before what became of it.
func SayProfile(name, words string) string { return fmt.Sprintf("%s: %s", name, words) }

// SayUnstored is the end of a sign-in that was to last for one run.
func SayUnstored(loginID string) string {
	return fmt.Sprintf("Signed in as %s, and signed out again: nothing was to be stored.", loginID)
}

// SayNotRemembered is a choice of store that could not be written down.
func SayNotRemembered(err error) string {
	return fmt.Sprintf("The session is stored, but the choice of store could not be remembered (%s).", causeOf(err))
}

// SayOldAlive is a replaced session that is still alive at the server.
func SayOldAlive(err error, called string) string {
	return fmt.Sprintf("The session before this one could not be ended at the server: %s", Explain(err, called).What)
}

// SayUnwantedAlive is a new session that was not kept, and lives on.
func SayUnwantedAlive(err error, called string) string {
	return fmt.Sprintf("The new session could not be ended at the server either: %s", Explain(err, called).What)
}

// UserLine is one user of the sandbox.
func UserLine(loginIDs, name string, pending, totp bool) string {
	state := "active"
	switch {
	case pending:
		state = "sign-up not finished"
	case !totp:
		state = "no authenticator"
	}
	if name == "" {
		return fmt.Sprintf("%-32s %s", client.Clean(loginIDs), state)
	}
	return fmt.Sprintf("%-32s %s  %s", client.Clean(loginIDs), state, client.Clean(name))
}

// ServingLines says where the sandbox listens.
func ServingLines(baseURL, projectID, managementKey string) []string {
	return []string{
		fmt.Sprintf("Base URL        %s", baseURL),
		fmt.Sprintf("Project id      %s", projectID),
		fmt.Sprintf("Management key  %s", managementKey),
		"Any Descope SDK can use it. Ctrl-C stops it.",
	}
}

// SayFactors is what a new factor made of a session.
func SayFactors(before, after []client.Text) string {
	return fmt.Sprintf("Factors before: %s. Factors now: %s.", factorList(before), factorList(after))
}

func factorList(factors []client.Text) string {
	if len(factors) == 0 {
		return "none"
	}
	words := make([]string, len(factors))
	for i, f := range factors {
		words[i] = string(f)
	}
	return Listing(words)
}
