package ui

import (
	"fmt"

	"postern/client"
)

// The sentences about the sandbox.

const sandboxBanner = "Sandbox: this account lives on this computer only."

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
	return fmt.Sprintf("These were not deleted: %s. Look for them in the Descope console, below Users.", Listing(loginIDs))
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

const (
	inboxEmpty = "The sandbox inbox is empty."
	inboxHead  = "Sandbox inbox, newest first:"
)

func inboxSays(what string) string { return fmt.Sprintf("Sandbox inbox: %s", client.Clean(what)) }

func sayInboxPressed(number string) string {
	return fmt.Sprintf("Sandbox inbox: link %s was pressed.", client.Clean(number))
}

func sayNoPress(err error) string {
	return fmt.Sprintf("The sandbox inbox has no link to press: %s.", client.Clean(err.Error()))
}
