package ui

import (
	"strings"
	"testing"
)

// unfolded is text as it was before the window broke it.
func unfolded(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestLinesBreakBetweenWordsAndInNoCommand(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, called, text, want string }{
		{"short", "postern", "Stored.\n", "Stored.\n"},
		{"words", "postern", "one two three four five six", "one two three four\nfive six"},
		{"a question keeps its blank", "postern", "one two three four five: ", "one two three four\nfive: "},
		{"hyphens are no gap", "postern", "give it with --store-key-file", "give it with\n--store-key-file"},
		{"a link stays whole", "postern", "u otpauth://totp/Example:ada?secret=A", "u\notpauth://totp/Example:ada?secret=A"},
		{"a command stays whole", "postern", "Sign in again: postern login. Or", "Sign in again:\npostern login. Or"},
		{"and another one", "postern", "In: postern login. Up: postern signup", "In: postern login.\nUp: postern signup"},
		{"as it was called", "go run .", "Sign in again: go run . login", "Sign in again:\ngo run . login"},
		{"up to the end of the line", "postern", "Ending it: postern logout\nRemove it now?", "Ending it:\npostern logout\nRemove it now?"},
		{"one that is too wide is words", "postern", "See: postern login --method password --force", "See: postern login\n--method password\n--force"},
		{"its own name at the beginning", "postern", "postern: Not signed in any more.", "postern: Not signed\nin any more."},
		{"wide letters", "", "日本語 日本語 日本語 x", "日本語 日本語 日本語\nx"},
		{"lines of its own", "", "one\ntwo\n", "one\ntwo\n"},
	} {
		term := Term{Called: row.called, Size: func() (int, int) { return 20, 24 }}
		if got := term.Line(row.text); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
	long := strings.Repeat("word ", 100)
	for _, size := range []func() (int, int){nil, func() (int, int) { return 0, 0 }} {
		if got := (Term{Size: size}).Line(long); got != long {
			t.Errorf("window of no size: got %q, want no break", got)
		}
	}
}

func TestTerminalOfNoCharsetGetsASCII(t *testing.T) {
	t.Parallel()
	term := Term{Env: []string{"LANG=C"}}
	if got, want := term.Line("Storing… “Zoë” – it’s •"), `Storing... "Zo?" - it's *`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
