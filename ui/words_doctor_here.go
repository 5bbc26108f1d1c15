package ui

import (
	"time"

	"github.com/charmbracelet/colorprofile"
)

// StoreState is one store and its state.
func StoreState(store, state Postable) Postable { return Fill("%s %s", store, state) }

// ChosenStore is the store in use.
func ChosenStore(store, by, state Postable) Finding {
	return Finding{Found: Fill("%s (%s): %s", store, by, state)}
}

// ChosenEmpty is the passphrase store while it keeps nothing: there is nothing to
// unlock.
func ChosenEmpty(store, by, state Postable) Finding {
	f := ChosenStore(store, by, state)
	f.Do = "It keeps nothing yet. A sign-in asks for its passphrase: {called} login"
	return f
}

// ChosenFails is the store in use that cannot be used.
func ChosenFails(store, by, state Postable) Finding {
	f := ChosenStore(store, by, state)
	switch state {
	case "locked":
		f.Do = "Unlock it: the keyring by logging in to the desktop, the passphrase store with {called} status."
	case "waiting":
		f.Do = "Unlock the keyring in its window, or run a command at a terminal of the desktop."
	case "absent":
		f.Do = "Bring it back, or choose another: {called} store set NAME --force"
	default:
		f.Do = "See what is wrong: {called} store status"
	}
	return f
}

// NoneChosen is no keyring where nothing was chosen yet.
func NoneChosen() Finding {
	return Finding{"there is no keyring here, and no other store was chosen yet", "A sign-in will ask; without a terminal choose with --store. See: {called} store status"}
}

// OtherStores are the states of the rest.
func OtherStores(all []Postable) Finding { return Finding{Found: Listing(all)} }

// RecordMade says that a record was written, read and deleted.
func RecordMade(took time.Duration) Finding {
	return Finding{Found: Fill("locked, written, read and deleted, in %s ms", Number(int(took.Milliseconds())))}
}

// RecordFailed names the step at which that ended.
func RecordFailed(step Postable) Finding {
	do := Postable("See why: {called} store test")
	if step == "lock" {
		do = "The state directory must be yours to write, on a file system that has locks. See why: {called} store test"
	}
	return Finding{Fill("the step %s failed", step), do}
}

// What is said of the session.
var (
	NobodyHere     = Finding{"nobody is signed in", "To sign in: {called} login"}
	SessionBroken  = Finding{"what is stored cannot be read", "See why: {called} status. To sign in anew: {called} login --force"}
	sessionOpenDo  = Postable("Finish it: {called} refresh. If that says the session is over: {called} login")
	sessionNoToken = Postable("signed in; the session token is due to be renewed")
)

// SessionHere is a session: the time left of its tokens, zero where unknown,
// and the number of its factors.
func SessionHere(token, refresh time.Duration, factors int, spending bool) Finding {
	f := Finding{Found: sessionNoToken}
	if token > 0 {
		f.Found = Fill("signed in with %s; the session token ends in %s", Counted[Postable](factors, "%s factor", "%s factors"), Span(token))
	}
	if refresh > 0 {
		f.Found = Fill("%s; the session itself in %s", f.Found, Span(refresh))
	}
	if spending {
		f.Found, f.Do = Fill("%s; a refresh was begun and its end was not stored", f.Found), sessionOpenDo
	}
	return f
}

// TerminalFound describes a terminal.
func TerminalFound(t Term) Finding {
	columns, rows := t.Size()
	charset := Postable("no UTF-8")
	if t.UTF8() {
		charset = "UTF-8"
	}
	name := Postable("not set")
	if v := t.env("TERM"); v != "" {
		name = OneOf(v, "another", terms...)
	}
	return Finding{Found: Fill("TERM %s, %sx%s, %s, %s", name, Number(columns), Number(rows), charset, t.colours())}
}

func (t Term) colours() Postable {
	switch {
	case t.NoColor():
		return "no colours asked for"
	case t.profile() >= colorprofile.TrueColor:
		return "true colours"
	case t.profile() >= colorprofile.ANSI256:
		return "256 colours"
	}
	return "16 colours"
}

// Manner says how commands would talk to a person here, and why.
func Manner(t Term, plainFlag, plainConfig bool) Finding {
	switch {
	case plainFlag:
		return Finding{Found: "line by line: --plain"}
	case plainConfig:
		return Finding{Found: "line by line: plain = true in config.toml"}
	case t.env("ACCESSIBLE") != "":
		return Finding{Found: "line by line: ACCESSIBLE is set"}
	case !t.UTF8():
		return Finding{"line by line: the locale is not UTF-8", "For the full screen: LANG=C.UTF-8"}
	case t.Lines():
		return Finding{"line by line: TERM says that the cursor cannot be moved", "For the full screen set TERM, as to xterm-256color."}
	}
	if t.Still {
		return Finding{Found: "full screen, where nothing moves by itself"}
	}
	return Finding{Found: "full screen"}
}

// Reasons why nobody is asked here.
var (
	SilentByFlag = Finding{Found: "silent: --no-input"}
	SilentAlone  = Finding{Found: "silent: no terminal can be opened, or this is in the background"}
)

// Inside says what the terminal is inside of: tmux, a container, the program by
// that name that records it.
func Inside(all []Postable, recorder Postable) Finding {
	f := Finding{Found: "no tmux, no screen, no ssh, no container"}
	if len(all) > 0 {
		f.Found = Listing(all)
	}
	if recorder != "" {
		f.Found = Fill("%s; %s records what is shown", f.Found, recorder)
		f.Do = "End the recording before you enrol: a QR code would be in it."
	}
	return f
}

func usualNameOnly(form Postable) Postable { return Fill("%s (a usual name only)", form) }

// codesFound says which forms of a QR code fit, and which is remembered, "" for
// none.
func codesFound(fit []Postable, remembered Postable) Finding {
	f := Finding{Found: Listing(fit)}
	if len(fit) == 0 {
		f = Finding{"none fits: the key is shown to be typed", "Enlarge the window to 80x24, or make the letters smaller."}
	}
	if remembered != "" {
		f.Found = Fill("%s; remembered: %s", f.Found, remembered)
	}
	return f
}
