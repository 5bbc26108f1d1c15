package ui

import (
	"errors"
	"fmt"
	"time"

	"postern/client"
	"postern/flows"
)

// The sentences about errors: each has what happened, and what to do. {called}
// stands for how the program was called.

// explain finds the words for an error.
func explain(err error) Explanation {
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
	if x, ok := explainStore(err); ok {
		return x
	}
	if x, ok := explainPassword(err); ok {
		return x
	}
	switch {
	case errors.As(err, &doubt):
		return explainDoubt(doubt.Advice)
	case errors.As(err, new(flows.Late)):
		return said("The code is wrong, or was too late: it was sent as the next one came.", "Type the one that the app shows now.")
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
			"Add --force to replace that session, or sign it out: {called} logout",
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
			do = fmt.Sprintf("Give it with %s, or run it in a terminal without --no-input.", Listing(needed.Flags))
		}
		return said(fmt.Sprintf("This needs an answer that nobody is here to give: %s.", needed.What), do)
	case errors.As(err, &server):
		return explainClient(server)
	case errors.Is(err, flows.ErrInternal):
		return said("Something went wrong inside this program.", "Report it, with the steps that led here.")
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
	flows.WrongPassphrase: said("That is not the passphrase.", "Type it once more. If it is lost, remove what it sealed, and sign in again: {called} store forget passphrase"),
	flows.OtherPassphrase: said("The two passphrases are not the same.", "Type a new one, then the same once more."),
	flows.ShortPassphrase: said(fmt.Sprintf("A passphrase has at least %d characters.", flows.MinPassphrase), "Whoever copies the files can guess as long as they like: take some words."),
	flows.LongPassphrase:  said(fmt.Sprintf("A passphrase has at most %d characters.", flows.MaxPassphrase), "Type a shorter one."),
	flows.SameKind:        said("That factor does not count as a second one.", "Choose another kind."),
	flows.CodesAtMost: said(
		"No other factor of this account is known.",
		"With a recovery code, choose that; else ask an administrator of the project to add an email address or a phone number.",
	),
	flows.UsedSecret: said("This one was refused already.", "Type another one. Enter alone shows the other ways."),
	flows.SameSecret: said("That is the old password.", "Make up another one."),
	flows.Differs:    said("The two passwords differ.", "Type the new one again, then once more."),
	flows.NoToken:    said("There is no token in that.", "Paste the whole link from the message, or what stands after t= in it."),
	flows.UsedLink:   said("This link was refused already.", "Paste another one, or have another one sent."),
	flows.NoSample:   said("No picture here has that number.", "Type the one at the beginning of what the phone shows."),
	flows.Stranger:   said("The server signed in somebody else than was typed.", "Nothing was stored. Check the login ID, and who runs the project."),
}

func lengthWords(l flows.Length) string {
	if l.Min < l.Max {
		return fmt.Sprintf("That has %s, the code has %d to %d.", digits(l.Got), l.Min, l.Max)
	}
	return fmt.Sprintf("That has %s, the code has %d.", digits(l.Got), l.Min)
}

func digits(n int) string { return Counted(n, "%s digit", "%s digits") }

func explainDoubt(a client.Advice) Explanation {
	const again = "Entering the same code again sends it anyway."
	const set, wait = "Set the phone's time to automatic.", "Wait for the next code, or add the key to the app once more."
	switch {
	case a.Found && a.Phone < 0:
		return said(fmt.Sprintf("Not sent: the phone's clock seems %s slow.", about(a.Phone)), Sentences(set, again))
	case a.Found:
		return said(fmt.Sprintf("Not sent: the phone's clock seems %s fast.", about(a.Phone)), Sentences(set, again))
	case a.Computer.Abs() > time.Minute:
		return said(
			fmt.Sprintf("Not sent: the key does not make this code. This computer's clock is %s off.", about(a.Computer)),
			Sentences(wait, again),
		)
	}
	return said("Not sent: the key does not make this code.", Sentences(wait, again))
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
