package ui

import (
	"errors"
	"fmt"
	"time"

	"postern/client"
	"postern/flows"
)

// The sentences about methods, factors and messages.

var methodNames = map[client.Method]string{
	client.TOTP: "authenticator app", client.Email: "email", client.SMS: "SMS", client.Voice: "phone call",
	client.WhatsApp: "WhatsApp", client.Link: "link", client.MagicLink: "magic link by email",
	client.MagicSMS: "magic link by SMS", client.MagicWhatsApp: "magic link by WhatsApp",
	client.Password: "password", client.Recovery: "recovery code",
}

// toWords are the methods' choices with an address, where it does not stand last.
var toWords = map[client.Method]string{
	client.Link:          "Link by email to %s: press the one with the number",
	client.MagicLink:     "Magic link by email to %s, to paste here",
	client.MagicSMS:      "Magic link by SMS to %s, to paste here",
	client.MagicWhatsApp: "Magic link by WhatsApp to %s, to paste here",
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
	to, by := string(r.To), methodNames[r.Method.Channel()]
	if country := countryOf(to); country != "" {
		to = fmt.Sprintf("%s (%s)", to, country)
	}
	if isLink(r.Method) {
		return fmt.Sprintf("Send a link by %s to %s?", by, to)
	}
	return fmt.Sprintf("Send a code by %s to %s?", by, to)
}

func sendTitle(s flows.Screen) string {
	r, _ := s.Show.(flows.Recipient)
	if isLink(r.Method) {
		return fmt.Sprintf("Sending a link by %s…", methodNames[r.Method.Channel()])
	}
	return fmt.Sprintf("Sending a code by %s…", methodNames[r.Method])
}

func deliveredTitle(s flows.Screen) string {
	sent, _ := s.Show.(flows.Sent)
	by := methodNames[sent.Method.Channel()]
	switch {
	case isLink(sent.Method) && sent.To == "":
		return fmt.Sprintf("%s: a link was sent by %s.", titled(sentTitles, s), by)
	case isLink(sent.Method):
		return fmt.Sprintf("%s: a link was sent by %s to %s.", titled(sentTitles, s), by, sent.To)
	case sent.To == "":
		return fmt.Sprintf("%s: a code was sent by %s.", titled(sentTitles, s), by)
	}
	return fmt.Sprintf("%s: a code was sent by %s to %s.", titled(sentTitles, s), by, sent.To)
}

// resendLine says when another code may be asked for.
func resendLine(sent flows.Sent, now time.Time, by tempo) string {
	if left := sent.ResendAt.Sub(now); left > 0 {
		return fmt.Sprintf("another one in %s", by.least(left))
	}
	return "r sends another one"
}

// magicResendLine is the same beside a field that takes letters.
func magicResendLine(sent flows.Sent, now time.Time, by tempo) string {
	if now.Before(sent.ResendAt) {
		return resendLine(sent, now, by)
	}
	return "ctrl-r sends another one"
}

// choiceLabel is a choice in words, a method with its address.
func choiceLabel(s flows.Screen, i int) string {
	words := choiceWords[s.Choices[i]]
	ways, ok := s.Show.(flows.Ways)
	if !ok || i >= len(ways.Open) {
		return words
	}
	switch w := ways.Open[i]; {
	case w.To != "" && toWords[w.Method] != "":
		return fmt.Sprintf(toWords[w.Method], w.To)
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
	var (
		reasons []string
		lines   []string
	)
	names := map[string][]string{}
	for _, w := range ways.Closed {
		why := reasonOf(w)
		if names[why] == nil {
			reasons = append(reasons, why)
		}
		names[why] = append(names[why], methodNames[w.Method])
	}
	for _, why := range reasons {
		lines = append(lines, fmt.Sprintf("Not by %s: %s.", Either(names[why]), why))
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

// linkTitleOf says where the message with the links went.
func linkTitleOf(s flows.Screen) string {
	l, _ := s.Show.(flows.Link)
	if l.To == "" {
		return fmt.Sprintf("%s: a mail with links was sent.", titled(sentTitles, s))
	}
	return fmt.Sprintf("%s: a mail with links was sent to %s.", titled(sentTitles, s), l.To)
}

// SayPress says which link is the right one.
func SayPress(l flows.Link) string {
	return fmt.Sprintf("Press link %s in the mail, on this computer or another one.", l.Number)
}

// spokenSilence is how long there has to be no answer before that is said: one
// lost poll is none.
const spokenSilence = 3 * time.Second

// waitLine counts down to the end of the waiting.
func waitLine(l flows.Link, now time.Time) string {
	rest := left(max(l.Until.Sub(now), 0))
	if silence := now.Sub(l.Heard); !l.Heard.IsZero() && silence >= spokenSilence {
		return fmt.Sprintf("No answer for %s, still waiting: %s left.", left(silence), rest)
	}
	return fmt.Sprintf("Waiting: %s left.", rest)
}

// resendLinkLine says when another link may be asked for.
func resendLinkLine(l flows.Link, now time.Time, by tempo) string {
	return resendLine(flows.Sent{ResendAt: l.ResendAt}, now, by)
}

// saidHeld says how long a code waits after wrong ones.
func saidHeld(left time.Duration) string {
	return fmt.Sprintf("What you typed is sent in %s: a pause after a wrong one.", seconds(left))
}

// triesLeft says how often a code may be tried after one that was refused, ""
// where nobody knows.
func triesLeft(s flows.Screen) string {
	sent, ok := s.Show.(flows.Sent)
	if !ok || sent.Tries == 0 || !errors.Is(s.Notice, client.WrongCode) {
		return ""
	}
	return Counted(sent.Tries, "%s try is left.", "%s tries are left.")
}

// SaySent is where a code or a link went, and for which host.
func SaySent(m client.Method, to client.Text, host string) string {
	by := methodNames[m.Channel()]
	switch {
	case isLink(m) && to == "":
		return fmt.Sprintf("A link for %s was sent by %s.", host, by)
	case isLink(m):
		return fmt.Sprintf("A link for %s was sent by %s to %s.", host, by, to)
	case to == "":
		return fmt.Sprintf("A code for %s was sent by %s.", host, by)
	}
	return fmt.Sprintf("A code for %s was sent by %s to %s.", host, by, to)
}

// SayAnswersTo is who gets a code or a link that nobody is asked for on a screen.
func SayAnswersTo(host string) string {
	return fmt.Sprintf("The answer goes to %s.", host)
}
