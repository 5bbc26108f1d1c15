package flows

import (
	"reflect"
	"testing"

	"postern/client"
)

// same reports whether nothing moved.
func same(a, b Flow) bool { return a.turn == b.turn && fingerprint(a.at) == fingerprint(b.at) }

func TestAnswerAfterBackIsDropped(t *testing.T) {
	f := after(t, atScan(t, 0), codeAt(noon))
	late, _ := f.Task()
	f = f.Next(Back{})
	for _, a := range answers() {
		if next := f.Next(Done{late.ID, a.result, noon}); !same(f, next) {
			t.Errorf("%s after Back: got %s, want %s", a.label, name(next), name(f))
		}
	}
	// Neither when the person is waiting for another answer by now.
	f = after(t, f, ada)
	if task, open := f.Task(); !open || task.ID == late.ID {
		t.Fatalf("got task %v %t, want a new one", task, open)
	}
	if next := f.Next(Done{late.ID, SignedIn{signedIn()}, noon}); !same(f, next) {
		t.Errorf("late answer to a newer task: got %s, want %s", name(next), name(f))
	}
}

func TestAnswerAfterCancelIsDropped(t *testing.T) {
	for _, f := range everywhere() {
		task, open := f.Task()
		if !open || !f.Screen().Can.Cancel {
			continue
		}
		was := name(f)
		f = f.Next(Cancel{})
		for _, a := range answers() {
			if next := f.Next(Done{task.ID, a.result, noon}); !same(f, next) {
				t.Fatalf("%s after Cancel of %s: got %s, want %s", a.label, was, name(next), name(f))
			}
		}
	}
}

func TestAnswerWithAnotherIDIsDropped(t *testing.T) {
	for _, f := range everywhere() {
		for _, id := range []int{f.turn - 1, f.turn + 1, 0, -1} {
			if next := f.Next(Done{id, Failed{faults[client.Unreachable]}, noon}); !same(f, next) {
				t.Fatalf("%s, answer with ID %d of turn %d: got %s", name(f), id, f.turn, name(next))
			}
		}
	}
}

func TestSecondAnswerToATaskIsDropped(t *testing.T) {
	f := after(t, SignIn(Plan{LoginID: ada}), Prepared{}, codeAt(noon))
	task, _ := f.Task()
	f = f.Next(Done{task.ID, SignedIn{signedIn()}, noon})
	if next := f.Next(Done{task.ID, Failed{faults[client.WrongCode]}, noon}); !same(f, next) {
		t.Errorf("got %s, want %s", name(next), name(f))
	}
}

// answersTo are the results that a request may come to, beside Failed.
var answersTo = map[reflect.Type]reflect.Type{
	reflect.TypeFor[Prepare]():    reflect.TypeFor[Prepared](),
	reflect.TypeFor[UseStore]():   reflect.TypeFor[Prepared](),
	reflect.TypeFor[SignUp]():     reflect.TypeFor[Enrolled](),
	reflect.TypeFor[Current]():    reflect.TypeFor[Present](),
	reflect.TypeFor[NewKey]():     reflect.TypeFor[Enrolled](),
	reflect.TypeFor[SendCode]():   reflect.TypeFor[Delivered](),
	reflect.TypeFor[VerifyCode](): reflect.TypeFor[SignedIn](),
	reflect.TypeFor[Pause]():      reflect.TypeFor[Paused](),
	reflect.TypeFor[Poll]():       reflect.TypeFor[SignedIn](),
	reflect.TypeFor[Keep]():       reflect.TypeFor[Kept](),
	reflect.TypeFor[Revoke]():     reflect.TypeFor[Revoked](),
	reflect.TypeFor[Unlock]():     reflect.TypeFor[Unlocked](),
	reflect.TypeFor[Overlook]():   reflect.TypeFor[Prepared](),
	reflect.TypeFor[Survey]():     reflect.TypeFor[Surveyed](),
	reflect.TypeFor[SignOut]():    reflect.TypeFor[SignedOut](),

	reflect.TypeFor[LearnPolicy]():     reflect.TypeFor[Learned](),
	reflect.TypeFor[SignUpPassword]():  reflect.TypeFor[SignedIn](),
	reflect.TypeFor[ReplacePassword](): reflect.TypeFor[SignedIn](),
	reflect.TypeFor[SetPassword]():     reflect.TypeFor[PasswordSet](),
	reflect.TypeFor[ResetPassword]():   reflect.TypeFor[ResetSent](),
	reflect.TypeFor[MakeCodes]():       reflect.TypeFor[CodesMade](),
}

func TestAnswerOfAnotherKindMovesNothing(t *testing.T) {
	for _, f := range everywhere() {
		task, open := f.Task()
		if !open {
			continue
		}
		fits := answersTo[reflect.TypeOf(task.Want)]
		for _, a := range append(answers(), answer{"nil", nil}) {
			_, failed := a.result.(Failed)
			want := failed || reflect.TypeOf(a.result) == fits
			if got := !same(f, f.Next(Done{task.ID, a.result, noon})); got != want {
				t.Fatalf("%s, %s: moved %t, want %t", name(f), a.label, got, want)
			}
		}
	}
}

func TestEmptyResultIsAFailure(t *testing.T) {
	for label, got := range map[string]Flow{
		"Enrolled": after(t, Enroll(Plan{LoginID: ada}), Prepared{}, Enrolled{}),
		"SignedIn": after(t, SignIn(Plan{LoginID: ada}), Prepared{}, codeAt(noon), SignedIn{}),
		"Failed":   after(t, SignIn(Plan{LoginID: ada}), Failed{}),
		"Present":  after(t, StepUp(Plan{}), Present{}),
	} {
		if n := got.Screen().Notice; n != ErrInternal {
			t.Errorf("%s of nothing: got notice %v, want %v", label, n, ErrInternal)
		}
	}
}

func TestEveryOtherKindIsAsRefused(t *testing.T) {
	own := map[client.Kind]bool{}
	for _, k := range kinds {
		own[k] = k != client.Refused
	}
	for _, f := range everywhere() {
		task, open := f.Task()
		if !open {
			continue
		}
		want := name(f.Next(Done{task.ID, Failed{faults[client.Refused]}, noon}))
		for k, err := range faults {
			if got := name(f.Next(Done{task.ID, Failed{err}, noon})); !own[k] && got != want {
				t.Fatalf("%s, %v: got %s, want %s", name(f), k, got, want)
			}
		}
	}
}
