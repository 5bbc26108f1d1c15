package flows

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"postern/client"
)

// everyState has one of each; TestListsAreWhole compares it with the source.
var everyState = []state{
	preparing{}, choosingStore{}, switching{}, unlocking{}, opening{}, mending{}, overlooking{}, resuming{}, replacing{}, looking{}, stuck{}, naming{}, describing{}, choosing{},
	confirming{}, sending{}, delivered{}, pasting{}, waiting{}, unopened{}, signingUp{}, warning{}, renewing{}, scan{}, existing{}, entering{}, unknown{},
	stranded{}, identifying{}, keeping{}, unkept{}, rehousing{}, revoking{}, surveying{}, home{}, glancing{}, within{}, signingOut{},
	typing{}, denied{}, learning{}, inventing{}, repeating{}, setting{}, recalling{}, resetting{}, voiding{}, making{},
	noting{}, trying{}, over{},
}

var everyShow = []Show{Scan{}, Person{}, Recipient{}, Sent{}, Link{}, Ways{}, Overview{}, Wanted{}, Codes{}, Samples{}}

var everyNotice = []error{
	&NoStore{}, NotStored{}, &PassphraseNeeded{}, &Damaged{}, Begun{}, Changed{}, Doubt{}, Rejected{}, WrongTwice{}, Late{}, Length{}, Wait{}, LiveSession{}, Unusable{}, Input(0), Returned{}, Departed{}, Weak{}, TooLong{},
}

func TestListsAreWhole(t *testing.T) {
	for method, list := range map[string]any{"want": everyState, "show": everyShow, "Error": everyNotice} {
		var listed []string
		for v := reflect.ValueOf(list); len(listed) < v.Len(); {
			of := v.Index(len(listed)).Elem().Type()
			if of.Kind() == reflect.Pointer {
				of = of.Elem()
			}
			listed = append(listed, of.Name())
		}
		declared := slices.Sorted(slices.Values(readSource().methods[method]))
		slices.Sort(listed)
		if got, want := strings.Join(listed, " "), strings.Join(declared, " "); got != want {
			t.Errorf("types with a method %s: got %s, want %s", method, got, want)
		}
	}
}

// reaches reports whether a value of type from can lead to one of type to
// without going through an interface.
func reaches(from, to reflect.Type, seen map[reflect.Type]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	switch from.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return reaches(from.Elem(), to, seen)
	case reflect.Struct:
		for i := range from.NumField() {
			if reaches(from.Field(i).Type, to, seen) {
				return true
			}
		}
	}
	return false
}

func TestNoStateButScanHoldsTheKey(t *testing.T) {
	for _, s := range everyState {
		of := reflect.TypeOf(s)
		_, isScan := s.(scan)
		if got := reaches(of, reflect.TypeFor[client.Enrollment](), map[reflect.Type]bool{}); got != isScan {
			t.Errorf("%s holds the key: got %t, want %t", of.Name(), got, isScan)
		}
	}
}

// What a state keeps behind an interface is seen on the way only: stuck keeps
// the state that would try again.
func TestTheKeyIsForgottenOnTheWayOut(t *testing.T) {
	for _, m := range graph() {
		if m.from.Screen().Step == StepScan && m.to.Screen().Step != StepScan {
			if holds(m.to.at, reflect.TypeFor[client.Enrollment]()) {
				t.Errorf("scan, %s: %s still holds the key", m.label, name(m.to))
			}
		}
	}
}

func TestNoScreenCanHoldAToken(t *testing.T) {
	types := []reflect.Type{reflect.TypeFor[Screen]()}
	for _, s := range everyShow {
		types = append(types, reflect.TypeOf(s))
	}
	for _, n := range everyNotice {
		types = append(types, reflect.TypeOf(n))
	}
	for _, of := range types {
		for _, secret := range []reflect.Type{reflect.TypeFor[client.Secret](), reflect.TypeFor[client.Session]()} {
			allowed := (of == reflect.TypeFor[Scan]() || of == reflect.TypeFor[Codes]()) && secret == reflect.TypeFor[client.Secret]()
			if got := reaches(of, secret, map[reflect.Type]bool{}); got != allowed {
				t.Errorf("%s can hold a %s: got %t, want %t", of, secret.Name(), got, allowed)
			}
		}
	}
}

// Behind the interfaces of a Screen, too, there is no token.
func TestNoScreenHoldsAToken(t *testing.T) {
	for _, f := range everywhere() {
		s := f.Screen()
		if holds(s, reflect.TypeFor[client.Session]()) {
			t.Errorf("%s shows a session", name(f))
		}
		if s.Show, s.Ask = nil, nil; holds(s, reflect.TypeFor[client.Secret]()) {
			t.Errorf("%s shows a secret outside Show", name(f))
		}
	}
}

func TestTheSessionLeavesWithEnteredOnly(t *testing.T) {
	for _, f := range everywhere() {
		o, over := f.Outcome()
		if over && o.End != Entered && holds(f.at, reflect.TypeFor[client.Session]()) {
			t.Errorf("over with %v holds a session", o.End)
		}
	}
}
