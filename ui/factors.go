package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/client"
	"postern/flows"
)

// The sentences about methods, factors and messages.

var methodNames = map[client.Method]string{
	client.TOTP: "authenticator app", client.Email: "email", client.SMS: "SMS", client.Voice: "phone call",
	client.WhatsApp: "WhatsApp", client.Password: "password", client.Recovery: "recovery code",
}

var reasonWords = map[flows.Reason]string{
	flows.PassedAlready: "used in this session already", flows.NoAuthenticator: "none is set up",
	flows.NoPassword: "none is set", flows.NoAddress: "no address for it", flows.LostPhone: "the phone is lost",
	flows.IsReplaced: "it is the one to be replaced", flows.ClosedByProject: "this project does not offer it here",
}

var methodTitles = map[flows.Errand]string{
	flows.ForSignIn:    "How do you want to sign in as %s?",
	flows.ForSignUp:    "How do you want to sign up as %s?",
	flows.ForFactor:    "A second factor for %s. Which?",
	flows.ForStepUp:    "A code once more for %s. From where?",
	flows.ForReplacing: "First a code from somewhere else than the old authenticator of %s. From where?",
}

var codeTitles = map[flows.Errand]string{
	flows.ForSignIn: "Sign in as %s",
	flows.ForFactor: "Second factor for %s: the authenticator app",
	flows.ForStepUp: "Step up as %s, with the authenticator app",
}

var scanTitles = map[flows.Errand]string{
	flows.ForSignUp: "Sign up as %s",
	flows.ForFactor: "Add an authenticator for %s",
	flows.ForNewKey: "New authenticator for %s",
}

var sentTitles = map[flows.Errand]string{
	flows.ForSignIn:    "Sign in as %s",
	flows.ForSignUp:    "Sign up as %s",
	flows.ForFactor:    "Second factor for %s",
	flows.ForStepUp:    "Step up as %s",
	flows.ForReplacing: "Before the authenticator of %s is replaced",
}

func titled(words map[flows.Errand]string, s flows.Screen) string {
	return fmt.Sprintf(words[s.Errand], client.Clean(s.LoginID))
}

func confirmTitle(s flows.Screen) string {
	r, _ := s.Show.(flows.Recipient)
	if country := countryOf(string(r.To)); country != "" {
		return fmt.Sprintf("Send a code by %s to %s (%s)?", methodNames[r.Method], r.To, country)
	}
	return fmt.Sprintf("Send a code by %s to %s?", methodNames[r.Method], r.To)
}

func sendTitle(s flows.Screen) string {
	r, _ := s.Show.(flows.Recipient)
	return fmt.Sprintf("Sending a code by %s…", methodNames[r.Method])
}

func deliveredTitle(s flows.Screen) string {
	sent, _ := s.Show.(flows.Sent)
	if sent.To == "" {
		return fmt.Sprintf("%s: a code was sent by %s.", titled(sentTitles, s), methodNames[sent.Method])
	}
	return fmt.Sprintf("%s: a code was sent by %s to %s.", titled(sentTitles, s), methodNames[sent.Method], sent.To)
}

// resendLine says when another code may be asked for.
func resendLine(sent flows.Sent, now time.Time) string {
	if left := sent.ResendAt.Sub(now); left > 0 {
		return fmt.Sprintf("another one in %2d s", int((left + time.Second - 1).Seconds()))
	}
	return "r sends another one"
}

// choiceLabel is a choice in words, a method with its address.
func choiceLabel(s flows.Screen, i int) string {
	words := choiceWords[s.Choices[i]]
	ways, ok := s.Show.(flows.Ways)
	if !ok || i >= len(ways.Open) {
		return words
	}
	switch w := ways.Open[i]; {
	case w.New:
		return fmt.Sprintf("%s, to be set up", words)
	case w.To != "":
		return fmt.Sprintf("%s to %s", words, w.To)
	}
	return words
}

// closedLines says which methods cannot be used, and why.
func closedLines(s flows.Screen) []string {
	ways, _ := s.Show.(flows.Ways)
	var lines []string
	for _, w := range ways.Closed {
		lines = append(lines, fmt.Sprintf("Not by %s: %s.", methodNames[w.Method], reasonOf(w)))
	}
	return lines
}

// reasonOf says why a method is closed, and where its project can open it.
func reasonOf(w flows.Way) string {
	if w.Why == flows.ClosedByProject {
		return fmt.Sprintf("closed by the project (%s)", switchOf(w.Method))
	}
	return reasonWords[w.Why]
}

const inboxLines = 5 // of the newest: older codes no longer count

// lookAtInbox is the sandbox's inbox, newest first.
func lookAtInbox(ctx context.Context, p Phone) string {
	lines, err := p.Inbox(ctx)
	switch {
	case err != nil:
		return sayPhoneFailed(err)
	case len(lines) == 0:
		return "The sandbox inbox is empty."
	}
	panel := "Sandbox inbox, newest first:"
	for _, line := range lines[:min(len(lines), inboxLines)] {
		panel += "\n" + string(client.Clean(line))
	}
	return panel
}

// lookAt shows where the sandbox has the code that a screen asks for.
func lookAt(ctx context.Context, p Phone, s flows.Screen) string {
	if s.Step == flows.StepDelivered {
		return lookAtInbox(ctx, p)
	}
	return lookAtPhone(ctx, p, s.LoginID)
}

// explainFactor has the notices about methods.
func explainFactor(err error) (x Explanation, ok bool) {
	var (
		twice    flows.WrongTwice
		unusable flows.Unusable
	)
	switch {
	case errors.As(err, &twice):
		return said(
			"The code was refused once more.",
			"Is the account in another authenticator, or in none? l shows the other ways in.",
		), true
	case errors.As(err, &unusable):
		return said(
			fmt.Sprintf("Not by %s: %s.", methodNames[unusable.Method], reasonWords[unusable.Why]), "Choose another method.",
		), true
	}
	return x, false
}
