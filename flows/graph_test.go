package flows

import (
	"fmt"
	"sync"
	"testing"

	"postern/client"
)

// move is one step of the machine: an event that changed the state.
type move struct {
	from, to Flow
	label    string // what happened, in a newcomer's words
}

// plans are the ways to begin.
func plans() []Plan {
	var all []Plan
	for _, id := range []string{"", ada, "a\u202eb"} {
		for _, user := range []client.NewUser{{}, {Email: "no address"}} {
			for _, details := range []bool{false, true} {
				for _, force := range []bool{false, true} {
					all = append(all, Plan{LoginID: id, User: user, Details: details, Force: force})
				}
			}
		}
	}
	return all
}

// kinds that have a way of their own; Refused stands for all others, which
// TestEveryOtherKindIsAsRefused holds.
var kinds = []client.Kind{
	client.Unreachable, client.Unknown, client.RateLimited, client.WrongCode, client.CodeExpired,
	client.UserExists, client.UserUnknown, client.Refused,
}

// happening is an event and what a newcomer would call it.
type happening struct {
	label string
	event Event
}

// happenings are all events that are worth trying in a flow at this point,
// among them answers of every kind to its task.
func happenings(f Flow) []happening {
	all := []happening{{"Back", Back{}}, {"Cancel", Cancel{}}}
	s := f.Screen()
	texts := []string{ada, "+15550100", "", "a\u202eb"}
	if s.Ask != nil && s.Ask.Digits > 0 {
		texts = []string{codeAt(noon), wrongCode, "123", ""}
	}
	for _, text := range texts {
		all = append(all, happening{"Submit", Submit{text, noon}})
	}
	for i := range 6 {
		label := fmt.Sprint("Pick ", i)
		if i < len(s.Choices) {
			label = "Pick " + constName("Choice", int(s.Choices[i]))
		}
		all = append(all, happening{label, Pick{i}})
	}
	if task, open := f.Task(); open {
		for _, a := range answers() {
			all = append(all, happening{a.label, Done{task.ID, a.result, noon}})
		}
	}
	return all
}

type answer struct {
	label  string
	result Result
}

var noStore = &NoStore{Options: []Store{Kernel, None}, Err: fault(client.StoreFailed)}

// sharedKey has one address, so that states which hold it are alike.
var sharedKey = key(0)

var faults = func() map[client.Kind]error {
	all := map[client.Kind]error{}
	for k := client.Other; k <= client.LocalReject; k++ {
		all[k] = fault(k)
	}
	return all
}()

// answers are results of every kind.
func answers() []answer {
	all := []answer{
		{"Prepared", Prepared{}},
		{"Prepared(live)", Prepared{ada}},
		{"Prepared(live)", Prepared{eve}},
		{"Enrolled", Enrolled{sharedKey}},
		{"SignedIn", SignedIn{signedIn()}},
		{"SignedIn(stranger)", SignedIn{stranger}},
		{"Kept", Kept{}},
		{"Revoked", Revoked{}},
		{"Failed(no store)", Failed{noStore}},
	}
	for _, k := range kinds {
		all = append(all, answer{fmt.Sprintf("Failed(%s)", constName("Kind", int(k))), Failed{faults[k]}})
	}
	return all
}

// atlas is every state that can be reached from Enroll and SignIn, and every
// move between two of them.
type atlas struct {
	states []Flow
	moves  []move
}

var explored = sync.OnceValue(func() atlas {
	var a atlas
	seen := map[string]bool{}
	reach := func(f Flow) {
		f.turn = 1 // states are the same whenever they are reached
		if k := fingerprint(f.at); !seen[k] {
			seen[k] = true
			a.states = append(a.states, f)
		}
	}
	for _, begin := range []func(Plan) Flow{Enroll, SignIn} {
		for _, p := range plans() {
			reach(begin(p))
		}
	}
	for i := 0; i < len(a.states); i++ {
		if i > 100_000 { // there are some 12,000
			panic("the machine has no end: a state remembers something for ever")
		}
		f := a.states[i]
		for _, h := range happenings(f) {
			next := f.Next(h.event)
			if next.turn == f.turn {
				continue
			}
			a.moves = append(a.moves, move{f, next, h.label})
			reach(next)
		}
	}
	return a
})

func everywhere() []Flow { return explored().states }
func graph() []move      { return explored().moves }

func TestEveryStateIsLegal(t *testing.T) {
	t.Logf("%d states, %d moves", len(everywhere()), len(graph()))
	for _, f := range everywhere() {
		if wrong := illegal(f); wrong != "" {
			t.Errorf("%s: %s\nin %s", name(f), wrong, fingerprint(f.at))
		}
	}
}

func TestEveryStateIsOverSoonAfterCancel(t *testing.T) {
	for _, f := range everywhere() {
		from := name(f)
		for range 3 { // at most: cancel, and the answer to what cannot be cancelled
			if f = f.Next(Cancel{}); uncancelled[name(f)] {
				f = answered(t, f, Failed{faults[client.Unreachable]})
			}
		}
		if _, over := f.Outcome(); !over {
			t.Errorf("%s: after three cancels in %s", from, name(f))
		}
	}
}

func TestEveryMoveIsOneTurn(t *testing.T) {
	for _, m := range graph() {
		if got, want := m.to.turn, m.from.turn+1; got != want {
			t.Errorf("%s, %s: turn %d, want %d", name(m.from), m.label, got, want)
		}
	}
}

func TestAnOutcomeSaysWhatItMust(t *testing.T) {
	for _, f := range everywhere() {
		o, over := f.Outcome()
		switch {
		case !over:
			continue
		case o.End == Entered && (o.Session == nil || o.LoginID == "" || o.Err != nil):
			t.Errorf("entered without a session or a name, or with an error: %+v", o)
		case o.End != Entered && o.Session != nil:
			t.Errorf("a session leaves a flow that ended otherwise: %+v", o)
		case o.End == Broken && o.Err == nil:
			t.Error("broken, and nobody knows why")
		case o.End == Standing && o.LoginID == "":
			t.Error("nobody is signed in already")
		}
	}
}
