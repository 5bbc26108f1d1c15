package ui

import (
	"errors"
	"fmt"
	"time"

	"postern/client"
	"postern/flows"
)

// The sentences about the places where a session can stay.

var storeTitles = map[flows.Step]string{
	flows.StepPassphrase:       "Passphrase of the store (not shown)",
	flows.StepNewPassphrase:    fmt.Sprintf("A new passphrase for the store: %d characters or more, best some words (not shown)", flows.MinPassphrase),
	flows.StepRepeatPassphrase: "The same passphrase once more (not shown)",
	flows.StepUnlock:           "Unlocking the store: that takes about a second…",
	flows.StepDamaged:          "The session that is stored here cannot be read any more. Sign in again?",
}

var noKeyringTitles = map[flows.Where]string{
	flows.Anywhere:    "This machine has no keyring. Where shall the session stay?",
	flows.OverSSH:     "Where shall the session stay? There is no keyring here: over SSH the desktop's cannot be reached.",
	flows.InContainer: "Where shall the session stay? There is no keyring here: a container has none of its own.",
	flows.InWSL:       "Where shall the session stay? There is no keyring here: WSL brings none, and does not reach that of Windows.",
}

// storeTitle is the title of a step of this file's.
func storeTitle(s flows.Screen) (title string, ok bool) {
	switch s.Step {
	case flows.StepChooseStore:
		var none *flows.NoStore
		_ = errors.As(s.Notice, &none)
		if none == nil {
			none = &flows.NoStore{}
		}
		return noKeyringTitles[none.Where], true
	case flows.StepResume:
		return begunWords(s.Notice), true
	}
	title, ok = storeTitles[s.Step]
	return title, ok
}

// storeLines are more of what there is to choose from.
func storeLines(s flows.Screen) []string {
	var none *flows.NoStore
	if s.Step != flows.StepChooseStore || !errors.As(s.Notice, &none) {
		return nil
	}
	for _, o := range none.Options {
		if o == flows.KeyFile {
			return nil
		}
	}
	return []string{"Or for a key file of yours, as a mounted secret: --store-key-file FILE"}
}

// begunWords is a sign-up that was cut off.
func begunWords(err error) string {
	var b flows.Begun
	if !errors.As(err, &b) {
		return "A sign-up was begun and not finished."
	}
	return SayBegun(b)
}

// SayBegun tells of a sign-up that was not seen to end, and claims no more.
func SayBegun(b flows.Begun) string {
	return fmt.Sprintf("A sign-up of %s was begun on %s and not finished: the account may exist, not confirmed.",
		client.Clean(b.LoginID), b.At.Local().Format(dayAndTime))
}

const movesElsewhere = "Nothing was stored elsewhere. To choose another place: {called} store set NAME --force"

// explainStore has the errors of stores.
func explainStore(err error) (x Explanation, ok bool) {
	var (
		needed  *flows.PassphraseNeeded
		damaged *flows.Damaged
		begun   flows.Begun
		trouble *StoreTrouble
	)
	switch {
	case errors.As(err, &needed) && needed.Create:
		return said(
			"The passphrase store has no passphrase yet, and nobody is here to choose one.",
			"Sign in once at a terminal, or keep the key in a file: --store-key-file FILE.",
		), true
	case errors.As(err, &needed):
		return said(
			"The store is locked: its passphrase is needed, and nobody is here to type it.",
			"Unlock it at a terminal, until a restart: {called} status", "status",
		), true
	case errors.As(err, &damaged):
		return said(
			fmt.Sprintf("A session is stored here, but it is damaged (%s).", causeOf(damaged.Err)),
			"Sign in again, and the damaged file is kept beside the new one: {called} login --force", "login", "--force",
		), true
	case errors.As(err, &begun):
		return said(SayBegun(begun), "Go on with its key, or start over: {called} signup", "signup"), true
	case errors.As(err, &trouble):
		return explainTrouble(trouble), true
	}
	return x, false
}

func explainTrouble(e *StoreTrouble) Explanation {
	switch where := StoreWords(e.Store); {
	case e.State == "absent" && e.Named:
		return said(fmt.Sprintf("The store %s cannot be used here (%s).", e.Store, causeOf(e.Err)), "Name another; see: {called} store status", "store", "status")
	case e.State == "locked" && e.Store == "keyring":
		return said("The keyring is locked; what it keeps is there.", Sentences("Unlock it, as by logging in to the desktop.", movesElsewhere))
	case e.State == "waiting":
		return said("The keyring waits to be unlocked; what it keeps is there.", Sentences("Look for its window, or run this at a terminal of the desktop.", movesElsewhere))
	case e.State == "absent" && e.Store == "keyring" && e.Where == flows.OverSSH:
		return said("The desktop's keyring was chosen for the session; over SSH it cannot be reached.", Sentences("Use it at the desktop.", movesElsewhere))
	case e.State == "absent" && e.Store == "keyring":
		return said("The keyring was chosen for the session, and there is none here now.", Sentences("Start the keyring, or use the desktop's session.", movesElsewhere))
	case e.State == "broken" && e.Store == "passphrase":
		return said(
			fmt.Sprintf("The file that the passphrase opens is damaged (%s).", causeOf(e.Err)),
			Sentences("What it sealed is lost. Remove it, then sign in again: {called} store forget passphrase.", movesElsewhere),
		)
	case e.State == "absent":
		return said(fmt.Sprintf("What was chosen for the session is %s, which is not here (%s).", where, causeOf(e.Err)), Sentences("Bring it back.", movesElsewhere))
	default:
		return said(fmt.Sprintf("The store cannot be used (%s).", causeOf(e.Err)), Sentences("Mend it; see: {called} store status.", movesElsewhere))
	}
}

// causeOf is an error's words, cleaned, without the end of a sentence.
func causeOf(err error) string {
	if err == nil {
		return "-"
	}
	words := string(client.Clean(err.Error()))
	for len(words) > 0 && words[len(words)-1] == '.' {
		words = words[:len(words)-1]
	}
	return squareBrackets.Replace(words) // it stands in brackets
}

// AskPassphrase asks for the passphrase of a store, in commands without screens.
func AskPassphrase(create, again bool) string {
	switch {
	case again:
		return storeTitles[flows.StepRepeatPassphrase]
	case create:
		return storeTitles[flows.StepNewPassphrase]
	}
	return storeTitles[flows.StepPassphrase]
}

// SaidPassphraseChanged is the end of `store passphrase`.
const SaidPassphraseChanged = "The passphrase is changed. A copy of the files from before still opens with the old one."

// StoreLasts says how long a session stays in a store.
func StoreLasts(store string) string { return storeLasts[store] }

// StoreReaders says who can read a session in a store.
func StoreReaders(store string) string { return storeReaders[store] }

var storeLasts = map[string]string{
	"keyring":    "until the session ends",
	"kernel":     "until this machine restarts, or the session ends",
	"passphrase": "until the session ends; typed once until a restart",
	"keyfile":    "until the session ends, as long as the key file is there",
	"none":       "until the command ends, then signed out",
}

var storeReaders = map[string]string{
	"keyring":    "your programs, while the keyring is unlocked",
	"kernel":     "your programs and root",
	"passphrase": "your programs while unlocked; else who knows it",
	"keyfile":    "whoever can read the key file and the sealed one",
	"none":       "this process",
}

// StoreLines is one store for `store status`.
func StoreLines(f StoreFact) []string {
	head := fmt.Sprintf("%-11s %s", f.Name, f.State)
	if f.Why != "" {
		head = fmt.Sprintf("%-11s %s: %s", f.Name, f.State, client.Clean(f.Why))
	}
	lines := []string{head}
	add := func(label, value string) { lines = append(lines, fmt.Sprintf("%-11s %-8s %s", "", label, value)) }
	if f.Chosen != "" {
		add("chosen", fmt.Sprintf("by %s", f.Chosen))
	}
	if f.Session {
		add("keeps", "something of this profile")
	}
	add("lasts", storeLasts[f.Name])
	add("readable", fmt.Sprintf("by %s", storeReaders[f.Name]))
	if f.Files != "" {
		add("files", f.Files)
	}
	return lines
}

// SayTested is one step of `store test`.
func SayTested(step string, took time.Duration, err error) string {
	if err != nil {
		return fmt.Sprintf("%-7s failed: %s", step, causeOf(err))
	}
	return fmt.Sprintf("%-7s ok, %d ms", step, took.Milliseconds())
}

// SayStoreSet is a store that was chosen for a profile.
func SayStoreSet(profile, store string) string {
	if store == "auto" {
		return fmt.Sprintf("Profile %s: the next sign-in chooses the store, the keyring where there is one.", profile)
	}
	return fmt.Sprintf("Profile %s: sessions are kept in %s from now on.", profile, StoreWords(store))
}

// SayStoreMoved is a session that lies in another store now.
func SayStoreMoved(from, to string) string {
	return fmt.Sprintf("Moved: the session is kept in %s now, and no longer in %s.", StoreWords(to), StoreWords(from))
}

// SayStoreLeft is a session that was moved, and of which a copy stayed.
func SayStoreLeft(from, called string) string {
	return fmt.Sprintf("Moved, but a copy stayed in %s. Remove it: %s store forget %s", StoreWords(from), called, from)
}

// SayForgotten is a store that keeps nothing of a profile any more.
func SayForgotten(profile, store string) string {
	return fmt.Sprintf("Nothing of profile %s is left in %s. A session that was there lives on at the server until it ends by itself.", profile, StoreWords(store))
}

// AskForget is asked before everything of a profile is removed.
func AskForget(profile, store, called string) string {
	return fmt.Sprintf("This removes what %s keeps for profile %s. The session lives on at the server; to end it there first: %s logout\nRemove it? (yes or no)", StoreWords(store), profile, called)
}

// SayStoreChanged is a sign-in that went to another store than the one before.
func SayStoreChanged(from, to string) string {
	return fmt.Sprintf("Sessions of this profile are kept in %s from now on, no longer in %s.", StoreWords(to), StoreWords(from))
}
