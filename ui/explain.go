package ui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"postern/client"
	"postern/flows"
)

// Explanation is what a person gets for an error: always both.
type Explanation struct {
	What string   // what happened
	Do   string   // what to do about it
	Next []string // the arguments of the command that Do names, if it names one
}

func said(what, do string, next ...string) Explanation { return Explanation{what, do, next} }

// Explain puts an error into words. called is how the program was called, for
// the commands that it names.
func Explain(err error, called string) Explanation {
	var (
		doubt    flows.Doubt
		rejected flows.Rejected
		length   flows.Length
		long     flows.TooLong
		wait     flows.Wait
		live     flows.LiveSession
		noStore  *flows.NoStore
		input    flows.Input
		needed   *AnswerNeeded
		server   *client.Error
	)
	if x, ok := explainFactor(err); ok {
		return x
	}
	if x, ok := explainStore(err, called); ok {
		return x
	}
	if x, ok := explainPassword(err); ok {
		return x
	}
	switch {
	case errors.As(err, &doubt):
		return explainDoubt(doubt.Advice)
	case errors.As(err, new(flows.Late)):
		return said("The code was refused: it was typed just before the next one came.", "Type the one that the app shows now.")
	case errors.As(err, &rejected):
		return explainRejected(rejected)
	case errors.As(err, &length):
		return said(
			lengthWords(length), "Type the whole code.",
		)
	case errors.As(err, &long):
		return said(fmt.Sprintf("That is longer than %d characters: none of it was sent.", long.Max), "Type or paste it once more.")
	case errors.As(err, &wait):
		return said("Too early: nothing was sent.", tryIn(wait.Left))
	case errors.As(err, &live):
		return said(
			fmt.Sprintf("%s is signed in already.", client.Clean(live.LoginID)),
			fmt.Sprintf("Add --force to replace that session, or sign it out: %s logout", called),
		)
	case errors.As(err, &noStore):
		return said(
			"There is no keyring on this machine to keep the session in.",
			"Choose one: --store kernel (until restart), --store-key-file FILE, --store passphrase (typed once at a terminal) or --store none (this command only).",
		)
	case errors.As(err, &input):
		return inputExplanations[input]
	case errors.As(err, &needed):
		do := "Run it in a terminal, without --no-input."
		if len(needed.Flags) > 0 {
			do = fmt.Sprintf("Give it with %s, or run it in a terminal without --no-input.", strings.Join(needed.Flags, " and "))
		}
		return said(fmt.Sprintf("This needs an answer that nobody is here to give: %s.", needed.What), do)
	case errors.As(err, &server):
		return explainClient(server, called)
	case errors.Is(err, flows.ErrInternal):
		return said("Something went wrong inside this program.", "Please report it, with the steps that led here.")
	}
	return said(fmt.Sprintf("It failed: %s.", client.Clean(err.Error())), "Try again; --debug FILE writes down what was sent.")
}

var inputExplanations = map[flows.Input]Explanation{
	flows.Empty:           said("Nothing was typed.", "Type an answer, then press Enter."),
	flows.BadID:           said("That has characters that cannot be seen.", "Type it once more, without copying it."),
	flows.LongID:          said("That is longer than any address.", "Type it once more."),
	flows.BadEmail:        said("That is not an email address.", "Type it as name@example.com, or leave it empty."),
	flows.BadPhone:        said("That is not a phone number in international form.", "Begin with + and the country code: +4915112345678."),
	flows.UsedCode:        said("This code was refused already.", "Type the app's next one, or the newest that was sent."),
	flows.WrongPassphrase: said("That is not the passphrase.", "Type it once more. If it is lost, sign in anew after: postern store forget passphrase."),
	flows.OtherPassphrase: said("The two passphrases are not the same.", "Type a new one, then the same once more."),
	flows.ShortPassphrase: said(fmt.Sprintf("A passphrase has at least %d characters.", flows.MinPassphrase), "Whoever copies the files can guess as long as they like: take some words."),
	flows.LongPassphrase:  said(fmt.Sprintf("A passphrase has at most %d characters.", flows.MaxPassphrase), "Type a shorter one."),
	flows.SameKind:        said("That factor does not count as a second one.", "Choose another kind."),
	flows.CodesAtMost: said(
		"No other factor of this account is known.",
		"With a recovery code, choose that; else ask an administrator of the project to add an email address or a phone number.",
	),
	flows.UsedSecret: said("This very one was refused already.", "Type another one. Enter alone shows the other ways."),
	flows.SameSecret: said("That is the old password.", "Make up another one."),
	flows.Differs:    said("The two passwords differ.", "Type the new one again, then once more."),
	flows.NoToken:    said("There is no token in that.", "Paste the whole link from the message, or what stands after t= in it."),
	flows.UsedLink:   said("This link was refused already.", "Paste another one, or have another one sent."),
	flows.NoSample:   said("No picture here has that number.", "Type the one at the beginning of what the phone shows."),
	flows.Stranger:   said("The server signed in somebody else than was typed.", "Nothing was stored. Check the login ID, and who runs the project."),
}

func lengthWords(l flows.Length) string {
	if l.Min < l.Max {
		return fmt.Sprintf("That has %d digits, the code has %d to %d.", l.Got, l.Min, l.Max)
	}
	return fmt.Sprintf("That has %d digits, the code has %d.", l.Got, l.Min)
}

func explainDoubt(a client.Advice) Explanation {
	const again = "Entering the same code again sends it anyway."
	switch {
	case a.Found && a.Phone < 0:
		return said(fmt.Sprintf("Not sent: the phone's clock seems %s slow.", about(a.Phone)), "Set the phone's time to automatic. "+again)
	case a.Found:
		return said(fmt.Sprintf("Not sent: the phone's clock seems %s fast.", about(a.Phone)), "Set the phone's time to automatic. "+again)
	case a.Computer.Abs() > time.Minute:
		return said(
			fmt.Sprintf("Not sent: the key does not make this code. This computer's clock is %s off.", about(a.Computer)),
			"Wait for the next code, or add the key to the app once more. "+again,
		)
	}
	return said("Not sent: the key does not make this code.", "Wait for the next code, or add the key to the app once more. "+again)
}

func explainRejected(r flows.Rejected) Explanation {
	switch {
	case r.Advice.Found && r.Advice.Phone.Abs() > time.Minute:
		return said(
			fmt.Sprintf("The code was refused: the phone's clock is %s off.", about(r.Advice.Phone)),
			"Set the phone's time to automatic and wait for the next code.",
		)
	case r.Advice.Fits:
		return said("The code was refused. It may have been used already.", "Wait until the app shows the next one.")
	}
	return said("The code was refused.", "Wait until the app shows the next one, and type that.")
}

// explainClient has a sentence of our own for each kind of failure; the
// server's words come after it.
func explainClient(e *client.Error, called string) Explanation {
	x, known := meaningOf(e, called)
	if !known {
		x = kindExplanation(e, called)
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

func kindExplanation(e *client.Error, called string) Explanation {
	if x, ok := explainLink(e); ok {
		return x
	}
	switch e.Kind {
	case client.Unreachable:
		return said(because("The service cannot be reached", e), "Check the network and the base URL. Nothing was sent.")
	case client.Unknown:
		return said("No answer came back; it may have been carried out all the same.", "Check with: "+called+" status; then try again, with a new code.")
	case client.Unavailable:
		return said(fmt.Sprintf("The service cannot answer now (status %d).", e.Status), "Try again in a minute.")
	case client.Unreadable:
		return said(because("The reply does not look like Descope's", e), "Check the base URL, and that no portal or proxy answers in its place.")
	case client.RateLimited:
		return said("Too many requests.", tryIn(e.RetryAfter))
	case client.WrongCode:
		if strings.HasPrefix(e.Op, "otp") {
			return said("The code is wrong, or was used before.", "Type the newest one that was sent; only that counts.")
		}
		if strings.HasPrefix(e.Op, "recovery code") {
			return said("The code is wrong, or was used before.", "Each recovery code is good once: type another one.")
		}
		if strings.HasPrefix(e.Op, "magic link") {
			return said("The link is not good, or was used before.", "Copy it from the newest mail, all of it.")
		}
		return said("The code is wrong, or was used before.", "Wait until the app shows the next one, and type that.")
	case client.CodeExpired:
		return said("The code is too old.", "Type the newest one.")
	case client.TooManyTries:
		return said("Too many wrong codes.", "Wait a minute, then try a new code.")
	case client.UserExists:
		return said("There is an account with this login ID already.", "Sign in instead: "+called+" login", "login")
	case client.UserUnknown:
		return said("There is no account with this login ID.", "Sign up: "+called+" signup", "signup")
	case client.Ended:
		return said(endedWords(e), "Sign in again: "+called+" login", "login")
	case client.NotSignedIn:
		return said("Not signed in.", "Sign in: "+called+" login. A new account: "+called+" signup", "login")
	case client.FactorNeeded:
		return said("A second factor or a step-up is missing.", "Add a factor: "+called+" mfa verify. Step up: "+called+" stepup", "mfa", "verify")
	case client.Misconfigured:
		return said(because("The configuration cannot be used", e), "Check --project-id and --base-url, or the profile.")
	case client.Untrusted:
		return said(because("A security check failed", e), "Nothing was stored. Check the network, the clock and the base URL.")
	case client.StoreFailed:
		return said(because("The store cannot be used", e), "Unlock or mend it, or choose another with --store.")
	case client.NotKept:
		return said("The service sent no refresh token, so there is nothing to stay signed in with.", "Ask whoever runs the project to turn refresh tokens on.")
	case client.LocalReject:
		return said(because("Nothing was sent", e), "Check what was typed, then try again.")
	case client.Denied:
		return explainDenied(e, called)
	case client.PasswordExpired:
		return said("The password has expired.", "Sign in with it, and set a new one: "+called+" login --method password.", "login", "--method", "password")
	case client.Pending:
		return said("The link was not opened yet.", "Open the mail on any device, then look again.")
	case client.Refused:
		if e.Code == methodClosed {
			return explainClosed(e, called)
		}
		if e.Code == "" {
			return said(fmt.Sprintf("The service refused (status %d).", e.Status), "Ask whoever runs the project, and name the status.")
		}
		return said(fmt.Sprintf("The service refused (%s, status %d).", e.Code, e.Status), "Ask whoever runs the project, and name the code.")
	}
	return said(because("It failed", e), "Try again; --debug FILE writes down what was sent.")
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

// because adds the cause, cleaned, where there is one.
func because(what string, e *client.Error) string {
	if e.Err == nil {
		return what + "."
	}
	return what + ": " + strings.TrimRight(string(client.Clean(e.Err.Error())), ".") + "."
}

func orDash(t client.Text) string {
	if t == "" {
		return "-"
	}
	return string(t)
}

// about rounds a clock's error to what a person would say.
func about(d time.Duration) string {
	d = d.Abs()
	if d < 90*time.Second {
		return fmt.Sprintf("about %d seconds", int(d.Round(10*time.Second).Seconds()))
	}
	return fmt.Sprintf("about %d minutes", int(d.Round(time.Minute).Minutes()))
}

func seconds(d time.Duration) string {
	return fmt.Sprintf("%d s", int((d + time.Second - 1).Seconds()))
}

func tryIn(d time.Duration) string {
	if d <= 0 {
		return "Try again now."
	}
	return fmt.Sprintf("Try again in %s.", seconds(d))
}

// aged is a notice some time after it came: a pause gets shorter.
func aged(notice error, by time.Duration) error {
	var (
		wait   flows.Wait
		server *client.Error
	)
	switch {
	case errors.As(notice, &wait):
		return flows.Wait{Left: wait.Left - by}
	case errors.As(notice, &server) && server.Kind == client.RateLimited:
		e := *server
		e.RetryAfter -= by
		return &e
	}
	return notice
}
