package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/client"
	"postern/flows"
)

// The sentences of the screens. Each is whole: none is glued from pieces.

const (
	sandboxBanner = "Sandbox: this account lives on this computer only."
	plainOffer    = "(line by line: --plain)"
	plainHello    = "Press Enter after each answer; Ctrl-D stops."
)

// titles are those that are always the same.
var titles = map[flows.Step]string{
	flows.StepPrepare:        "Looking for a place to keep the session…",
	flows.StepLoginID:        "Login ID (an email address, a phone number or a name)",
	flows.StepName:           "Your name (optional, Enter to skip)",
	flows.StepLook:           "Asking the server who is signed in…",
	flows.StepReplaceWarning: "Your app may put the new entry in the old one's place, and whether the old one works until you are done, only the service knows: finish once you have started.",
	flows.StepStuck:          "That did not work.",
	flows.StepKeep:           "Storing the session…",
	flows.StepUnkept:         "Signed in, but the session could not be stored.",
	flows.StepRevoke:         "Ending the session at the server…",
	flows.StepSurvey:         "Looking who is signed in here…",
	flows.StepSignOut:        "Signing out…",
	flows.StepUnopened:       "No sign-in came of the link.",
	flows.StepSample:         "Which picture does your phone read?",
}

// title is the line above a question or a piece of work.
func title(s flows.Screen) string {
	s.LoginID = string(client.Clean(s.LoginID))
	if t, ok := typedTitle(s); ok {
		return t
	}
	if t, ok := storeTitle(s); ok {
		return t
	}
	switch s.Step {
	case flows.StepReplace:
		return fmt.Sprintf("Signed in already as %s.", s.LoginID)
	case flows.StepEmail:
		if s.Ask != nil && !s.Ask.Optional {
			return "Email address, where the code goes"
		}
		return "Email address (optional, Enter to skip)"
	case flows.StepPhone:
		if s.Ask != nil && !s.Ask.Optional {
			return "Phone number, such as +4915112345678, where the code goes"
		}
		return "Phone number, such as +4915112345678 (optional, Enter to skip)"
	case flows.StepMethod:
		return titled(methodTitles, s)
	case flows.StepConfirmSend:
		return confirmTitle(s)
	case flows.StepSend:
		return sendTitle(s)
	case flows.StepDelivered, flows.StepMagic:
		return deliveredTitle(s)
	case flows.StepLink:
		return linkTitleOf(s)
	case flows.StepNewKey:
		return fmt.Sprintf("Asking for a new key for %s…", s.LoginID)
	case flows.StepAskAdmin:
		return fmt.Sprintf("Ask an administrator of the project to remove the authenticator of %s; then sign in with a code by email or phone.", s.LoginID)
	case flows.StepNoFactor:
		return fmt.Sprintf("%s has no other factor. Ask an administrator of the project to add an email address or a phone number.", s.LoginID)
	case flows.StepSignUp:
		return fmt.Sprintf("Asking for a key for %s…", s.LoginID)
	case flows.StepScan:
		return titled(scanTitles, s)
	case flows.StepCode:
		return titled(codeTitles, s)
	case flows.StepExisting:
		return fmt.Sprintf("%s has an account already.", s.LoginID)
	case flows.StepUnknown:
		return fmt.Sprintf("There is no account for %s.", s.LoginID)
	case flows.StepIdentity:
		return identity(s)
	case flows.StepHome:
		return homeTitle(s)
	}
	return titles[s.Step]
}

func identity(s flows.Screen) string {
	who := ""
	if p, ok := s.Show.(flows.Person); ok && p.User != nil {
		who = person(p.User)
	}
	if who == "" {
		return fmt.Sprintf("You typed %s; the server does not say whom it signed in. Go on?", s.LoginID)
	}
	return fmt.Sprintf("You typed %s; the server signed in %s. Is that you?", s.LoginID, who)
}

// person names a user by name and by the first ID that is known.
func person(u *client.User) string {
	for _, id := range slices.Concat(u.LoginIDs, []client.Text{u.Email, u.Phone, u.UserID}) {
		switch {
		case id == "":
		case u.Name == "":
			return string(id)
		default:
			return fmt.Sprintf("%s (%s)", u.Name, id)
		}
	}
	return string(u.Name)
}

// titleSays reports whether a step's title has said what its notice would.
func titleSays(s flows.Step) bool {
	switch s {
	case flows.StepChooseStore, flows.StepResume, flows.StepReplace, flows.StepExisting, flows.StepUnknown, flows.StepIdentity:
		return true
	}
	return false
}

var choiceWords = map[flows.Choice]string{
	flows.TryAgain:        "Try again",
	flows.Stop:            "Stop",
	flows.InKeyring:       "The keyring: until the session ends; readable by your programs while it is unlocked",
	flows.InPassphrase:    "Sealed with a passphrase: until the session ends; readable by who knows the passphrase",
	flows.InKeyFile:       "Sealed for the key file: until the session ends; readable by who can read that file",
	flows.OverDamaged:     "Sign in again; the damaged file is kept beside the new one",
	flows.HaveTheKey:      "The key is in an authenticator app: type its code",
	flows.StartOver:       "Start over with a new key",
	flows.InKernel:        "Sealed, key in the kernel: until this machine restarts; readable by you and root",
	flows.ThisRun:         "Nowhere: signed out again when this command ends",
	flows.KeepLive:        "Stay signed in",
	flows.ReplaceLive:     "Go on, and sign that session out",
	flows.SignInInstead:   "Sign in with a code from its authenticator",
	flows.SendInstead:     "Sign in: send a message",
	flows.SendAgain:       "Send another link",
	flows.PasswordInstead: "Sign in with its password",
	flows.ByCode:          "It is in no authenticator: sign in with a code by email or phone",
	flows.SignUpInstead:   "Sign up with this login ID",
	flows.OtherMethod:     "Another method",
	flows.ByTOTP:          "Authenticator app",
	flows.ByEmail:         "Email",
	flows.BySMS:           "SMS",
	flows.ByVoice:         "Phone call",
	flows.ByWhatsApp:      "WhatsApp",
	flows.ByMagicLink:     "Magic link by email, to paste here",
	flows.ByMagicSMS:      "Magic link by SMS, to paste here",
	flows.ByMagicWhatsApp: "Magic link by WhatsApp, to paste here",
	flows.ByLink:          "Link by email: press the one with the number",
	flows.ByPassword:      "Password",
	flows.ByRecovery:      "Recovery code, if you made some",
	flows.NoneOfThese:     "None of these",
	flows.Send:            "Send it",
	flows.GoOn:            "Go on",
	flows.ResetByMail:     "Forgotten: send a mail to set a new one",
	flows.Noted:           "I have written them down",
	flows.OtherLoginID:    "Use another login ID",
	flows.ThatIsMe:        "Yes, that is me",
	flows.NotMe:           "No: end that session",
	flows.ToSignIn:        "Sign in",
	flows.ToSignUp:        "Sign up",
	flows.ToAddFactor:     "Add a second factor",
	flows.ToStepUp:        "Step up",
	flows.ToReplaceApp:    "Add or replace the authenticator",
	flows.ToSwitch:        "Sign in as somebody else",
	flows.ToSignOut:       "Sign out",
	flows.Leave:           "Leave",
}

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
	tooSmall   = "Too small a window."
)

func secondsLeft(left time.Duration, by tempo) string { return "next code in " + by.most(left) }

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

const helpIndent = 8 // where the words of a page of help begin

// keyHelp is what the page of help says of the keys that do something now.
func keyHelp(on keyMap) []string {
	var lines []string
	for _, b := range on.long() {
		lines = append(lines, fmt.Sprintf("%-*s%s", helpIndent, b.Help().Key, helpWords[b.Help().Key]))
	}
	return lines
}

var helpWords = map[string]string{
	"p":      "the code of the sandbox phone",
	"0-9":    "type the code; it is sent at its last digit",
	"enter":  "send a code again that was held back",
	"k":      "the key alone, to be typed; and back",
	"u":      "the link, for an app on this computer",
	"c":      "copy the key to the clipboard",
	"s":      "save the picture for a while",
	"f":      "draw the picture smaller or larger",
	"i":      "change light and dark of the picture",
	"m":      "another way to sign up",
	"d":      "all that the service said of the error",
	"esc":    "back to the question before",
	"ctrl-d": "stop",
	"ctrl-z": "come back later, with fg",
	"ctrl-c": "quit",
}

// warnRecorded is said once, before a key can be seen.
func warnRecorded(by string) string {
	return fmt.Sprintf("%s records this terminal: what is shown goes into its file, a key too.", by)
}

func saidSaved(path string) string {
	return fmt.Sprintf("Picture saved as %s. It is deleted when this screen closes.", client.Clean(path))
}

var plainSteps = []string{
	"First, open your authenticator app.",
	"Then add an account: k shows the key to be typed, u the link for an app on this computer, q a picture to be scanned.",
	"Last, type the code that the app shows.",
}

// Line by line.
const (
	plainScanKeys   = "Type the code, or a letter: k for the key, u the link, q the picture, s to save the picture, b to go back."
	plainCodeKeys   = "Type the code, or a letter: m for another method, l if the phone is lost, b to go back."
	plainSentKeys   = "Type the code, or a letter: %sm for another method, b goes back."
	plainPhoneKey   = "p shows the code of the sandbox phone."
	plainKeyWarning = "Secret: it stays in this window's history. Clear it when you are done."
	plainNoPicture  = "This terminal has no room or no colours for a picture. Use k for the key."
	plainNoChoice   = "Type one of the numbers."
)

func plainChoose(n int) string {
	if n == 1 {
		return "Type 1 to go on: "
	}
	return fmt.Sprintf("Choose 1 to %d: ", n)
}

// plainHidden is a question whose answer is not shown.
func plainHidden(label string) string { return fmt.Sprintf("%s (not shown): ", label) }

func saySaveFailed(err error) string {
	return fmt.Sprintf("The picture could not be saved: %s.", client.Clean(err.Error()))
}

func sayPhoneFailed(err error) string {
	return fmt.Sprintf("The sandbox phone shows no code: %s.", client.Clean(err.Error()))
}

func phoneSays(code string) string {
	return fmt.Sprintf("Sandbox phone: %s", client.Clean(grouped3(code)))
}

func grouped3(code string) string {
	if len(code) == 6 {
		return code[:3] + " " + code[3:]
	}
	return code
}
