//go:build unix

package ptytest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// inTmux runs a script in tmux.
func inTmux(t *testing.T, script string, change ...func(*ptytest.Options)) *ptytest.Pane {
	t.Helper()
	opts := ptytest.Options{Path: "sh", Args: []string{"-c", script}}
	for _, f := range change {
		f(&opts)
	}
	return ptytest.Tmux(t, opts)
}

func TestTmuxTypesAndWaits(t *testing.T) {
	p := inTmux(t, `printf 'name? '; read name; echo "hello $name"; read end; exit 4;`)
	p.WaitFor("name?")
	p.Type("ada;")
	p.Key("Enter")
	p.WaitFor("hello ada;")
	p.Key("Enter")
	if got := p.Wait(); got != 4 {
		t.Errorf("got exit code %d, want 4", got)
	}
	if got := p.Screen(); !strings.Contains(got, "hello ada;") {
		t.Errorf("got screen %q after the end, want it to stay", got)
	}
}

func TestTmuxTellsTheSignalThatEnded(t *testing.T) {
	p := inTmux(t, `echo ready; exec sleep 1000`)
	p.WaitFor("ready")
	p.Signal(syscall.SIGTERM)
	if got := p.Wait(); got != 143 {
		t.Errorf("got %d, want 143", got)
	}
}

func TestTmuxHasTheSizeAndTheTermAskedFor(t *testing.T) {
	p := inTmux(t, `stty size; echo "$TERM $GREETING"; read x`, func(o *ptytest.Options) {
		o.Cols, o.Rows, o.Terminal = 61, 17, "screen-256color"
		o.Env = append(os.Environ(), "GREETING=hi there")
	})
	p.WaitFor("17 61")
	p.WaitFor("screen-256color hi there")
	p.Resize(70, 20)
	if got := p.Cells(); len(got) != 20 || len(got[0]) != 70 {
		t.Errorf("got %dx%d cells, want 70x20", len(got[0]), len(got))
	}
}

const secretOnAltScreen = `printf '\033[?1049hsecret'; read x; printf '\033[?1049l'; echo end; read x`

func TestTmuxWithoutAlternateScreenShowsWhatWasOnIt(t *testing.T) {
	for _, row := range []struct {
		name  string
		noAlt bool
	}{{"with", false}, {"without", true}} {
		t.Run(row.name, func(t *testing.T) {
			p := inTmux(t, secretOnAltScreen, func(o *ptytest.Options) { o.NoAltScreen = row.noAlt })
			p.WaitFor("secret")
			p.Key("Enter")
			p.WaitFor("end")
			if got := strings.Contains(p.Screen(), "secret"); got != row.noAlt {
				t.Errorf("got the secret on the screen afterwards: %v, want %v", got, row.noAlt)
			}
		})
	}
}

func TestTmuxHistoryHoldsWhatScrolledAway(t *testing.T) {
	p := inTmux(t, `seq 1 60; echo end; read x`)
	p.WaitFor("end")
	if got := p.History(); !strings.HasPrefix(got, "1\n2\n") {
		t.Errorf("got history %.20q, want it to begin with the first line", got)
	}
	if got := p.Screen(); strings.HasPrefix(got, "1\n2\n") {
		t.Errorf("got screen %.20q, want only the end", got)
	}
}

func TestNoTmuxServerIsLeft(t *testing.T) {
	var pid, server int
	t.Run("a program that ignores the end of its terminal", func(t *testing.T) {
		p := inTmux(t, `trap '' HUP TERM; echo ready; while :; do sleep 1000; done`)
		p.WaitFor("ready")
		pid, server = p.Pid(), number(t, p.Format("#{pid}"))
		if !ptytest.Alive(pid) || !ptytest.Alive(server) {
			t.Fatalf("program %d and server %d: want both to run", pid, server)
		}
	})
	if ptytest.Alive(pid) {
		t.Error("the program is still there")
	}
	if ptytest.Alive(server) {
		t.Error("the server is still there")
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestEmulatorDrawsWhatTmuxDraws feeds the same bytes to both. Left out is
// what tmux 3.3 does otherwise than xterm: CHT, REP beyond ASCII, a backspace in
// the last column, and a character over the right half of a wide one.
func TestEmulatorDrawsWhatTmuxDraws(t *testing.T) {
	needs.Tool(t, "tmux")
	const size = 20
	for name, bytes := range map[string]string{
		"cursor moves":    "a\x1b[5;7Hb\x1b[2Ac\x1b[3Bd\x1b[4De\x1b[10Gf\x1b[9dg\x1b[2Eh\x1b[3Fi\x1b[99;99Hj\x1b[2`k",
		"erase":           "0123456789\r\n0123456789\r\n0123456789\x1b[1;4H\x1b[1K\x1b[2;4H\x1b[K\x1b[3;4H\x1b[3X",
		"erase in colour": "\x1b[44m\x1b[2J\x1b[41m\x1b[3;5H\x1b[4X\x1b[5;1H\x1b[K\x1b[m\x1b[6;9H\x1b[1J" + rightEdge(size, 10),
		"insert, delete":  "0123456789\x1b[1;4H\x1b[3@\x1b[1;9H\x1b[2P\x1b[2;1Ha\r\nb\r\nc\x1b[2;1H\x1b[2L\x1b[4;1H\x1b[M",
		"scrolling": "1\r\n2\r\n3\r\n4\r\n5\r\n6\x1b[2;5r\x1b[5;1H\nx\x1b[2;1H\x1bMy\x1b[2S\x1b[T\x1b[r\x1b[9;9Hz" +
			"\x1b[3;6r\x1b[5;5H\x1b[9Ap\x1b[4;7H\x1b[9Bq\x1b[2;9H\x1b[9Ar\x1b[r",
		"wrapping": strings.Repeat("0123456789", 5) + "\x1b[7;1H" + strings.Repeat("x", size) + "\r\nz",
		"repeat":   "ab\x1b[5bc",
		"wide":     "漢字\x1b[1;1Hx\x1b[2;1H漢字\x1b[2;3Hy\x1b[3;19H漢漢\x1b[5;1He\u0301f",
		"tabs":     "\ta\tb\x1b[Zc",
		"colours": "\x1b[31;44mA\x1b[1;7mB\x1b[0;91;102mC\x1b[38;5;196;48;5;16mD\x1b[38;2;1;2;3;48;2;250;251;252mE" +
			"\x1b[39mF\x1b[49mG\x1b[38:5:22mH\x1b[38:2::9:8:7mI",
		"save and restore": "abc\x1b7\x1b[31m\x1b[5;5Hd\x1b8e\x1b[s\x1b[7;7Hf\x1b[ug",
		"alternate screen": "normal\x1b[?1049hother\x1b[5;5Hx\x1b[?1049l!",
		"strange": "\x1b[?u\x1b[>1u\x1b[<u\x1b[=1u\x1b[?2026$p\x1b[>4;2m\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\" +
			"\x1b[?2026h!\x1b[?2026l\x1b(B\x1b=\x1b>\x1b[0 q\x1b[?25l\x1bP+q5463\x1b\\.",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "bytes")
			if err := os.WriteFile(file, []byte(bytes), 0o600); err != nil {
				t.Fatal(err)
			}
			// Raw: the question's answers must not be echoed. The title comes last.
			script := `stty raw -echo; cat "$0"; printf '\033]2;drawn\007'; exec cat >/dev/null`
			opts := ptytest.Options{Path: "sh", Args: []string{"-c", script, file}, Cols: size, Rows: 10}
			p, s := ptytest.Tmux(t, opts), ptytest.Start(t, opts)
			s.WaitUntil("the title", func() bool { return s.Title() == "drawn" })
			p.WaitUntil("the title", func() bool { return p.Format("#{pane_title}") == "drawn" })
			compare(t, s.Cells(), p.Cells())
		})
	}
}

// rightEdge ends every row with a character: beyond the last one tmux does not
// tell the colour of a cell.
func rightEdge(cols, rows int) string {
	var b strings.Builder
	for y := 1; y <= rows; y++ {
		fmt.Fprintf(&b, "\x1b[%d;%dHx", y, cols)
	}
	return b.String()
}

// compare looks at what can be seen: characters and resolved colours.
func compare(t *testing.T, got, want ptytest.Grid) {
	t.Helper()
	if got.Text() != want.Text() {
		t.Fatalf("got\n%s\nwant, as tmux drew it,\n%s", got.Text(), want.Text())
	}
	for y := range want {
		for x := range want[y] {
			gotFg, gotBg := got[y][x].Colours(ptytest.SolarizedDark)
			wantFg, wantBg := want[y][x].Colours(ptytest.SolarizedDark)
			if gotBg != wantBg || gotFg != wantFg && want[y][x].Text != " " {
				t.Errorf("cell %d,%d %q: got %v on %v, want %v on %v", x, y, want[y][x].Text, gotFg, gotBg, wantFg, wantBg)
			}
		}
	}
}
