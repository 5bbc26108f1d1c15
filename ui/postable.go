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

// Fill puts texts in the place of the % of a sentence, in order.
func Fill(form Postable, with ...Postable) Postable {
	for _, w := range with {
		form = Postable(strings.Replace(string(form), "%", string(w), 1))
	}
	return form
}

// Listing joins texts by commas.
func Listing(all []Postable) Postable {
	var list Postable
	for i, one := range all {
		if i > 0 {
			list += ", "
		}
		list += one
	}
	return list
}

// Counted is a number and what it counts, with an s for more than one.
func Counted(n int, what Postable) Postable {
	out := Number(n) + " " + what
	if n != 1 {
		out += "s"
	}
	return out
}

// Number is a number.
func Number(n int) Postable { return Postable(fmt.Sprint(n)) }

// Mode is the mode of a file, as chmod takes it.
func Mode(perm uint32) Postable { return Postable(fmt.Sprintf("%04o", perm&0o7777)) }

// Span is a length of time, in words that tell nobody when it began.
func Span(d time.Duration) Postable {
	switch {
	case d < 2*time.Minute:
		return Counted(rounded(d, time.Second), "second")
	case d < 2*time.Hour:
		return Counted(rounded(d, time.Minute), "minute")
	case d < 48*time.Hour:
		return Counted(rounded(d, time.Hour), "hour")
	}
	return Counted(rounded(d, 24*time.Hour), "day")
}

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
	return Postable(fmt.Sprintf("postern %s, %s, %s/%s", version, built, system, machine))
}

const idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"

// ShortID is the beginning and the end of a project's id: enough for its owner
// to know it by.
func ShortID(id string) Postable {
	const first, last, least = 5, 3, 20
	if len(id) < least || strings.Trim(id, idLetters) != "" {
		return "(not a project id)"
	}
	return Postable(id[:first] + "…" + id[len(id)-last:])
}

// Host is a host of Descope's, or that it is one of somebody else's.
func Host(name string) Postable {
	switch {
	case strings.HasSuffix(name, ".descope.com") && strings.Trim(name, idLetters) == "":
		return Postable(name)
	case name == "127.0.0.1" || name == "::1" || name == "localhost":
		return "this computer"
	}
	return "a custom host"
}

// Place is a directory of this program's where it usually is, else what it is.
func Place(path, home string, usual, what Postable) Postable {
	if path == filepath.Join(home, string(usual), "postern") {
		return "~/" + usual + "/postern"
	}
	return what
}
