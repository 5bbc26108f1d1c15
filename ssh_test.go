//go:build linux

package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// host is a machine that is reached through ssh: a real OpenSSH server on
// loopback, where sessions begin with the environment of a person and nothing
// of a desktop.
type host struct {
	t       *testing.T
	p       *person
	dir     string
	port    string
	program string
}

// newHost starts the server. It is ended with the test.
func newHost(t *testing.T, p *person) *host {
	t.Helper()
	h := &host{t: t, p: p, dir: t.TempDir(), program: needs.Tool(t, "postern")}
	sshd, keygen := needs.Tool(t, "/usr/sbin/sshd"), needs.Tool(t, "ssh-keygen")
	if os.Getuid() == 0 { // as Debian's service does: the server leaves its rights in there
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"server", "person"} {
		if out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-f", h.at(name)).CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v\n%s", err, out)
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.port = fmt.Sprint(free.Addr().(*net.TCPAddr).Port)
	_ = free.Close()
	config := fmt.Sprintf(`ListenAddress 127.0.0.1
Port %s
HostKey %s
AuthorizedKeysFile %s
StrictModes no
UsePAM no
PidFile none
PermitRootLogin prohibit-password
`, h.port, h.at("server"), h.at("person.pub"))
	if err := os.WriteFile(h.at("config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(sshd, "-D", "-e", "-f", h.at("config"))
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for began := time.Now(); ; {
		c, err := net.Dial("tcp", "127.0.0.1:"+h.port)
		if err == nil {
			_ = c.Close()
			return h
		}
		if time.Since(began) > limit {
			t.Fatalf("sshd does not listen: %v\n%s", err, log.String())
		}
		<-time.After(10 * time.Millisecond)
	}
}

func (h *host) at(name string) string { return filepath.Join(h.dir, name) }

// ssh are the arguments of a connection that runs the program there. The
// number of its process is left in a file.
func (h *host) ssh(terminal bool, args ...string) []string {
	who, err := user.Current()
	if err != nil {
		h.t.Fatal(err)
	}
	words := []string{"env", "-i"}
	for _, kv := range h.p.env {
		words = append(words, quoted(kv))
	}
	words = append(words, `TERM="$TERM"`, `SSH_CONNECTION="$SSH_CONNECTION"`, `SSH_TTY="$SSH_TTY"`, quoted(h.program))
	for _, arg := range args {
		words = append(words, quoted(arg))
	}
	command := fmt.Sprintf("cd %s && echo $$ >%s && exec %s", quoted(h.p.work), quoted(h.at("pid")), strings.Join(words, " "))
	way := []string{"-F", "none", "-i", h.at("person"), "-p", h.port, "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"}
	if terminal {
		way = append(way, "-t")
	}
	return append(way, who.Username+"@127.0.0.1", command)
}

func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// run is a command there without a terminal.
func (h *host) run(args ...string) ran {
	h.t.Helper()
	cmd := exec.Command(needs.Tool(h.t, "ssh"), h.ssh(false, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run()
	return ran{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// terminal is a command there on a terminal of this side.
func (h *host) terminal(args ...string) *ptytest.Session {
	h.t.Helper()
	o := h.p.options(h.ssh(true, args...))
	o.Path = "ssh"
	return ptytest.Start(h.t, o)
}

// ended waits until the program there is gone, and says how long that took.
func (h *host) ended() time.Duration {
	h.t.Helper()
	var pid int
	if _, err := fmt.Sscan(read(h.t, h.at("pid")), &pid); err != nil {
		h.t.Fatal(err)
	}
	began := time.Now()
	for syscall.Kill(pid, 0) == nil {
		if time.Since(began) > limit {
			h.t.Fatalf("the program is still there %v after the link was cut", limit)
		}
		<-time.After(5 * time.Millisecond)
	}
	return time.Since(began)
}

// TestSignUpThroughSSH has no D-Bus on the other side: where the session stays
// is settled before anything is sent, and the next connection finds it.
func TestSignUpThroughSSH(t *testing.T) {
	t.Parallel()
	needs.Part(t, "the kernel's user keyring", kernelHere(t))
	p := personWithNothing(t)
	t.Cleanup(func() { forgetKernelKeys(t, filepath.Join(p.home, ".local/state/postern")) })
	h := newHost(t, p)
	o := p.options(h.ssh(true, "signup", "ann@example.com", "--name", "Ann", "--phone", "+15550100"))
	o.Path = "ssh"
	pane := ptytest.Tmux(t, o)
	pane.WaitFor("Where shall the session stay?")
	if users := h.run("sandbox", "users").stdout; strings.Contains(users, "ann") {
		t.Errorf("somebody signed up before there was a place for the session: %q", users)
	}
	pane.Type("1")
	secret := ""
	pane.WaitUntil("a QR code that can be scanned", func() bool {
		secret = scan(t, pane.Cells())
		return secret != ""
	})
	pane.Type(authenticator(t, secret, time.Now()))
	if code := pane.Wait(); code != 0 {
		t.Fatalf("got exit %d, want 0\n%s", code, pane.Screen())
	}
	if r := h.run("token"); r.code != 0 || strings.Count(r.stdout, ".") != 2 {
		t.Errorf("in a second connection: got exit %d, %q", r.code, r.stderr)
	}

	if r := h.run("logout"); r.code != 0 {
		t.Fatalf("logout: exit %d: %s", r.code, r.stderr)
	}
	in := h.terminal("login", "ann@example.com", "--method", "email")
	in.WaitFor("Code for the sandbox")
	in.Type(strings.TrimSpace(h.run("sandbox", "inbox", "--code", "ann@example.com").stdout) + "\r")
	in.WaitFor("Signed in as Ann")
	if code := in.Wait(); code != 0 {
		t.Errorf("login: got exit %d, want 0", code)
	}
}

// TestFaultT29CutLinkLosesNothing cuts the connection on each screen.
func TestFaultT29CutLinkLosesNothing(t *testing.T) {
	t.Parallel()
	needs.Part(t, "the kernel's user keyring", kernelHere(t))
	for _, c := range []struct {
		screen string
		args   []string
		way    []string // what is typed to get there, and the words that it leads to
		live   bool     // somebody is signed in before
	}{
		{"the store", []string{"signup"}, []string{"", "Where shall the session stay?"}, false},
		{"the login ID", []string{"signup"}, []string{"", "Where shall", "1", "Login ID"}, false},
		{"a detail", []string{"signup"}, []string{"", "Where shall", "1", "Login ID", "bob@example.com\r", "Your name"}, false},
		{"the key", []string{"signup", "bob@example.com", "--name", "B", "--phone", "+15550100"}, []string{"", "Where shall", "1", "Code for the sandbox"}, false},
		{"a code", []string{"login", "bob@example.com"}, []string{"", "Where shall", "1", "Code for the sandbox"}, false},
		{"home", nil, []string{"", "ann@example.com"}, true},
		{"a choice", []string{"signup", "bob@example.com"}, []string{"", "Signed in already"}, true},
	} {
		t.Run(c.screen, func(t *testing.T) {
			t.Parallel()
			p := personWithNothing(t)
			t.Cleanup(func() { forgetKernelKeys(t, filepath.Join(p.home, ".local/state/postern")) })
			h := newHost(t, p)
			if c.live {
				p.enrolled("ann@example.com", "--profile", "sandbox", "--store", "kernel")
			}
			on := h.terminal(c.args...)
			for i := 0; i < len(c.way); i += 2 {
				on.Type(c.way[i])
				on.WaitFor(c.way[i+1])
			}
			on.Signal(syscall.SIGKILL)
			if took := h.ended(); took > limit/4 { // 2 s on a machine that is not busy
				t.Errorf("the program was there for %v after the cut", took)
			} else {
				t.Logf("gone %v after the cut", took.Round(time.Millisecond))
			}
			want := 4
			if c.live {
				want = 0
			}
			if r := h.run("--profile", "sandbox", "status"); r.code != want {
				t.Errorf("after the cut: status: got exit %d, want %d: %s%s", r.code, want, r.stdout, r.stderr)
			}
			if c.live {
				if r := h.run("token"); r.code != 0 {
					t.Errorf("after the cut: token: got exit %d: %s", r.code, r.stderr)
				}
			}
		})
	}
}

// TestFaultK26DesktopStoreIsReportedOverSSH: the session is in the desktop's
// keyring, which cannot be reached from an ssh session. That is said, and no
// second store is made.
func TestFaultK26DesktopStoreIsReportedOverSSH(t *testing.T) {
	t.Parallel()
	desk, _ := personWithKeyring(t)
	desk.enrolled("ann@example.com", "--profile", "sandbox")
	away := &person{t: t, home: desk.home, work: desk.work}
	away.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + desk.home, "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0"}
	h := newHost(t, away)
	for _, args := range [][]string{
		{"token"}, {"login", "ann@example.com", "--code-command", "echo 123456"}, {"signup", "bob@example.com", "--no-input"},
	} {
		r := h.run(args...)
		if r.code != 8 || !strings.Contains(r.stderr, "keyring") {
			t.Errorf("%v: got exit %d, want 8 and the keyring named: %s", args, r.code, r.stderr)
		}
	}
	if sealed, _ := filepath.Glob(filepath.Join(desk.home, ".local/state/postern/sealed/*")); len(sealed) > 0 {
		t.Errorf("a second store was made: %q", sealed)
	}
	desk.want(0, "token")
}
