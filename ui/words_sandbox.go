package ui

import (
	"fmt"
	"strings"

	"postern/client"
)

// The questions of `sandbox compare`.
const (
	AskManagementKey = "Management key of the project (not shown, not kept)"
	AskGoOn          = "Go on? (yes or no)"
)

// SayComparing is what `sandbox compare` is about to do at a project.
func SayComparing(host string, users, calls int) string {
	return fmt.Sprintf(`This makes up to %d users at %s:
one test user, the others with an authenticator. It signs them in about twenty
times and deletes them again. It makes about %d calls, and has one mail sent to
an address below example.com. The report that it prints names no project, user,
host or token.`, users, host, calls)
}

// SayWalking is a place that is walked through now.
func SayWalking(host string) string {
	return fmt.Sprintf("Walking through %s; this may take a minute.", host)
}

// SayLeftBehind are users that could not be deleted.
func SayLeftBehind(loginIDs []string) string {
	return fmt.Sprintf("Not deleted; please look for them in the Descope console, below Users: %s", strings.Join(loginIDs, ", "))
}

func sayPhoneFailed(err error) string {
	return fmt.Sprintf("The sandbox phone shows no code: %s.", client.Clean(err.Error()))
}

func phoneSays(code string) string {
	return fmt.Sprintf("Sandbox phone: %s", client.Clean(grouped3(code)))
}

func sayNoLink(err error) string {
	return fmt.Sprintf("The sandbox inbox has no link: %s.", client.Clean(err.Error()))
}
