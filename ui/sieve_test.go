package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/flows"
)

// mouseReports are what terminals send for a mouse that is moved, in each of
// the manners that are in use. Those of X10 have digits for coordinates.
func mouseReports(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\x1b[<35;%d;%dM\x1b[<0;%d;7m", i%200+1, i%50+1, i%9+1)
		fmt.Fprintf(&b, "\x1b[M%c%c%c", ' '+i%4, '0'+i%10, '9'-i%10)
		fmt.Fprintf(&b, "\x1b[%d;%d;%dM", 32+i%4, i%99+1, i%49+1)
	}
	return b.String()
}

func TestFaultI21MouseReportsAreNoKeys(t *testing.T) {
	t.Parallel()
	s := full(t, signInAda())
	s.until("Code for")
	for reports := mouseReports(60); reports != ""; {
		n := min(7, len(reports)) // each write is a read of its own
		s.keys(reports[:n])
		reports = reports[n:]
	}
	s.keys(codeAt(noon))
	o, err := s.end()
	if got := s.service.count("verify"); err != nil || o.End != flows.Entered || got != 1 {
		t.Errorf("got %+v, %v, and %d codes sent, want the one that was typed", o, err, got)
	}
}

// sifting is a sieve at a time that moves when it is told to.
type sifting struct {
	sieve
	clock clock
}

func newSifting() *sifting {
	s := &sifting{clock: clock{t: noon}}
	s.sieve.now = s.clock.Now
	return s
}

func TestFaultI21ReportInTwoReadsIsDroppedHoweverLateTheRest(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]string{
		"SGR": "\x1b[<35;12;5M", "release": "\x1b[<0;112;35m", "as X10 did": "\x1b[M 12", "rxvt": "\x1b[32;12;5M",
		"cursor": "\x1b[12;40R", "keyboard": "\x1b[?15u", "device": "\x1b[?62;22c", "mode": "\x1b[?2026;2$y",
		"colour": "\x1b]11;rgb:1e1e/1212/3434\x1b\\", "name": "\x1bP>|term 123\x1b\\", "bell": "\x1b]52;c;123456\a",
	} {
		for cut := 2; cut <= len(said); cut++ {
			s := newSifting()
			got := string(s.sift([]byte("12" + said[:cut])))
			if cut == 2 && said[1] != '[' {
				continue // two bytes alone are a key with Alt
			}
			s.clock.add(time.Second)
			if got += string(s.sift([]byte(said[cut:] + "345"))); got != "12345" {
				t.Errorf("%s, cut after %d bytes: got %q, want %q", name, cut, got, "12345")
			}
		}
		s := newSifting()
		got := string(s.sift([]byte("12\x1b"))) + string(s.sift([]byte(said[1:]+"345")))
		if want := "12\x1b" + focusTail + "345"; got != want {
			t.Errorf("%s, cut after ESC: got %q, want %q", name, got, want)
		}
	}
}

func TestSieveKeepsKeysAndPastes(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]string{
		"code": "123456\r", "arrows": "\x1b[A\x1bOB\x1b[1;5C", "esc, twice": "\x1b\x1b", "esc and a letter": "\x1bf",
		"delete": "\x1b[3~", "shift-tab": "\x1b[Z", "letters": "zürich\x7f", "rxvt's shift": "\x1b[3$1",
		"paste": pasteBegin + "123456" + pasteEnd + "7", "paste of a report": pasteBegin + "\x1b[<35;1;1M\x1b[M" + pasteEnd + "\r",
		"paste of half an end": pasteBegin + "\x1b[20\x1b[201" + pasteEnd + "1",
	} {
		for cut := range len(keys) {
			s := newSifting()
			got := string(s.sift([]byte(keys[:cut])))
			if got += string(s.sift([]byte(keys[cut:]))); got != keys {
				t.Errorf("%s, cut after %d bytes: got %q, want %q", name, cut, got, keys)
			}
		}
	}
}

func TestSieveForgetsWhatIsNoReport(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, first string
		later       time.Duration
		then, want  string
	}{
		{"esc, then a bracket", "\x1b", time.Second, "[1", "\x1b[1"},
		{"Alt-[, then a code", "\x1b[", 4 * time.Second, "123456", "123456"},
		{"a report that never ends", "\x1b[<" + strings.Repeat("1", 2*longestHeld), 0, "23", "23"},
		{"a report that breaks off", "\x1b[<35;1", 0, "\r\x1b[M 1\r2", "\r\r2"},
	} {
		s := newSifting()
		got := string(s.sift([]byte(row.first)))
		s.clock.add(row.later)
		if got += string(s.sift([]byte(row.then))); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
