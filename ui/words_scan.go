package ui

import (
	"fmt"
	"strings"
	"time"

	"postern/client"
	"postern/flows"
)

// The sentences about pictures to be scanned, and the keys in them.

// steps beside the picture.
func scanSteps(picture bool) []string {
	if !picture {
		return []string{
			"1 Open your authenticator app",
			"2 Add an account by typing the key",
			"3 Type the code that it shows",
		}
	}
	return []string{
		"1 Open your authenticator app",
		"2 Scan the picture",
		"3 Type the code that it shows",
	}
}

func codeLabel(host string) string { return fmt.Sprintf("Code for %s", host) }

const (
	anyKey = "Any key goes back."

	scrollKeys = "↑↓ scroll; any other key goes back."
	linkTitle  = "The link for an authenticator on this computer"
	helpTitle  = "Keys"
	keyLabel   = "Key"
	tooSmall   = "Too small a window."
)

// saidFigure is a number that may have another figure.
func saidFigure(n int) string {
	return fmt.Sprintf("%d: Enter takes it, or type its second figure.", n)
}

func secondsLeft(left time.Duration, by tempo) string {
	return fmt.Sprintf("next code in %s", by.most(left))
}

// needsSize names the window in which a picture would fit.
func needsSize(columns, rows int) string {
	return fmt.Sprintf("A picture to scan needs %d columns and %d rows.", columns, rows)
}

// grouped writes a key in groups of four.
func grouped(key string) string {
	var b strings.Builder
	for i, r := range key {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// News of the scan screen's keys.
const (
	saidCopied  = "Key sent to the terminal's clipboard. Not every terminal takes it."
	saidToTmux  = "Key sent to tmux, which takes it where its option set-clipboard is on."
	saidNoShell = "There is no shell to come back from: not suspended."
	saidTooLong = "That paste is longer than anything that is asked for here: none of it was taken."

	saidFinishing = "Stopping. Ctrl-C once more waits for nothing."
)

// warnRecorded is said once, before a key can be seen.
func warnRecorded(by string) string {
	return fmt.Sprintf("%s records this terminal: what is shown goes into its file, a key too.", by)
}

func saidSaved(path string) string {
	return fmt.Sprintf("Picture saved as %s. It is deleted when this screen closes.", client.Clean(path))
}

func saySaveFailed(err error) string {
	return fmt.Sprintf("The picture could not be saved: %s.", client.Clean(err.Error()))
}

func grouped3(code string) string {
	if len(code) == 6 {
		return code[:3] + " " + code[3:]
	}
	return code
}

const (
	inHalf         = "half blocks"
	inHalfInverted = "half blocks inverted"
	inFull         = "full blocks"
	inFullInverted = "full blocks inverted"
)

const (
	sampleLabel  = "Number that the phone shows"
	saidAllTried = "That was the last one that fits this window. None was read? Make the letters larger or the window larger, light up the screen, or type the key when you sign up."
	sampleNext   = "Not read? Enter alone shows the next picture."
)

// sampleText is what the phone shows.
func sampleText(number string) string {
	return fmt.Sprintf("%s is the number to type. This is a test picture of Postern: it holds no account and no key", number)
}

var sampleWords = []string{
	"1 Open the phone's camera",
	"2 Point it at the picture",
	"3 Type the number that it shows; its text is no account and no secret",
}

// What is said where no picture can be drawn.
const (
	NoSampleHere = "This terminal has no room or no colours for a picture."
	NoSampleDo   = "Enlarge the window to 80x24, without UTF-8 to 90x45, and set TERM. Where neither helps, type the key when you sign up."
)

func plainSample(n, of int, w QRWay) string {
	return fmt.Sprintf("Picture %d of %d, in %s:", n, of, w)
}

// SayQRRemembered says which way comes first from now on.
func SayQRRemembered(w QRWay, terminal string) string {
	return fmt.Sprintf("Remembered for the terminal %s: QR codes in %s.", client.Clean(terminal), w)
}

// SayQRNotRemembered says why that failed. The next sign-up draws as ever.
func SayQRNotRemembered(err error) string {
	return fmt.Sprintf("How the QR code was drawn could not be remembered: %s.", client.Clean(err.Error()))
}

// SayQRForgotten says what is no longer remembered, "" for nothing.
func SayQRForgotten(w QRWay, terminal string) string {
	if w == "" {
		return fmt.Sprintf("Nothing was remembered for the terminal %s.", client.Clean(terminal))
	}
	return fmt.Sprintf("Forgotten for the terminal %s: QR codes in %s.", client.Clean(terminal), client.Clean(string(w)))
}

func sayWay(w QRWay) string { return fmt.Sprintf("Drawn in %s.", w) }

// checking says what is being done with an answer.
func checking(s flows.Screen) string {
	switch s.Step {
	case flows.StepMagic:
		return "Checking the link…"
	case flows.StepPassword:
		return "Checking the password…"
	}
	return "Checking the code…"
}
