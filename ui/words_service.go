package ui

import (
	"fmt"
	"strings"

	"postern/client"
)

// The sentences about what the service answers, and about what keeps its answer
// away.

// explainClient has a sentence of our own for each kind of failure; the
// server's words come after it.
func explainClient(e *client.Error) Explanation {
	x, known := meaningOf(e)
	if !known {
		x = kindExplanation(e)
	}
	var said []string
	told := strings.ToLower(x.What)
	for _, t := range []client.Text{e.Description, e.Message} {
		words := strings.TrimSuffix(strings.ToLower(string(t)), ".")
		if words == "" || strings.Contains(told, words) { // it adds nothing
			continue
		}
		said = append(said, strings.TrimRight(string(t), "."))
		told += " " + words
	}
	if len(said) > 0 {
		x.What = inBrackets(x.What, strings.Join(said, ": "))
	}
	return x
}

var squareBrackets = strings.NewReplacer("(", "[", ")", "]")

// inBrackets puts the server's words behind a sentence, in the brackets that it
// ends with where it has some.
func inBrackets(sentence, words string) string {
	sentence, words = strings.TrimSuffix(sentence, "."), squareBrackets.Replace(words)
	if before, ends := strings.CutSuffix(sentence, ")"); ends {
		return fmt.Sprintf("%s: %s).", before, words)
	}
	return fmt.Sprintf("%s (%s).", sentence, words)
}

func kindExplanation(e *client.Error) Explanation {
	if x, ok := explainLink(e); ok {
		return x
	}
	switch e.Kind {
	case client.Unreachable:
		return said(because("The service cannot be reached.", e), "Check the network and the base URL. Nothing was sent.")
	case client.Unknown:
		return said("No answer came back; it may have been carried out all the same.", "Check with: {called} status; then try again, with a new code.")
	case client.Unavailable:
		return said(fmt.Sprintf("The service cannot answer now (status %d).", e.Status), "Try again in a minute.")
	case client.Unreadable:
		return said(because("The reply does not look like Descope's.", e), "Check the base URL, and that no portal or proxy answers in its place.")
	case client.RateLimited:
		return said("Too many requests.", tryIn(e.RetryAfter))
	case client.WrongCode:
		if strings.HasPrefix(e.Op, "otp") {
			return said("The code is wrong, or was used before.", "Type the newest one that was sent; only that counts.")
		}
		if strings.HasPrefix(e.Op, "recovery code") {
			return said("The code is wrong, or was used before.", "Each recovery code is good once: type another one. Enter alone shows the other ways.")
		}
		if strings.HasPrefix(e.Op, "magic link") {
			return said("The link is not good, or was used before.", "Copy it from the newest mail, all of it.")
		}
		return said("The code is wrong, or was used before.", "Wait until the app shows the next one, and type that.")
	case client.CodeExpired:
		return said("The code is too old.", "Type the newest one.")
	case client.TooManyTries:
		if strings.HasPrefix(e.Op, "password") {
			return said("Too many wrong passwords.", "Wait a minute, then try again.")
		}
		return said("Too many wrong codes.", "Wait a minute, then try a new code.")
	case client.UserExists:
		return said("There is an account with this login ID already.", "Sign in instead: {called} login", "login")
	case client.UserUnknown:
		return said("There is no account with this login ID.", "Sign up: {called} signup", "signup")
	case client.Ended:
		return said(endedWords(e), "Sign in again: {called} login", "login")
	case client.NotSignedIn:
		return said("Not signed in.", "Sign in: {called} login. A new account: {called} signup", "login")
	case client.FactorNeeded:
		return said("A second factor or a step-up is missing.", "Add a factor: {called} mfa verify. Step up: {called} stepup", "mfa", "verify")
	case client.Misconfigured:
		return said(because("The configuration cannot be used.", e), "Check --project-id and --base-url, or the profile.")
	case client.Untrusted:
		return said(because("A security check failed.", e), "Nothing was stored. Check the network, the clock and the base URL.")
	case client.StoreFailed:
		return said(because("The store cannot be used.", e), "Unlock or mend it, or choose another with --store.")
	case client.NotKept:
		return said("The service sent no refresh token, so there is nothing to stay signed in with.", "Ask whoever runs the project to turn refresh tokens on.")
	case client.LocalReject:
		return said(because("Nothing was sent.", e), "Check what was typed, then try again.")
	case client.Denied:
		return explainDenied(e)
	case client.PasswordExpired:
		return said("The password has expired.", "Sign in with it, and set a new one: {called} login --method password", "login", "--method", "password")
	case client.Pending:
		return said("The link was not opened yet.", "Open the mail on any device, then look again.")
	case client.Refused:
		if e.Code == methodClosed {
			return explainClosed(e)
		}
		if e.Code == "" {
			return said(fmt.Sprintf("The service refused (status %d).", e.Status), "Ask whoever runs the project, and name the status.")
		}
		return said(fmt.Sprintf("The service refused (%s, status %d).", e.Code, e.Status), "Ask whoever runs the project, and name the code.")
	}
	return said(because("It failed.", e), "Try again; --debug FILE writes down what was sent.")
}

// methodClosed is Descope's code for a method that is closed to public use, as
// far as is known: no official table has it.
const methodClosed = "E061002"

func endedWords(e *client.Error) string {
	if client.MaybeSpent(e) {
		return "The session is over: a refresh was cut off before and may have used up its token."
	}
	return "The session was ended by the server."
}

// because puts the cause, cleaned, behind a sentence, where there is one.
func because(sentence string, e *client.Error) string {
	if e.Err == nil {
		return sentence
	}
	cause := strings.TrimRight(string(client.Clean(e.Err.Error())), ".")
	return fmt.Sprintf("%s: %s.", strings.TrimSuffix(sentence, "."), cause)
}

// explainLink has the client's errors about a link.
func explainLink(e *client.Error) (x Explanation, ok bool) {
	waited := strings.HasPrefix(e.Op, "enchanted link")
	switch {
	case e.Kind == client.Pending:
		return said("The link was not pressed in time.", "Have another one sent, or choose another method."), true
	case !waited && !strings.HasPrefix(e.Op, "magic link"):
		return x, false
	case e.Kind == client.CodeExpired:
		return said("The link is too old.", "Have another one sent."), true
	case e.Kind == client.WrongCode && waited:
		return said("One of the other links was pressed, or this one was used before.", "Have another one sent, and press the one with its number."), true
	case e.Kind == client.WrongCode:
		return said("The link is not a good one, or was used before.", "Paste the newest one, or have another one sent."), true
	}
	return x, false
}

// explainDenied tells a password from an access key, and from all else.
func explainDenied(e *client.Error) Explanation {
	if strings.HasPrefix(e.Op, "access key") {
		return said("The service does not take this access key.", "Check that it is whole and was not revoked, and that it is of this project.")
	}
	if !strings.HasPrefix(e.Op, "password") {
		return said("The service does not take this login ID, or what came with it.", "Check the login ID, then try again or choose another method.")
	}
	return said("The login ID or the password is wrong.", "Try again, or set a new one: {called} password reset", "password", "reset")
}
