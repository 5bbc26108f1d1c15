//go:build unix

package ptytest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/internal/needs"
)

// tmuxLook is how often a pane is looked at while waiting: tmux has no cheap
// way to be told. A look takes 3 ms.
const tmuxLook = 10 * time.Millisecond

// Pane is a program running in a tmux server of its own, which nobody else is
// attached to. Methods that wait end the test when the limit passes.
type Pane struct {
	t      testing.TB
	opts   Options
	tmux   string
	socket string
	pid    int // of the program, which leads its process group
	server int // of tmux
}

// Tmux runs a program in a new tmux server, without a status line, so that the
// pane has the whole size. The screen stays to be looked at when the program
// has ended. Program and server are killed when the test ends. Without tmux
// the test is skipped.
func Tmux(t testing.TB, opts Options) *Pane {
	t.Helper()
	opts = opts.filled("dumb")           // tmux sets TERM for the program
	dir, err := os.MkdirTemp("", "tmux") // short: a socket's path has room for 107 bytes
	if err != nil {
		t.Fatalf("tmux: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &Pane{t: t, opts: opts, tmux: needs.Tool(t, "tmux"), socket: filepath.Join(dir, "s")}

	args := []string{"-f", "/dev/null", "start-server"}
	for _, set := range [][]string{
		{"-s", "exit-empty", "off"},
		{"-s", "escape-time", "0"},
		{"-g", "default-terminal", opts.Terminal},
		{"-g", "status", "off"},
		{"-g", "remain-on-exit", "on"},
		{"-g", "remain-on-exit-format", ""},
		{"-g", "alternate-screen", onOff(!opts.NoAltScreen)},
	} {
		args = append(append(args, ";", "set-option"), set...)
	}
	args = append(args, ";", "new-session", "-d",
		"-x", strconv.Itoa(opts.Cols), "-y", strconv.Itoa(opts.Rows))
	if opts.Dir != "" {
		args = append(args, "-c", opts.Dir)
	}
	path, err := exec.LookPath(opts.Path)
	if err != nil {
		t.Fatalf("tmux: %v", err)
	}
	// Two words at least, or tmux asks a shell to run it.
	args = append(args, "/usr/bin/env", literal(path))
	for _, arg := range opts.Args {
		args = append(args, literal(arg))
	}
	t.Cleanup(p.end) // before the start: a server may be there even if it fails
	p.run(args...)
	if _, err := fmt.Sscan(p.Format("#{pane_pid} #{pid}"), &p.pid, &p.server); err != nil {
		t.Fatalf("tmux: process ids: %v", err)
	}
	return p
}

// literal keeps tmux from taking a semicolon at the end of a word for the end
// of its own command.
func literal(word string) string {
	if rest, ok := strings.CutSuffix(word, ";"); ok {
		return rest + `\;`
	}
	return word
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// run gives a command to the server, and answers what it prints.
func (p *Pane) run(args ...string) string {
	p.t.Helper()
	out, err := p.command(args...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// command is a tmux command to this server, with the program's environment,
// which the server hands on.
func (p *Pane) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.tmux, append([]string{"-u", "-S", p.socket}, args...)...)
	for _, kv := range p.opts.Env {
		if !strings.HasPrefix(kv, "TMUX=") && !strings.HasPrefix(kv, "TMUX_PANE=") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	return cmd
}

// end kills the program, which may ignore SIGHUP, and the server, and waits
// for both to go.
func (p *Pane) end() {
	if p.pid > 1 && Alive(p.pid) {
		_ = syscall.Kill(-p.pid, syscall.SIGKILL)
	}
	_ = p.command("kill-server").Run() // an error where it never started
	limit := time.After(p.opts.Limit)
	look := time.NewTicker(tmuxLook)
	defer look.Stop()
	for p.server > 1 && (Alive(p.server) || Alive(p.pid)) {
		select {
		case <-look.C:
		case <-limit:
			p.t.Errorf("tmux %d and its program %d do not end", p.server, p.pid)
			return
		}
	}
}

// Format expands a tmux format for the pane, such as "#{alternate_on}".
func (p *Pane) Format(format string) string {
	p.t.Helper()
	return strings.TrimSuffix(p.run("display-message", "-p", format), "\n")
}

// Type sends characters as they are.
func (p *Pane) Type(text string) {
	p.t.Helper()
	p.run("send-keys", "-l", "--", literal(text))
}

// Key sends keys by tmux's names: "Enter", "Escape", "C-c", "Up".
func (p *Pane) Key(names ...string) {
	p.t.Helper()
	p.run(append([]string{"send-keys", "--"}, names...)...)
}

// Resize changes the size of the pane.
func (p *Pane) Resize(cols, rows int) {
	p.t.Helper()
	p.run("resize-window", "-x", strconv.Itoa(cols), "-y", strconv.Itoa(rows))
}

// Pid is the program's process id.
func (p *Pane) Pid() int {
	return p.pid
}

// Signal sends a signal to the program alone.
func (p *Pane) Signal(sig syscall.Signal) {
	p.t.Helper()
	if err := syscall.Kill(p.pid, sig); err != nil {
		p.t.Fatalf("send %v: %v", sig, err)
	}
}
