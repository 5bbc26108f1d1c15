package ui

import (
	"strings"
	"testing"

	"postern/flows"
)

func TestSentencesArePutTogetherOutOfWholeOnes(t *testing.T) {
	for _, row := range []struct{ name, got, want string }{
		{"nobody listed", Listing([]string(nil)), ""},
		{"one listed", Listing([]string{"a"}), "a"},
		{"two listed", Listing([]string{"a", "b"}), "a and b"},
		{"three listed", Listing([]string{"a", "b", "c"}), "a, b and c"},
		{"one of three", Either([]string{"a", "b", "c"}), "a, b or c"},
		{"one counted", Counted(1, "%s try is left.", "%s tries are left."), "1 try is left."},
		{"none counted", Counted(0, "%s try is left.", "%s tries are left."), "0 tries are left."},
		{"two sentences", Sentences("It failed.", "Try again."), "It failed. Try again."},
		{"one of them empty", Sentences("", "Try again.", ""), "Try again."},
	} {
		if row.got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, row.got, row.want)
		}
	}
}

func TestCommandsAreNamedAsTheProgramWasCalled(t *testing.T) {
	for name, err := range sentences() {
		if x := Explain(err, "go run ."); strings.Contains(x.Do, "postern ") || strings.Contains(x.What+x.Do, calledPlace) {
			t.Errorf("%s: got %q, want the command as it was called", name, x.Do)
		}
	}
	if x := Explain(flows.WrongPassphrase, "./postern"); !strings.HasSuffix(x.Do, ": ./postern store forget passphrase") {
		t.Errorf("got %q, want the command as it was called", x.Do)
	}
}

func TestFirstLineIsWholeWhereItFits(t *testing.T) {
	const whole = "line by line: --plain (to keep it: config set plain true)"
	for columns, want := range map[int]string{80: whole, len(whole): whole, len(whole) - 1: "line by line: --plain", 20: "line by line: --plain"} {
		if got := plainOffer(columns); got != want {
			t.Errorf("%d columns: got %q, want %q", columns, got, want)
		}
	}
}
