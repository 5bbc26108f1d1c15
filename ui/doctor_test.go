package ui

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPostableTextIsOfOurOwnWords(t *testing.T) {
	for _, row := range []struct {
		name      string
		got, want Postable
	}{
		{"an id is shortened", ShortID("P2abcdefghijklmnopqrstuvwxyz"), "P2abc…xyz"},
		{"a short id would be whole", ShortID("P2secret"), "(not a project id)"},
		{"an id with other letters is none", ShortID("P2abcdefghijklm\x1b[31mwxyz%%%"), "(not a project id)"},
		{"a host of Descope's", Host("api.euc1.descope.com"), "api.euc1.descope.com"},
		{"a host that only ends alike", Host("evil-descope.com"), "a custom host"},
		{"a host that has more after it", Host("api.descope.com.example.com"), "a custom host"},
		{"a host with other letters", Host("a\x1b.descope.com"), "a custom host"},
		{"loopback", Host("::1"), "this computer"},
		{"a usual place", Place("/home/ann/.config/postern", "/home/ann", ".config", "the other"), "~/.config/postern"},
		{"another place", Place("/srv/ann/.config/postern", "/home/ann", ".config", "the other"), "the other"},
		{"a word of the list", OneOf("b", "another", "a", "b"), "b"},
		{"another word", OneOf("secret", "another", "a", "b"), "another"},
		{"seconds", Span(90 * time.Second), "90 seconds"},
		{"minutes", Span(119 * time.Minute), "119 minutes"},
		{"hours", Span(47 * time.Hour), "47 hours"},
		{"days", Span(72 * time.Hour), "3 days"},
		{"nearly three hours", Span(3*time.Hour - time.Second), "3 hours"},
		{"one", Counted[Postable](1, "%s key", "%s keys"), "1 key"},
		{"none", Counted[Postable](0, "%s key", "%s keys"), "0 keys"},
		{"a mode", Mode(0o700), "0700"},
		{"an advice, as it was called", Finding{Do: "See: {called} login"}.Called("./postern --profile work").Do, "See: ./postern login"},
		{"an advice, called by a path", Finding{Do: "See: {called} login"}.Called("/home/ann/bin/pst").Do, "See: postern login"},
		{"filled in another order", Fill[Postable]("%[2]s of %[1]s", "a", "b"), "b of a"},
		{"filled with what looks like a place", Fill[Postable]("%s of %s", "%s", "b"), "%s of b"},
		{"filled in order", Fill[Postable]("%s of %s", "a", "b"), "a of b"},
	} {
		if row.got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, row.got, row.want)
		}
	}
}

func TestCheckKeepsWhatIsTypedWhole(t *testing.T) {
	c := Check{"store", CheckWarn, Finding{Found: "there", Do: Postable(strings.Repeat("word ", 9) + "x --store-key-file FILE")}}
	want := []string{
		"warn     store          there",
		"                        → word word word word word word word word word x",
		"                        --store-key-file FILE",
	}
	if got := c.Lines(); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestStoresAndSessionsAreSaidInShort(t *testing.T) {
	for _, row := range []struct{ got, want Finding }{
		{SessionHere(0, 0, 0, false), Finding{Found: "signed in; the session token is due to be renewed"}},
		{SessionHere(0, time.Hour, 0, true), Finding{
			"signed in; the session token is due to be renewed; the session itself in 60 minutes; a refresh was begun and its end was not stored", sessionOpenDo}},
		{SessionHere(time.Minute, 0, 2, false), Finding{Found: "signed in with 2 factors; the session token ends in 60 seconds"}},
		{Certificate("TLS 1.2", 6*24*time.Hour), Finding{"TLS 1.2, the certificate ends in 6 days", "Its owner has to renew it soon."}},
		{ClockOff(-5 * time.Minute), Finding{"this computer's clock is 5 minutes fast", ClockOff(time.Minute).Do}},
	} {
		if row.got != row.want {
			t.Errorf("got %+v, want %+v", row.got, row.want)
		}
	}
}
