package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/flows"
)

const canary = "eyJhbGciOiJub25lIn0" // the beginning of a token

// explained is every error that has a sentence of its own, and some that have not.
func explained() map[string]error {
	all := map[string]error{
		"internal": flows.ErrInternal, "unknown": errors.New("strange"), "cancelled": context.Canceled,
		"no store": &flows.NoStore{Err: errKeyringGone}, "live": flows.LiveSession{LoginID: "eve"},
		"length": flows.Length{Got: 3, Min: 6, Max: 6}, "wait": flows.Wait{Left: time.Second}, "waited": flows.Wait{},
		"needed":                  &AnswerNeeded{"a code", []string{codeFlags}},
		"needed and no store":     errors.Join(&AnswerNeeded{"a store", []string{"--store"}}, &flows.NoStore{Err: errKeyringGone}),
		"doubt":                   flows.Doubt{},
		"doubt, slow phone":       flows.Doubt{Advice: client.Advice{Found: true, Phone: -2 * time.Minute}},
		"doubt, fast phone":       flows.Doubt{Advice: client.Advice{Found: true, Phone: time.Minute}},
		"doubt, this computer":    flows.Doubt{Advice: client.Advice{Computer: time.Hour}},
		"late":                    flows.Late{Err: flows.Rejected{Err: fault(client.WrongCode)}},
		"rejected":                flows.Rejected{Err: fault(client.WrongCode)},
		"rejected, but right":     flows.Rejected{Err: fault(client.WrongCode), Advice: client.Advice{Fits: true}},
		"rejected, phone's clock": flows.Rejected{Err: fault(client.WrongCode), Advice: client.Advice{Found: true, Phone: time.Hour}},
	}
	for i := flows.Empty; i <= flows.UsedLink; i++ {
		all[fmt.Sprintf("input %d", i)] = i
	}
	for k := client.Other; k <= client.PasswordExpired; k++ {
		all[fmt.Sprintf("kind %q", k)] = fault(k)
		all[fmt.Sprintf("kind %q with a cause", k)] = &client.Error{Op: "x", Kind: k, Err: errors.New("dial tcp: \x1b[31mno such host.")}
		all[fmt.Sprintf("kind %q with words", k)] = &client.Error{
			Op: "x", Kind: k, Status: 400, Code: "E1", Description: "It was so.", Message: "Because of that",
		}
	}
	return all
}

func TestEveryErrorIsExplained(t *testing.T) {
	for name, err := range explained() {
		x := Explain(err, "postern")
		if x.What == "" || !strings.HasSuffix(x.What, ".") || strings.HasSuffix(x.What, "..") || strings.Contains(x.What, ": .") {
			t.Errorf("%s: got what %q, want a sentence", name, x.What)
		}
		command := strings.HasPrefix(x.Do[strings.LastIndex(x.Do, ": ")+1:], " postern ")
		if x.Do == "" || !strings.HasSuffix(x.Do, ".") && !command {
			t.Errorf("%s: got do %q, want a sentence or a command", name, x.Do)
		}
		if strings.ContainsFunc(x.What+x.Do, func(r rune) bool { return r < ' ' }) {
			t.Errorf("%s: got a control character in %q", name, x)
		}
		if len(x.Next) > 0 && !strings.Contains(x.Do, "postern "+x.Next[0]) {
			t.Errorf("%s: got next %q, not named in %q", name, x.Next, x.Do)
		}
	}
	if n := len(inputExplanations); n != int(flows.NoSample)+1 {
		t.Errorf("got %d inputs explained, want %d", n, flows.NoSample+1)
	}
	unknown := Explain(errors.New("strange"), "postern").What
	for k := client.Unreachable; k <= client.PasswordExpired; k++ {
		if x := Explain(fault(k), "postern"); strings.HasPrefix(x.What, "It failed") || x.What == unknown {
			t.Errorf("%q: got %q, want words of its own", k, x.What)
		}
	}
}

func TestExplanationsNameNoSecret(t *testing.T) {
	secrets := []error{
		&flows.NoStore{Err: fmt.Errorf("store: %v", client.Secret(canary))},
		fmt.Errorf("verify: %v", client.Secret(canary)),
		&client.Error{Kind: client.Untrusted, Err: fmt.Errorf("token %v", client.Secret(canary))},
	}
	for _, err := range secrets {
		if x := Explain(err, "postern"); strings.Contains(x.What+x.Do, canary) {
			t.Errorf("got a secret in %q", x)
		}
	}
}

func TestEveryStepAndChoiceHasWords(t *testing.T) {
	for step := flows.StepPrepare; step < flows.StepOver; step++ {
		s := flows.Screen{Step: step, LoginID: ada}
		if step == flows.StepScan {
			s.Errand = flows.ForSignUp
		}
		if got := title(s); got == "" || strings.Contains(got, "%!") {
			t.Errorf("step %d: got title %q", step, got)
		}
	}
	for c := flows.TryAgain; c <= flows.StartOver; c++ {
		if choiceWords[c] == "" {
			t.Errorf("choice %d has no words", c)
		}
	}
	if got := len(choiceWords); got != int(flows.StartOver)+1 {
		t.Errorf("got words for %d choices, want %d", got, flows.StartOver+1)
	}
	if got := title(flows.Screen{Step: flows.StepReplace, LoginID: "a\x1b[2Jb\u202e"}); strings.ContainsAny(got, "\x1b\u202e") {
		t.Errorf("got title %q, want it harmless", got)
	}
}

func TestIdentityNamesWhomTheServerSignedIn(t *testing.T) {
	for _, row := range []struct {
		user *client.User
		want string
	}{
		{nil, "does not say whom"}, {&client.User{}, "does not say whom"},
		{&client.User{UserID: "U1"}, "signed in U1."},
		{&client.User{Name: "Eve", LoginIDs: []client.Text{"", "eve@x"}, UserID: "U1"}, "signed in Eve (eve@x)."},
		{&client.User{Name: "Eve"}, "signed in Eve."},
		{&client.User{Email: "eve@x", UserID: "U1"}, "signed in eve@x."},
	} {
		got := title(flows.Screen{Step: flows.StepIdentity, LoginID: ada, Show: flows.Person{User: row.user}})
		if !strings.Contains(got, row.want) {
			t.Errorf("got %q, want %q in it", got, row.want)
		}
	}
}

// The server's words stand behind ours where they add something.
func TestServersWordsAreNotSaidTwice(t *testing.T) {
	e := &client.Error{Op: "totp verify", Kind: client.WrongCode, Code: "E061102", Description: "The code is wrong."}
	if got := Explain(e, "postern").What; strings.Count(got, "ode is wrong") != 1 {
		t.Errorf("got %q, want it said once", got)
	}
	e.Description, e.Message = "Three tries are left", "three tries are left."
	if got := Explain(e, "postern").What; !strings.HasSuffix(got, " (Three tries are left).") {
		t.Errorf("got %q, want the server's words once", got)
	}
}
