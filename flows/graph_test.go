package flows

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"postern/client"
)

// move is one step of the machine: an event that changed the state.
type move struct {
	from, to Flow
	label    string // what happened, in a newcomer's words
	event    Event
}

// starts are the ways to begin.
func starts() []Flow {
	var all []Flow
	badUser := client.NewUser{Email: "no address"}
	for _, p := range []Plan{
		{}, {LoginID: ada}, {LoginID: "a\u202eb"}, {LoginID: ada, Details: true}, {User: badUser, Details: true}, {LoginID: ada, Force: true},
		{LoginID: eve, Method: client.Email}, {LoginID: eve, Method: client.Link}, {LoginID: ada, Method: client.MagicLink}, {Method: client.Voice}, {LoginID: ada, Method: AnyFactor},
		{LoginID: "+15550100", Method: client.Voice, OrSignUp: true},
		{LoginID: ada, Method: client.Password}, {LoginID: ada, Method: client.Recovery},
		{LoginID: ada, MFA: AnyFactor}, {LoginID: ada, MFA: client.Email, RequireMFA: true},
		{Begun: halfDone},
	} {
		all = append(all, Enroll(p), SignIn(p))
	}
	all = append(all, SecondFactor(Plan{}), SecondFactor(Plan{MFA: client.TOTP}), SecondFactor(Plan{MFA: client.Email, Force: true}),
		StepUp(Plan{}), StepUp(Plan{Method: client.TOTP}), StepUp(Plan{MFA: client.Email}), Replace(Plan{}), Home(Plan{}),
		Reset(Plan{}), Reset(Plan{LoginID: ada}), ChangePassword(Plan{}), ChangePassword(Plan{RequireMFA: true}),
		RecoveryCodes(Plan{}), RecoveryCodes(Plan{Force: true}), TryPictures(samples))
	for _, sent := range []Pending{
		{}, {Purpose: client.ToSignUp}, {Purpose: client.ToSignUpOrIn}, {MFA: true}, {StepUp: true}, {MFA: true, StepUp: true},
	} {
		sent.Method, sent.LoginID, sent.Sent, sent.ResendAt = client.Email, ada, mailed.Sent, mailed.ResendAt
		all = append(all, Answer(Plan{}, sent))
	}
	return all
}

// samples are two pictures.
var samples = []Sample{{"1234", "1234 one"}, {"5678", "5678 two"}}

// kinds that have a way of their own; Refused stands for all others, which
// TestEveryOtherKindIsAsRefused holds.
var kinds = []client.Kind{
	client.Unreachable, client.Unknown, client.RateLimited, client.WrongCode, client.CodeExpired,
	client.UserExists, client.UserUnknown, client.NotSignedIn, client.Ended, client.Pending, client.Unavailable,
	client.Denied, client.PasswordExpired, client.Refused,
}

// happening is an event and what a newcomer would call it.
type happening struct {
	label string
	event Event
}

// happenings are all events that are worth trying in a flow at this point,
// among them answers of every kind to its task.
func happenings(f Flow) []happening {
	all := []happening{
		{"Back", Back{}}, {"Cancel", Cancel{}}, {"Another", Another{}}, {"Lost", Lost{}},
		{"Resend", Resend{noon}}, {"Resend", Resend{noon.Add(time.Minute)}},
	}
	s := f.Screen()
	texts := []string{ada, "+15550100", "", "a\u202eb"}
	switch {
	case s.Step == StepNewPassword, s.Step == StepRepeatPassword:
		texts = []string{password, "weak", ""}
	case s.Ask != nil && s.Ask.Hidden:
		texts = []string{"old", ""}
	case s.Step == StepRecoveryCode:
		texts = []string{onPaper, ""}
	case s.Step == StepMagic:
		texts = []string{magicURL, "no token", ""}
	case s.Step == StepSample:
		texts = []string{samples[1].Number, "123", ""}
	case s.Ask.Code() && s.Ask.Digits == 0:
		texts = []string{mailCode, "123", ""}
	case s.Ask.Code():
		texts = []string{codeAt(noon), wrongCode, "123", ""}
	}
	for _, text := range texts {
		all = append(all, happening{"Submit", Submit{text, noon}})
	}
	for i := range 13 {
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
		if task.Patient() {
			all = append(all, happening{"Failed(Pending) at last", Done{task.ID, Failed{faults[client.Pending]}, noon.Add(linkWait)}})
		}
	}
	return all
}

type answer struct {
	label  string
	result Result
}

var (
	noStore   = &NoStore{Options: []Store{Kernel, Passphrase, KeyFile, None}, Where: OverSSH, Err: fault(client.StoreFailed)}
	notStored = NotStored{Options: []Store{Keyring, None}, Err: fault(client.StoreFailed)}
	damaged   = &Damaged{fault(client.StoreFailed)}
	locked    = &PassphraseNeeded{Err: fault(client.StoreFailed)}
	lockedNew = &PassphraseNeeded{Create: true, Err: fault(client.StoreFailed)}
	halfDone  = &Begun{LoginID: ada, At: noon} // one address, so that states which hold it are alike
)

// sharedKey has one address, so that states which hold it are alike.
var sharedKey = key(0)

var faults = func() map[client.Kind]error {
	all := map[client.Kind]error{}
	for k := client.Other; k <= client.PasswordExpired; k++ {
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
		{"Present", Present{signedIn(), reachable}},
		{"Present", Present{signedIn(), appless}},
		{"Present", Present{signedIn(), nil}},
		{"Present", Present{actors().mail, alone}},
		{"Present(both)", Present{actors().both, reachable}},
		{"Delivered", mailed},
		{"SignedIn", SignedIn{signedIn()}},
		{"SignedIn(more)", SignedIn{actors().both}},
		{"SignedIn(more)", SignedIn{actors().stepped}},
		{"SignedIn(alone)", SignedIn{actors().lone}},
		{"SignedIn(stranger)", SignedIn{stranger}},
		{"Kept", Kept{}},
		{"Paused", Paused{}},
		{"Revoked", Revoked{}},
		{"Surveyed", seenAda},
		{"Surveyed(both)", seenBoth},
		{"Surveyed(nobody)", seenNobody},
		{"SignedOut", SignedOut{}},
		{"Learned", Learned{policy}},
		{"PasswordSet", PasswordSet{}},
		{"ResetSent", mailedReset},
		{"ResetSent(enchanted)", mailedLink},
		{"CodesMade", CodesMade{Codes: sharedCodes}},
		{"CodesMade(handed over)", CodesMade{}},
		{"Failed(no store)", Failed{noStore}},
		{"Failed(not stored)", Failed{notStored}},
		{"Failed(damaged)", Failed{damaged}},
		{"Failed(locked)", Failed{locked}},
		{"Failed(locked)", Failed{lockedNew}},
		{"Failed(wrong passphrase)", Failed{WrongPassphrase}},
		{"Unlocked", Unlocked{}},
	}
	all = append(all, answer{"Failed(method closed)", Failed{methodClosed}})
	for _, k := range kinds {
		all = append(all, answer{fmt.Sprintf("Failed(%s)", constName("Kind", int(k))), Failed{faults[k]}})
	}
	return all
}

// atlas is every state that can be reached from any beginning with one thing to
// remember from a code field that was left, and every move from them. The
// random tests go where more is remembered: the walk would be 20 times as long.
type atlas struct {
	states []Flow
	moves  []move
}

var explored = sync.OnceValue(func() atlas {
	var a atlas
	seen := map[string]bool{}
	reach := func(f Flow) {
		f.turn = 1                                                                 // states are the same whenever they are reached
		if _, in := f.at.(within); in || memories(f) > most(f) || failedAgain(f) { // see TestATaskIsTheSameWithinHome
			return
		}
		if k := fingerprint(f.at); !seen[k] {
			seen[k] = true
			a.states = append(a.states, f)
		}
	}
	for _, f := range starts() {
		reach(f)
	}
	for i := 0; i < len(a.states); i++ {
		if i > 500_000 { // there are some 105,000
			panic("the machine has no end: a state remembers something for ever")
		}
		f := a.states[i]
		for _, h := range happenings(f) {
			next := f.Next(h.event)
			if next.turn == f.turn {
				continue
			}
			a.moves = append(a.moves, move{f, next, h.label, h.event})
			reach(next)
		}
	}
	return a
})

// most is how many things from other fields are followed: one, and none where
// the plan is for more than a first factor, which is as many states again.
func most(f Flow) int {
	plan := reflect.ValueOf(f.at).FieldByName("plan")
	if !plan.IsValid() {
		return 1
	}
	for _, more := range []string{"MFA", "RequireMFA", "Details", "OrSignUp"} {
		if !plan.FieldByName(more).IsZero() {
			return 0
		}
	}
	return 1
}

// failedAgain reports whether a session could not be stored in a second place,
// or on top of another thing that was learned: those are as many again.
func failedAgain(f Flow) bool {
	at := f.at
	if s, ok := at.(opening); ok {
		at = s.unlocking
	}
	if s, ok := at.(unlocking); ok {
		at = s.again
	}
	if s, ok := at.(rehousing); ok {
		at = s.unkept
	}
	s, ok := at.(unkept)
	var not NotStored
	plain := s.method == client.TOTP && s.plan.MFA == "" && !s.plan.RequireMFA && !s.plan.Details && !s.plan.OrSignUp
	return ok && errors.As(s.err, &not) && (not.Err != notStored.Err || memories(Flow{at: s, turn: 1}) > 0 || !plain)
}

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
		case o.End == Entered && (o.Session == nil || o.LoginID == "" || o.Err != nil && o.Missing == NoNeed):
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
