package ui

import (
	"fmt"
	"slices"

	"postern/client"
	"postern/flows"
)

// Every sentence that a person reads stands in a file of words: here those of
// the screens, in words_TOPIC.go those of a topic. Each is whole, so that it can
// be translated: what it is filled with stands at a %s, lists and plurals are
// made by the functions of fill.go, and {called} is how the program was called.

const (
	plainHello = "Press Enter after each answer; Ctrl-D stops."
)

// plainOffer is the first line of a task on the full screen, as much of it as
// fits.
func plainOffer(columns int) string {
	const whole, short = "line by line: --plain (to keep it: config set plain true)", "line by line: --plain"
	if columns < len(whole) {
		return short
	}
	return whole
}

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
