package ui

import (
	"errors"
	"fmt"
	"strings"

	"postern/client"
	"postern/flows"
)

// The sentences about passwords.

// typedTitles are those of what is typed, known or made up; each but the first
// few names the login ID.
var typedTitles = map[flows.Step]string{
	flows.StepPolicy:         "Asking what the project wants of a password…",
	flows.StepRepeatPassword: "The new password once more",
	flows.StepSetPassword:    "Setting the password…",
	flows.StepMakeCodes:      "Making recovery codes…",
	flows.StepPassword:       "Sign in as %s, with the password (Enter alone: other ways)",
	flows.StepRecoveryCode:   "Sign in as %s, with a recovery code (Enter alone: other ways)",
	flows.StepDenied:         "How do you want to go on as %s?",
	flows.StepNewPassword:    "A new password for %s",
	flows.StepOldPassword:    "The password of %s, as it is now",
	flows.StepReset:          "Asking for a mail that lets %s in without the password…",
	flows.StepVoidCodes:      "Recovery codes that %s has from before become void. Make new ones?",
	flows.StepCodes:          "Recovery codes of %s. Each is good once, and none can be shown again.",
}

var raisingTitles = map[flows.Errand]string{
	flows.ForFactor:    "Second factor for %s",
	flows.ForStepUp:    "Step up as %s",
	flows.ForReplacing: "Before the authenticator of %s is replaced",
}

// typedTitle is the title of a step of this file's.
func typedTitle(s flows.Screen) (title string, ok bool) {
	title, ok = typedTitles[s.Step]
	raising := raisingTitles[s.Errand]
	switch {
	case (s.Step == flows.StepPassword || s.Step == flows.StepRecoveryCode) && s.Ask == nil:
		return checking(s), true
	case s.Step == flows.StepPassword && raising != "":
		title = fmt.Sprintf("%s: the password (Enter alone: other ways)", raising)
	case s.Step == flows.StepRecoveryCode && raising != "":
		title = fmt.Sprintf("%s: a recovery code (Enter alone: other ways)", raising)
	}
	if strings.Contains(title, "%s") {
		title = fmt.Sprintf(title, s.LoginID)
	}
	return title, ok
}

// fieldLabel names what is typed, and who gets it; empty for plain questions.
func fieldLabel(s flows.Screen, host string) string {
	switch {
	case s.Step == flows.StepSample:
		return sampleLabel
	case s.Step == flows.StepMagic:
		return fmt.Sprintf("Link from the message, or its token, for %s", host)
	case s.Step == flows.StepRecoveryCode:
		return fmt.Sprintf("Recovery code for %s", host)
	case storeTitles[s.Step] != "": // the title is the question
		return ""
	case s.Ask != nil && s.Ask.Hidden:
		return fmt.Sprintf("Password for %s", host)
	case s.Ask == nil || s.Ask.Code():
		return codeLabel(host)
	}
	return ""
}

var ruleWords = map[client.Rule]string{
	client.HasLower: "a lower-case letter", client.HasUpper: "an upper-case letter", client.HasNumber: "a digit",
	client.HasSymbol: "a character that is neither letter nor digit",
}

func ruleWord(p client.PasswordPolicy, r client.Rule) string {
	if r == client.LongEnough {
		return Counted(p.MinLength, "at least %s character", "at least %s characters")
	}
	return ruleWords[r]
}

const strengthWord = "hard to guess: the service judges that"

// wantedLines are the rules of a new password, with a mark at those that what
// was typed meets.
func wantedLines(s flows.Screen, typed string) []string {
	wanted, ok := s.Show.(flows.Wanted)
	if !ok {
		return nil
	}
	lacks := map[client.Rule]bool{}
	for _, r := range wanted.Lacks(client.Secret(typed)) {
		lacks[r] = true
	}
	var lines []string
	for _, r := range wanted.Rules() {
		mark := "ok"
		if lacks[r] {
			mark = "-"
		}
		lines = append(lines, fmt.Sprintf("%-3s %s", mark, ruleWord(wanted.PasswordPolicy, r)))
	}
	if wanted.StrengthEnabled {
		lines = append(lines, fmt.Sprintf("%-3s %s", "", strengthWord))
	}
	return lines
}

// sayWanted is the same in sentences, empty where nothing is wanted.
func sayWanted(s flows.Screen) string {
	wanted, _ := s.Show.(flows.Wanted)
	rules, strength := "", ""
	if words := ruleList(wanted.PasswordPolicy, wanted.Rules()); len(words) > 0 {
		rules = fmt.Sprintf("It needs: %s.", Listing(words))
	}
	if wanted.StrengthEnabled {
		strength = "It has to be hard to guess: the service judges that."
	}
	return Sentences(rules, strength)
}

func ruleList(p client.PasswordPolicy, rules []client.Rule) []string {
	var words []string
	for _, r := range rules {
		words = append(words, ruleWord(p, r))
	}
	return words
}

// explainPassword has the notices about new passwords.
func explainPassword(err error) (x Explanation, ok bool) {
	var weak flows.Weak
	if !errors.As(err, &weak) {
		return x, false
	}
	return said(
		fmt.Sprintf("That password lacks: %s.", Listing(ruleList(weak.Policy, weak.Lacks))), "Make up another one.",
	), true
}

// SaidPasswordChanged is the end of a change.
const SaidPasswordChanged = "The password is changed."

const (
	codesAdvice       = "Write them down and keep them apart from your phone."
	noRoomHere        = "The window is too small for the codes: make it larger."
	plainCodesWarning = "Secret: they stay in this window's history. Clear it when you are done."

	// SaidCodesMade is said when codes were handed over.
	SaidCodesMade = "New recovery codes are made. Those from before are void."
)

// CodesFile says where they are.
func CodesFile(path string) string {
	return fmt.Sprintf("They are in %s, which only you can read.", client.Clean(path))
}
