package ui

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"postern/client"
	"postern/flows"
)

// sentences are all errors, each in the forms that a server can give it.
func sentences() map[string]error {
	all := explained()
	all["too long"] = flows.TooLong{Max: flows.MaxAnswer}
	all["weak"] = flows.Weak{Lacks: []client.Rule{client.HasLower, client.HasNumber}}
	all["wrong twice"] = flows.WrongTwice{Err: fault(client.WrongCode)}
	for why := range reasonWords {
		all[fmt.Sprintf("unusable %d", why)] = flows.Unusable{Method: client.Email, Why: why}
	}
	for code := range meanings {
		all[fmt.Sprintf("code %s", code)] = &client.Error{Op: "x", Kind: client.Refused, Status: 400, Code: code}
		all[fmt.Sprintf("code %s with words", code)] = &client.Error{
			Op: "x", Kind: client.Refused, Status: 400, Code: code, Description: "It was so", Message: "Because of that (the other)",
		}
	}
	for _, op := range []string{"totp verify", "otp verify", "password sign-in", "recovery code", "magic link", "enchanted link", "access key"} {
		for _, kind := range []client.Kind{client.WrongCode, client.CodeExpired, client.TooManyTries, client.Denied, client.Pending} {
			all[fmt.Sprintf("%s: %q", op, kind)] = &client.Error{Op: op, Kind: kind, Status: 401, Code: "E1", TraceID: "T1"}
		}
		all[op+": closed"] = &client.Error{
			Op: op, Kind: client.Refused, Status: 400, Code: methodClosed, Description: "The method is not allowed (here).", TraceID: "T1",
		}
	}
	for _, store := range []string{"keyring", "kernel", "passphrase", "keyfile"} {
		for _, state := range []string{"locked", "waiting", "absent", "broken"} {
			all[fmt.Sprintf("store %s %s", store, state)] = &StoreTrouble{Store: store, State: state, Err: errors.New("no such (file).")}
		}
	}
	return all
}

// TestEverySentenceReadsAsOne writes all of them down, to be read.
func TestEverySentenceReadsAsOne(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	all := sentences()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		x := Explain(all[name], "postern")
		for _, text := range []string{x.What, x.Do} {
			for _, glue := range []string{") (", "))", "((", "()", "  ", "..", ".:", ":.", ": :", ",.", " .", "(-"} {
				if strings.Contains(text, glue) {
					t.Errorf("%s: got %q in %q", name, glue, text)
				}
			}
		}
		fmt.Fprintf(&b, "%s\n\t%s\n\t%s\n", name, x.What, x.Do)
	}
	golden(t, "sentences.txt", b.String())
}
