package ui

import (
	"fmt"
	"time"

	"postern/flows"
)

// The sentences of the front end that works line by line.

var plainSteps = []string{
	"First, open your authenticator app.",
	"Then add an account: k shows the key to be typed, u the link for an app on this computer, q a picture to be scanned.",
	"Last, type the code that the app shows.",
}

// Line by line.
const (
	plainScanKeys   = "Type the code, or a letter: k for the key, u the link, q the picture, s to save the picture, b to go back."
	plainCodeKeys   = "Type the code, or a letter: m for another method, l if the phone is lost, b to go back."
	plainSentKeys   = "Type the code, or a letter: m for another method, b to go back."
	plainPhoneKey   = "p shows the code of the sandbox phone."
	plainKeyWarning = "Secret: it stays in this window's history. Clear it when you are done."
	plainNoPicture  = "This terminal has no room or no colours for a picture. Use k for the key."
	plainNoChoice   = "Type one of the numbers."
)

const (
	plainLinkKeys  = "Type a letter: m for another method, b to go back."
	plainMagicKeys = "Paste the link, or type a letter: m for another method, b to go back."
	plainPressKey  = "p presses it in the sandbox inbox."
	plainPasteKey  = "p shows the newest link in the sandbox inbox."
)

const plainShown = "This terminal shows what is typed. Make sure that nobody looks on."

const plainDetailsKey = "d shows the details of that."

const plainCtrlC = "Ctrl-C stops it."

// letterWords says which letters are commands now, "" for none.
func letterWords(s flows.Screen, now time.Time) string {
	again := ""
	switch left := resendAt(s).Sub(now); {
	case !s.Can.Resend:
	case left > 0:
		again = fmt.Sprintf("In %s, r sends another one.", seconds(left))
	default:
		again = "r sends another one."
	}
	return Sentences(letterKeys[s.Step], again)
}

// letterKeys are its sentences.
var letterKeys = map[flows.Step]string{
	flows.StepDelivered: plainSentKeys, flows.StepCode: plainCodeKeys,
	flows.StepLink: plainLinkKeys, flows.StepMagic: plainMagicKeys,
}

// phoneKeys say what the sandbox can do for a step.
var phoneKeys = map[flows.Step]string{flows.StepLink: plainPressKey, flows.StepMagic: plainPasteKey, flows.StepCode: plainPhoneKey}

func plainChoose(n int) string {
	if n == 1 {
		return "Type 1 to go on"
	}
	return fmt.Sprintf("Choose 1 to %d", n)
}

// plainHidden is a question whose answer is not shown.
func plainHidden(label string) string { return fmt.Sprintf("%s (not shown)", label) }
