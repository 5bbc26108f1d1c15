//go:build linux

package pictures

import (
	"crypto/rand"
	"hash/fnv"
	"io"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"postern/internal/cli"
	"postern/internal/ptytest"
)

// diceFor in the environment names what the program's dice begin with.
const diceFor = "POSTERN_TEST_DICE"

// TestMain makes the test binary the program itself, under its name in PATH,
// but with dice that always fall alike: keys, ids and codes are the same in
// each run.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"postern": func() {
		rand.Reader = newDice(os.Getenv(diceFor) + strings.Join(os.Args[1:], " "))
		os.Exit(cli.Main())
	}})
}

type dice struct {
	mu sync.Mutex
	io.Reader
}

func newDice(name string) *dice {
	h := fnv.New128a()
	_, _ = io.WriteString(h, name)
	var seed [32]byte
	h.Sum(seed[:0])
	return &dice{Reader: mathrand.NewChaCha8(seed)}
}

func (d *dice) Read(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.Reader.Read(p)
}

// scene is one picture of the tour: what somebody called and typed, up to the
// screen that is drawn.
type scene struct {
	name        string // of its files
	title, note string
	before      string   // a shell script, without a terminal, in the same home
	serve       string   // flags: a sandbox with them listens, and is the project that is used
	call        string   // as at a shell's prompt
	play        []string // what is waited for, a regexp, and what is typed then, in turn
	until       string   // what is on the screen that is drawn, a regexp; empty: the program's end
	keyless     bool     // in a container, without a keyring
	columns     int      // 0: 80
	rows        int      // 0: 24
}

// draw plays a scene and answers its last screen.
func (h *home) draw(s scene) picture {
	h.t.Helper()
	if s.serve != "" {
		h.serve(strings.Fields(s.serve))
	}
	if s.before != "" {
		cmd := exec.Command("sh", "-ec", s.before)
		cmd.Env, cmd.Dir = h.env, h.t.TempDir()
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL} // no terminal
		if out, err := cmd.CombinedOutput(); err != nil {
			h.t.Fatalf("before %s: %v\n%s", s.name, err, out)
		}
	}
	term := ptytest.Start(h.t, ptytest.Options{
		Path: "sh", Args: []string{"-c", s.call}, Dir: h.t.TempDir(), Env: append(h.env, "TERM=xterm-256color"),
		Cols: s.columns, Rows: s.rows, Limit: limit,
	})
	for i := 0; i+1 < len(s.play); i += 2 {
		await(term, s.play[i])
		term.Type(h.keys(s.play[i+1], term))
	}
	if s.until == "" {
		term.Wait()
		return h.photograph(term, s)
	}
	await(term, s.until)
	if *update {
		settle(h.t, term)
		return h.photograph(term, s)
	}
	// A frame may come in pieces, so the first sight of it proves nothing.
	path := file(s, ptytest.Dark)
	want, _ := os.ReadFile(path) // without it nothing is like it
	var p picture
	term.WaitUntil("a screen like that in "+path+" (look at it and run with -update)", func() bool {
		p = h.photograph(term, s)
		return svg(p, ptytest.Dark) == string(want)
	})
	return p
}

func await(term *ptytest.Session, pattern string) {
	what := regexp.MustCompile(pattern)
	term.WaitUntil(pattern, func() bool { return what.MatchString(term.Screen()) })
}

// settle waits until a screen is drawn as far as it will be: for a third of a
// second nothing but its clock has changed.
func settle(t *testing.T, term *ptytest.Session) {
	t.Helper()
	look, end := time.NewTicker(10*time.Millisecond), time.After(limit)
	defer look.Stop()
	last := ""
	for same := 0; same < 33; same++ {
		select {
		case <-look.C:
		case <-end:
			t.Fatalf("the screen does not come to rest:\n%s", term.Screen())
		}
		if now := masked(term.Cells(), nil).Text(); now != last {
			last, same = now, 0
		}
	}
}

// photograph is the screen, below the call where that would be seen.
func (h *home) photograph(term *ptytest.Session, s scene) picture {
	modes := term.Modes()
	p := picture{Grid: masked(term.Cells(), h.typed), cursor: term.Running() && !modes.CursorHidden}
	p.x, p.y = term.Cursor()
	for y := len(p.Grid) - 1; y > 0 && unused(p.Grid[y]) && (y > p.y || !p.cursor); y-- {
		p.Grid = p.Grid[:y]
	}
	if modes.AltScreen {
		return p
	}
	called := ptytest.Grid{}
	for i, line := range strings.Split("$ "+s.call, "\n") {
		called = append(called, make(ptytest.Line, len(p.Grid[0])))
		for x := range called[i] {
			called[i][x].Text = " "
		}
		copy(called[i], written(line, ptytest.Cell{}))
	}
	p.Grid, p.y = append(called, p.Grid...), p.y+len(called)
	return p
}

// unused reports whether nothing is seen in a line.
func unused(line ptytest.Line) bool {
	for _, cell := range line {
		if !blank(cell) || cell.Style.Bg != nil {
			return false
		}
	}
	return true
}
