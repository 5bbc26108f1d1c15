//go:build linux

package peers

import (
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"postern/internal/cli"
	"postern/internal/ptytest"
	"postern/keychain/keyringtest"
)

var measure = flag.Bool("measure", false, "measure this program and its peers, which must be installed")

// TestMain makes the test binary this program, too, under its name in PATH.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"postern": func() { os.Exit(cli.Main()) }})
}

// peer is one way to enrol an authenticator app, or to sign in.
type peer struct {
	before string // a shell script in the same home
	call   string
	begin  []string // up to the QR code: text that is waited for and what is typed then, in turn
	shown  string   // the text beside the QR code; empty: there is none
	code   string   // what is typed for the code, CODE in it
	finish []string // what is typed after the code
}

var peers = []peer{
	{
		call: "postern signup ada@example.com", shown: "next code in", code: "CODE",
	},
	{
		call: "postern --plain signup ada@example.com", shown: "Code for", code: "CODE\r",
	},
	{
		call: "google-authenticator", begin: []string{"time-based", "y\r"}, shown: "Enter code", code: "CODE\r",
		finish: []string{"update your", "y\r", "multiple uses", "y\r", "17 permitted", "n\r", "rate-limiting", "y\r"},
	},
	{
		call: "google-authenticator -t -d -f -r 3 -R 30 -W", shown: "Enter code", code: "CODE\r",
	},
	{
		call: "google-authenticator -t -d -f -r 3 -R 30 -W -Q UTF8", shown: "Enter code", code: "CODE\r",
	},
	{
		before: `postern --profile sandbox signup ada@example.com --no-input --enrollment-out key.json \
			--code-command 'postern sandbox code ada@example.com' && postern logout`,
		call: "postern login ada@example.com", shown: "next code in", code: "CODE",
	},
	{
		call: "gh auth login", begin: []string{
			"What account", "\r", "preferred protocol", "\r", "Authenticate Git", "\r", "How would you like", "\r",
		},
	},
}

const limit = 20 * time.Second

// TestPeersSideBySide measures and prints; it judges nothing.
func TestPeersSideBySide(t *testing.T) {
	if !*measure {
		t.Skip("measures programs of others, with -measure only")
	}
	bus := keyringtest.Start(t).Address
	for _, tool := range []string{"google-authenticator", "gh"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatal(err)
		}
	}
	var r report
	for _, p := range peers {
		w := walk{t: t, peer: p, bus: bus, report: &r}
		for _, measure := range []func(){w.whole, w.pictures, w.dumb, w.wrong, w.interrupted} {
			measure()
		}
	}
	t.Log("\n" + r.String())
}

// walk is somebody who goes through a peer's questions.
type walk struct {
	t      *testing.T
	peer   peer
	bus    string
	dir    string
	keys   int
	report *report
}

// env is a new home that reaches no network: what gh sends goes to a port
// where nobody listens.
func (w *walk) env(more ...string) []string {
	return append([]string{
		"HOME=" + w.t.TempDir(), "PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=" + w.bus,
		"HTTPS_PROXY=http://127.0.0.1:9", "GORACE=atexit_sleep_ms=0",
	}, more...)
}

func (w *walk) start(columns, rows int, env ...string) *ptytest.Pane {
	w.t.Helper()
	w.keys, w.dir = 0, w.t.TempDir()
	env = w.env(env...)
	before := exec.Command("sh", "-ec", w.peer.before)
	before.Env, before.Dir = env, w.dir
	if out, err := before.CombinedOutput(); err != nil {
		w.t.Fatalf("before %s: %v\n%s", w.peer.call, err, out)
	}
	return ptytest.Tmux(w.t, ptytest.Options{
		Path: "sh", Args: []string{"-c", w.peer.call}, Env: env, Dir: w.dir, Cols: columns, Rows: rows, Limit: limit,
	})
}

// play waits and types in turn, and counts the keys.
func (w *walk) play(p *ptytest.Pane, script []string) {
	for i := 0; i+1 < len(script); i += 2 {
		p.WaitFor(script[i])
		rest(p)
		w.press(p, script[i+1])
	}
}

// rest waits until the window has been the same for a while: gh drops keys
// that come before it reads.
func rest(p *ptytest.Pane) {
	last, same := "", 0
	p.WaitUntil("a quiet window", func() bool {
		now := p.Screen()
		if now == last {
			same++
		} else {
			last, same = now, 0
		}
		return same > 20
	})
}

func (w *walk) press(p *ptytest.Pane, keys string) {
	w.keys += len(keys)
	text, enter := strings.CutSuffix(keys, "\r")
	if text != "" {
		p.Type(text)
	}
	if enter {
		p.Key("Enter")
	}
}

const lineByLine = "Press Enter after each answer" // postern without a full screen

// toPicture goes up to the QR code. Line by line postern draws it when asked.
func (w *walk) toPicture(p *ptytest.Pane) {
	w.play(p, w.peer.begin)
	if w.peer.shown == "" {
		return
	}
	p.WaitUntil("the code's field", func() bool {
		return strings.Contains(p.Screen(), w.peer.shown) || strings.Contains(p.Screen(), "Code for the sandbox:")
	})
	if strings.Contains(p.History(), lineByLine) {
		w.press(p, "q\r")
		p.WaitUntil("a second prompt", func() bool { return strings.Count(p.History(), "Code for") > 1 })
	}
}
