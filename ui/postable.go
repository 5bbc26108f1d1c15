package ui

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Postable is text that may be shown to anybody. A constant becomes one by
// itself; of what was found on a computer only this file makes one, out of
// lists of its own, numbers and shortened ids: so nothing has to be taken out
// of a report, and nothing can be forgotten there.
type Postable string

// Called puts how the program was called into an advice: in the words that tell
// no path and no name, else by its name.
func (f Finding) Called(as string) Finding {
	as, _, _ = strings.Cut(as, " --profile ")
	name := OneOf(as, "postern", "./postern", "go run .")
	f.Do = Postable(strings.ReplaceAll(string(f.Do), calledPlace, string(name)))
	return f
}

// Number is a number.
func Number(n int) Postable { return Postable(fmt.Sprint(n)) }

// Mode is the mode of a file, as chmod takes it.
func Mode(perm uint32) Postable { return Postable(fmt.Sprintf("%04o", perm&0o7777)) }

func rounded(d, unit time.Duration) int { return int(d.Round(unit) / unit) }

// OneOf is word where it is one of these, else other.
func OneOf(word string, other Postable, words ...Postable) Postable {
	if i := slices.Index(words, Postable(word)); i >= 0 {
		return words[i]
	}
	return other
}

// Version is this program's version, and how it was built: what a release is
// known by.
func Version(version, built, system, machine string) Postable {
	return Postable(fmt.Sprintf(versionForm, version, built, system, machine))
}

const idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"

// ShortID is the beginning and the end of a project's id: enough for its owner
// to know it by.
func ShortID(id string) Postable {
	const first, last, least = 5, 3, 20
	if len(id) < least || strings.Trim(id, idLetters) != "" {
		return notProjectID
	}
	return Postable(id[:first] + "…" + id[len(id)-last:])
}

// Host is a host of Descope's, or that it is one of somebody else's.
func Host(name string) Postable {
	switch {
	case strings.HasSuffix(name, ".descope.com") && strings.Trim(name, idLetters) == "":
		return Postable(name)
	case name == "127.0.0.1" || name == "::1" || name == "localhost":
		return thisComputer
	}
	return customHost
}

// Place is a directory of this program's where it usually is, else what it is.
func Place(path, home string, usual, what Postable) Postable {
	if path == filepath.Join(home, string(usual), "postern") {
		return "~/" + usual + "/postern"
	}
	return what
}
