package ui

import (
	"strings"

	"postern/flows"
)

// Explanation is what a person gets for an error: always both.
type Explanation struct {
	What string   // what happened
	Do   string   // what to do about it
	Next []string // the arguments of the command that Do names, if it names one
}

// calledPlace stands in a sentence where a command is named, for how the
// program was called.
const calledPlace = "{called}"

// Explain puts an error into words. called is how the program was called, for
// the commands that it names.
func Explain(err error, called string) Explanation {
	x := explain(err)
	x.Do = strings.ReplaceAll(x.Do, calledPlace, called)
	return x
}

func said(what, do string, next ...string) Explanation { return Explanation{what, do, next} }

// StoreTrouble is a store that was chosen before and cannot be used now.
type StoreTrouble struct {
	Store string // as --store takes it
	State string // locked, waiting, absent, broken
	Where flows.Where
	Named bool // it was named just now: no session is known to lie there
	Err   error
}

func (e *StoreTrouble) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *StoreTrouble) Unwrap() error { return e.Err }

// StoreFact is what is known of one store.
type StoreFact struct {
	Name    string
	State   string // ready, locked, waiting, absent, broken
	Why     string // what is wrong, empty for nothing
	Chosen  string // by what it was chosen, empty when it was not
	Session bool   // keeps something of this profile
	Files   string
}
