//go:build linux

package pictures

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
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

	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"

	"postern/internal/cli"
	"postern/internal/needs"
	"postern/internal/ptytest"
	"postern/keychain"
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
	play        []string // text that is waited for and what is typed then, in turn
	until       string   // the text that completes the screen; empty: the program's end does
	keyless     bool     // in a container, without a keyring
	columns     int      // 0: 80
	rows        int      // 0: 24
}

// home is where the scenes take place: a new one for each, with a keyring.
type home struct {
	t     *testing.T
	env   []string
	typed []string // codes, which are the clock's
}

func newHome(t *testing.T, s scene, bus string) *home {
	where := "DBUS_SESSION_BUS_ADDRESS=" + bus
	if s.keyless {
		needs.Part(t, "the kernel's user keyring", keychain.NewKernel(keychain.Dirs{State: t.TempDir()}).Ready(context.Background()))
		where = "container=oci"
	}
	return &home{t: t, env: []string{
		"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), where,
		"LANG=C.UTF-8", "TZ=UTC", "GORACE=atexit_sleep_ms=0", diceFor + "=" + s.name,
	}}
}

const limit = 20 * time.Second // for each thing that is waited for, on a busy machine

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
		term.WaitFor(s.play[i])
		term.Type(h.keys(s.play[i+1], term))
	}
	if s.until == "" {
		term.Wait()
	} else {
		term.WaitFor(s.until)
	}
	return h.photograph(term, s)
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

// keys are what is typed: codes take the place of words in braces. {inbox} is
// the newest that was delivered, {phone} that of the sandbox's phone, {code}
// that of the key on the screen and {late} what it was two minutes ago.
func (h *home) keys(text string, term *ptytest.Session) string {
	h.t.Helper()
	word := regexp.MustCompile(`{\w+}`).FindString(text)
	var code string
	switch word {
	case "{inbox}":
		return strings.Replace(text, word, h.sandbox("inbox", "--code"), 1)
	case "{phone}":
		code = h.sandbox("code")
	case "{code}":
		code = appCode(h.t, term, time.Now())
	case "{late}":
		code = appCode(h.t, term, time.Now().Add(-2*time.Minute))
	default:
		return text
	}
	h.typed = append(h.typed, code)
	return strings.Replace(text, word, code, 1)
}

// sandbox is what a command of the sandbox says of Ada.
func (h *home) sandbox(args ...string) string {
	h.t.Helper()
	cmd := exec.Command("postern", append(append([]string{"sandbox"}, args...), "ada@example.com")...)
	cmd.Env = h.env
	out, err := cmd.Output()
	if err != nil {
		h.t.Fatalf("sandbox %s: %v", args[0], err)
	}
	return strings.TrimSpace(string(out))
}

var theKey = regexp.MustCompile(`Key ((?:[A-Z2-7]{4} ){8})`)

// appCode is the code that an app makes of the key beside the QR code.
func appCode(t *testing.T, term *ptytest.Session, at time.Time) string {
	t.Helper()
	text := ""
	for _, line := range strings.Split(term.Screen(), "\n") {
		text += strings.TrimSpace(line[strings.LastIndex(line, "  ")+1:]) + " "
	}
	found := theKey.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no key to make a code of on the screen:\n%s", term.Screen())
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(found[1], " ", ""), at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// serve puts a sandbox on a port, for what comes after it.
func (h *home) serve(flags []string) {
	h.t.Helper()
	cmd := exec.Command("postern", append([]string{"sandbox", "serve", "--json", "--state", "state"}, flags...)...)
	cmd.Env, cmd.Dir = h.env, h.t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = cmd.Process.Signal(syscall.SIGTERM); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var ready struct {
		BaseURL   string `json:"base_url"`
		ProjectID string `json:"project_id"`
	}
	if err == nil {
		err = json.Unmarshal(line, &ready)
	}
	if err != nil {
		h.t.Fatalf("sandbox serve: %v", err)
	}
	h.env = append(h.env, "POSTERN_BASE_URL="+ready.BaseURL, "POSTERN_PROJECT_ID="+ready.ProjectID)
}
