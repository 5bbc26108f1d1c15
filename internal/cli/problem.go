package cli

import (
	"fmt"

	"postern/ui"
)

// problem is an error that only the command line knows: it brings its exit
// code and its words.
type problem struct {
	exit int
	what string   // what happened: a sentence
	do   string   // what to do: a sentence, or with next what comes before the command
	next []string // the command that do names, if it names one
	err  error    // the cause, may be nil
}

func (p *problem) Error() string { return p.what }
func (p *problem) Unwrap() error { return p.err }

func (p *problem) explain(a *app) ui.Explanation {
	x := ui.Explanation{What: p.what, Do: p.do, Next: p.next}
	if len(p.next) > 0 {
		x.Do = fmt.Sprintf("%s: %s", p.do, a.next(p.next...))
	}
	return x
}

// verdict is the answer no of `check`. Its one line is all that is said of it.
type verdict struct {
	exit   int
	failed []string // which of the checks
	why    string
	next   []string // the command that would mend it
}

func (v verdict) Error() string { return "check: " + v.why }

func (v verdict) explain(a *app) ui.Explanation {
	x := ui.Explanation{What: fmt.Sprintf("no: %s.", v.why), Next: v.next}
	if len(v.next) > 0 {
		x.What = ui.Sentences(x.What, ui.SayNext(a.next(v.next...)))
	}
	return x
}
