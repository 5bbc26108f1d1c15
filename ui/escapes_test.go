package ui

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"postern/internal/ptytest"
)

// TestFaultE01NoWordOfTheServerMovesTheTerminal puts what steers a terminal into every
// text that a server has a say in, in each driver. Each run goes beside its
// twin, of which the same is left to be read and which steers nothing: their
// screens are the same cell for cell, and nothing is sent that our own
// renderer does not send anyway.
func TestFaultE01NoWordOfTheServerMovesTheTerminal(t *testing.T) {
	t.Parallel()
	checks, never := 0, 0
	own := map[string]map[string]bool{} // what the renderer sends, by driver
	for _, d := range escapeDrivers {
		own[d.name] = map[string]bool{}
		for _, f := range escapeFields {
			if f.unshown(d.name) {
				continue
			}
			s := f.show(t, d, "Marker") // seen here, or this field proves nothing
			if s.memory != nil {
				s.waitFor("Marker")
			} else if !strings.Contains(s.printed, "Marker") {
				t.Fatalf("%s: the marker is not printed:\n%s", f.name, s.printed)
			}
			for s := range sequencesIn(s.close()) {
				own[d.name][s] = true
			}
		}
		for s := range own[d.name] {
			if kind, _, _ := strings.Cut(s, " "); kind != "CSI" && kind != "ESC" && s != "C0 0d" && s != "C0 0a" {
				t.Errorf("%s: our own renderer sends %s", d.name, s)
			}
		}
	}
	t.Run("fields", func(t *testing.T) {
		for _, d := range escapeDrivers {
			for _, f := range escapeFields {
				for _, p := range escapes {
					if f.unshown(d.name) {
						never++
						continue
					}
					checks++
					t.Run(d.name+", "+f.name+", "+p.name, func(t *testing.T) {
						t.Parallel()
						f.compare(t, d, p, own[d.name])
					})
				}
			}
		}
	})
	t.Logf("%d checks: %d escapes in %d fields by %d drivers, less %d of fields that a driver never shows",
		checks, len(escapes), len(escapeFields), len(escapeDrivers), never)
	if all := checks + never; all != 27*12*2 {
		t.Errorf("got %d cells, want %d", all, 27*12*2)
	}
}

// compare shows an escape beside its twin.
func (f escapeField) compare(t *testing.T, d escapeDriver, p escape, own map[string]bool) {
	t.Helper()
	word, twin := p.in("Mar", "ker"), p.twinIn("Mar", "ker")
	if f.refuses(word) { // for its length, escaped as it comes
		twin = strings.Repeat("x", 3*len(word))
	}
	want, got := f.show(t, d, twin), f.show(t, d, word)
	if got.memory != nil {
		want.waitFor("Mar", tooLong)
		got.waitFor("Mar", tooLong)
		got.waitLike(want)
	}
	if got, want := got.grid(), want.grid(); !reflect.DeepEqual(got, want) {
		t.Errorf("got the screen\n%s\nwant that of the twin\n%s", got.Text(), want.Text())
	}
	calm, raw := want.close(), got.close()
	harmless := sequencesIn(calm)
	for s := range sequencesIn(raw) {
		if !own[s] && !harmless[s] {
			t.Errorf("the terminal was sent %s", s)
		}
	}
	if p.mark != "" && strings.Contains(raw, p.mark) {
		t.Errorf("the terminal was sent %q as it came", p.mark)
	}
}

func squeezed(g ptytest.Grid) string { return strings.Join(strings.Fields(g.Text()), "") }

// sequencesIn is everything in an output that is not plain text: control
// sequences by their kind, and what no font draws.
func sequencesIn(raw string) map[string]bool {
	found := map[string]bool{}
	add := func(format string, a ...any) { found[fmt.Sprintf(format, a...)] = true }
	p := ansi.NewParser()
	p.SetDataSize(1 << 16)
	marks := 0
	p.SetHandler(ansi.Handler{
		Print: func(r rune) {
			if marks++; !unicode.IsMark(r) {
				marks = 0
			}
			if r != ' ' && !unicode.IsPrint(r) || marks > 2 {
				add("TEXT %U", r)
			}
		},
		Execute: func(b byte) { add("C0 %02x", b) },
		HandleCsi: func(cmd ansi.Cmd, params ansi.Params) {
			if cmd.Prefix() == 0 && cmd.Intermediate() == 0 && strings.IndexByte("ABCDGHdK", cmd.Final()) >= 0 {
				return // moves within the window, and blanks of a row: the cells judge these
			}
			name := fmt.Sprintf("CSI %c%c%c", cmd.Prefix(), cmd.Intermediate(), cmd.Final())
			if slices.Contains([]byte("hlmntcJrpq"), cmd.Final()) { // not for what moves the cursor, or counts cells
				name += fmt.Sprint(" ", params)
			}
			add("%s", strings.ReplaceAll(name, "\x00", ""))
		},
		HandleEsc: func(cmd ansi.Cmd) { add("ESC %q", string(rune(cmd.Intermediate()))+string(rune(cmd.Final()))) },
		HandleOsc: func(cmd int, _ []byte) { add("OSC %d", cmd) },
		HandleDcs: func(cmd ansi.Cmd, _ ansi.Params, _ []byte) { add("DCS %d", cmd) },
		HandlePm:  func([]byte) { add("PM") },
		HandleApc: func([]byte) { add("APC") },
		HandleSos: func([]byte) { add("SOS") },
	})
	for _, b := range []byte(raw) {
		p.Advance(b)
	}
	if p.State() != 0 {
		add("unfinished sequence")
	}
	if !utf8.ValidString(raw) {
		add("8-bit control or broken text")
	}
	return found
}

// The key reaches the clipboard by its own key alone, and nothing else is said
// to a terminal behind the screen: no title, no notification.
func TestFaultL19OnlyTheCopyKeyWritesToTheClipboard(t *testing.T) {
	t.Parallel()
	behind := func(raw string) (found []string) {
		for s := range sequencesIn(raw) {
			if strings.HasPrefix(s, "OSC") || strings.HasPrefix(s, "DCS") || strings.HasPrefix(s, "APC") || s == "C0 07" {
				found = append(found, s)
			}
		}
		return found
	}
	for _, d := range escapeDrivers {
		s := drive(t, d.run, signUpAda())
		s.until("Code for")
		for _, key := range []string{"u", "x", "k", "?", "x"} {
			if d.name == "line by line" {
				key += "\n"
			}
			s.keys(key)
		}
		before := behind(s.raw())
		if d.name == "full screen" {
			s.keys("c")
			s.untilRaw("\x1b]52;") // after the words, or before
			if got := behind(s.raw()); !slices.Equal(got, []string{"OSC 52"}) {
				t.Errorf("%s: got %v at the copy key, want OSC 52", d.name, got)
			}
		}
		s.cancel(nil)
		_, _ = s.end()
		if n := strings.Count(s.raw(), "\x1b]52;"); n > 1 {
			t.Errorf("%s: the clipboard was written to %d times, want once, at its key", d.name, n)
		}
		if got := behind(s.raw()); len(before) > 0 || d.name == "line by line" && len(got) > 0 || len(got) > 1 {
			t.Errorf("%s: got %v and in the end %v behind the screen", d.name, before, got)
		}
	}
}
