package ui

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"postern/flows"
	"postern/internal/ptytest"
)

// The matrix: what a person sees of a key in every window, on every kind of
// terminal, and whether two decoders read it there on every theme.
var (
	matrixSizes   = []matrixSize{{80, 24}, {100, 30}, {120, 40}, {200, 60}, {60, 24}, {46, 23}, {40, 12}}
	matrixTerms   = []string{"xterm-256color", "tmux-256color", "screen", "linux", "dumb"}
	matrixLocales = []string{"en_GB.UTF-8", "C"}
	matrixIDs     = []struct{ name, loginID string }{
		{"short", "a"},
		{"typical", "grace.hopper@example.com"},
		{"long", strings.Repeat("a", 254-len("@example.com")) + "@example.com"}, // RFC 5321 §4.5.3.1
	}
)

type matrixSize struct{ columns, rows int }

const matrixHead = `What is shown of a key: a picture of full or half blocks, and how often it was
read, by zbar and by zxing, each on four themes; or the key, to be typed.

`

// matrixLine is a person at a terminal: a line of the table.
type matrixLine struct{ name, id, term, locale string }

func matrixLines() (lines []matrixLine) {
	for _, id := range matrixIDs {
		for _, term := range matrixTerms {
			for _, locale := range matrixLocales {
				name := fmt.Sprintf("%-8s%-15s%-12s", id.name, term, locale)
				lines = append(lines, matrixLine{name, id.loginID, term, locale})
			}
		}
	}
	return lines
}

// TestQRMatrix runs the program's own drivers in each window, and reads the
// pictures back from what they wrote. With the race detector it takes some
// lines by a fixed seed.
func TestQRMatrix(t *testing.T) {
	t.Parallel()
	lines := matrixLines()
	if underRace {
		rand.New(rand.NewPCG(4, 2)).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		lines = lines[:3]
	}
	cells := make([]matrixCell, len(lines)*len(matrixSizes))
	t.Run("draw", func(t *testing.T) {
		for i, line := range lines {
			t.Run(line.name, func(t *testing.T) {
				t.Parallel() // most of it is waiting for frames
				for j, size := range matrixSizes {
					c := &cells[i*len(matrixSizes)+j]
					c.line, c.matrixSize = line, size
					c.draw(t)
				}
			})
		}
	})
	eyes := eyes{t: t, known: map[[sha256.Size]byte]*sight{}}
	for i := range cells {
		cells[i].look(&eyes)
	}
	eyes.read()

	head := fmt.Sprintf("%35s", "")
	for _, size := range matrixSizes {
		head += fmt.Sprintf("%-10s", fmt.Sprintf("%dx%d", size.columns, size.rows))
	}
	table := []string{strings.TrimRight(head, " ")}
	for _, line := range lines {
		row := line.name
		for range matrixSizes {
			row += fmt.Sprintf("%-10s", cells[0].result(t))
			cells = cells[1:]
		}
		table = append(table, strings.TrimRight(row, " "))
	}
	compareMatrix(t, table)
}

func compareMatrix(t *testing.T, table []string) {
	const file = "qr-matrix.golden"
	if !underRace {
		golden(t, file, matrixHead+strings.Join(table, "\n")+"\n")
		return
	}
	all, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range table {
		if !strings.Contains(string(all), line+"\n") {
			t.Errorf("got the line\n%s\nwant it as in\n%s", line, all)
		}
	}
}

// matrixCell is one window of the matrix.
type matrixCell struct {
	line matrixLine
	matrixSize
	output string // up to where the key is shown
	grid   ptytest.Grid
	seen   []*sight // one a theme
}

// draw runs the driver that the program would take, as far as the key.
func (c *matrixCell) draw(t *testing.T) {
	t.Helper()
	env := []string{"TERM=" + c.line.term, "LANG=" + c.line.locale}
	change := func(_ *memory, term *Term) {
		term.Env = env
		term.Size = func() (int, int) { return c.columns, c.rows }
	}
	f := flows.Enroll(flows.Plan{LoginID: c.line.id})
	if !(Term{Env: env}).Lines() {
		s := full(t, f, change)
		s.untilRaw(enterAlt)
		s.keys("\x04")
		s.end()
		c.output = s.raw()[:strings.LastIndex(s.raw(), erase)]
		return
	}
	s := drive(t, Plain, f, change)
	s.keys("q\n")
	s.wait("an answer", func() bool {
		raw := s.out.String()
		return strings.Contains(unfolded(raw), plainNoPicture) || strings.Count(raw, codeLabel(host)) > 1
	})
	if strings.Contains(unfolded(s.raw()), plainNoPicture) {
		s.keys("k\n")
		s.wait("the key", func() bool { return strings.Contains(unfolded(s.out.String()), plainKeyWarning) })
	}
	s.keys("\n") // one more prompt: what was asked for is whole
	_ = s.in.Close()
	s.end()
	c.output = s.raw()[:strings.LastIndex(s.raw(), codeLabel(host))]
}

// look reads the picture, if there is one, on every theme.
func (c *matrixCell) look(eyes *eyes) {
	if c.grid = c.screen(); c.form() == qrNone {
		return
	}
	for _, theme := range ptytest.Themes {
		c.seen = append(c.seen, eyes.see(c.grid.Image(theme)))
	}
}

// screen is what the terminal shows of it. One that calls itself screen may
// erase in its own background.
func (c *matrixCell) screen() ptytest.Grid {
	return ptytest.Replay([]byte(c.output), ptytest.Options{
		Cols: c.columns, Rows: c.rows, NoBCE: strings.HasPrefix(c.line.term, "screen"),
	})
}

// form is what can be seen: only a picture has two colours in one cell.
func (c *matrixCell) form() qrForm {
	form := qrNone
	for _, line := range c.grid {
		for _, cell := range line {
			switch {
			case cell.Text == "▄":
				return qrHalf
			case cell.Text == " " && cell.Style.Fg != nil && cell.Style.Bg != nil:
				form = qrFull
			}
		}
	}
	return form
}

// result is the cell's entry in the table.
func (c *matrixCell) result(t *testing.T) string {
	t.Helper()
	uri := enrollment(c.line.id, "Example").URI.Reveal()
	if c.form() == qrNone {
		if !strings.Contains(strings.Join(strings.Fields(c.grid.Text()), ""), testKey) {
			t.Errorf("%s, %dx%d: got no picture and no whole key in\n%s", c.line.name, c.columns, c.rows, c.grid.Text())
			return "nothing"
		}
		return "key"
	}
	read := 0
	for i, s := range c.seen {
		for who, text := range map[string]string{"zbar": s.zbar, "zxing": s.zxing} {
			if text == uri {
				read++
				continue
			}
			t.Errorf("%s, %dx%d, %s: %s reads %q, want %q", c.line.name, c.columns, c.rows, ptytest.Themes[i].Name, who, text, uri)
		}
	}
	return fmt.Sprintf("%s %d/%d", map[qrForm]string{qrHalf: "half", qrFull: "full"}[c.form()], read, 2*len(c.seen))
}
