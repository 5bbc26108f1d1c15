//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/internal/needs"
	"postern/internal/ptytest"
	"postern/keychain"
	"postern/keychain/keyringtest"
)

// limit is for anything that a test waits for, on a busy machine.
const limit = 20 * time.Second

// person is somebody who uses the program: a home of their own, with nothing
// in it, and a place where sessions can stay.
type person struct {
	t    *testing.T
	home string
	work string // where commands run
	env  []string

	program string              // empty: the one in PATH
	before  []string            // a command that runs it, and its arguments
	own     *syscall.Credential // whose it is, nil: ours

	heard func(args []string, r ran) // is told of each command without a terminal, may be nil
}

// newPerson is somebody with whatever store this machine has: the kernel's,
// else a keyring of their own.
func newPerson(t *testing.T) *person {
	t.Helper()
	if kernelHere(t) == nil {
		return personWithKernel(t)
	}
	p, _ := personWithKeyring(t)
	return p
}

func kernelHere(t *testing.T) error {
	return keychain.NewKernel(keychain.Dirs{State: t.TempDir()}).Ready(context.Background())
}

// personWithKernel keeps sessions in the kernel's keyring.
func personWithKernel(t *testing.T) *person {
	t.Helper()
	needs.Part(t, "the kernel's user keyring", kernelHere(t))
	p := personWithNothing(t)
	p.set("POSTERN_STORE=kernel")
	t.Cleanup(func() { forgetKernelKeys(t, filepath.Join(p.home, ".local/state/postern")) })
	return p
}

// personWithKeyring has a desktop's keyring, unlocked, and nothing configured.
func personWithKeyring(t *testing.T) (*person, *keyringtest.Daemon) {
	t.Helper()
	d := keyringtest.Start(t)
	return personAt(t, d.Home, d.Env()), d
}

// personWithNothing has no store at all.
func personWithNothing(t *testing.T) *person {
	t.Helper()
	home := t.TempDir()
	return personAt(t, home, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home})
}

func personAt(t *testing.T, home string, env []string) *person {
	t.Helper()
	p := &person{t: t, home: home, work: filepath.Join(home, "work")}
	for _, dir := range []string{p.work, filepath.Join(home, "tmp")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	p.env = env
	// The last: built with -race, a program waits a second at its end.
	p.set("LANG=C.UTF-8", "TMPDIR="+filepath.Join(home, "tmp"), "GORACE=atexit_sleep_ms=0")
	if cover := os.Getenv("GOCOVERDIR"); cover != "" {
		p.set("GOCOVERDIR=" + cover)
	}
	return p
}

// set changes the environment. The last of a name counts.
func (p *person) set(vars ...string) {
	for _, v := range vars {
		name, _, _ := strings.Cut(v, "=")
		kept := p.env[:0:0]
		for _, have := range p.env {
			if !strings.HasPrefix(have, name+"=") {
				kept = append(kept, have)
			}
		}
		p.env = append(kept, v)
	}
}

// forgetKernelKeys takes out of the kernel what a home's records were sealed
// with. A lock's name is its account's.
func forgetKernelKeys(t testing.TB, state string) {
	locks, _ := filepath.Glob(filepath.Join(state, "locks", "*.lock"))
	kernel := keychain.NewKernel(keychain.Dirs{State: state})
	for _, lock := range locks {
		account, err := url.PathUnescape(strings.TrimSuffix(filepath.Base(lock), ".lock"))
		if err != nil {
			t.Errorf("name of a lock: %v", err)
			continue
		}
		if err := kernel.Delete(context.Background(), account); err != nil {
			t.Errorf("forget the kernel's key of %s: %v", account, err)
		}
	}
}

// ran is how a command ended.
type ran struct {
	code           int
	stdout, stderr string
}

// run is a command without a terminal, to its end.
func (p *person) run(args ...string) ran {
	p.t.Helper()
	r, err := p.tryRun(args...)
	if err != nil {
		p.t.Fatalf("postern %s: %v\n%s", strings.Join(args, " "), err, r.stderr)
	}
	return r
}

// tryRun is run for other goroutines than the test's.
func (p *person) tryRun(args ...string) (ran, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := p.command(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		err = nil
	}
	r := ran{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	if p.heard != nil {
		p.heard(args, r)
	}
	return r, err
}

func (p *person) command(ctx context.Context, args ...string) *exec.Cmd {
	program := p.program
	if program == "" {
		program = "postern"
	}
	argv := append(append(slices.Clone(p.before), program), args...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env, cmd.Dir = p.env, p.work
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL, Credential: p.own} // no terminal
	cmd.WaitDelay = time.Second
	return cmd
}

// want runs a command and checks its exit code.
func (p *person) want(code int, args ...string) ran {
	p.t.Helper()
	r := p.run(args...)
	if r.code != code {
		p.t.Fatalf("postern %s: got exit %d, want %d\n%s%s", strings.Join(args, " "), r.code, code, r.stdout, r.stderr)
	}
	return r
}

// terminal runs a command on a terminal of its own.
func (p *person) terminal(args ...string) *ptytest.Session {
	p.t.Helper()
	return ptytest.Start(p.t, p.options(args))
}

func (p *person) options(args []string) ptytest.Options {
	return ptytest.Options{Path: "postern", Args: args, Env: p.env, Dir: p.work, Limit: limit}
}

// path is a file of the person's.
func (p *person) path(name string) string { return filepath.Join(p.work, name) }

// enrolled signs somebody up without a terminal, and answers their key.
func (p *person) enrolled(loginID string, flags ...string) (secret string) {
	p.t.Helper()
	out := p.path("enrollment-" + loginID + ".json")
	p.want(0, append(flags, "signup", loginID, "--no-input", "--enrollment-out", out,
		"--code-command", "postern sandbox code "+loginID)...)
	return readEnrollment(p.t, out)
}

// readEnrollment is the key in the file of --enrollment-out.
func readEnrollment(t *testing.T, path string) string {
	t.Helper()
	var e struct{ Key string }
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, &e)
	}
	if err != nil || e.Key == "" {
		t.Fatalf("enrollment %s: no key in it: %v", path, err)
	}
	return e.Key
}

// requests are the calls that a --debug file tells of, by name.
func requests(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ops := []string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var call struct{ Op string }
		if err := json.Unmarshal(lines.Bytes(), &call); err != nil || call.Op == "" {
			t.Fatalf("a line of --debug is no call: %q", lines.Text())
		}
		ops = append(ops, call.Op)
	}
	return ops
}

// authenticator is what a phone's app shows for a key at a time, by oathtool.
func authenticator(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	out, err := exec.Command(needs.Tool(t, "oathtool"), "--totp", "-b", "-N", fmt.Sprintf("@%d", at.Unix()), secret).Output()
	if err != nil {
		t.Fatalf("oathtool: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// otherCode is a code of the right form that the key makes at no time near.
func otherCode(t *testing.T, secret string) string {
	t.Helper()
	const steps = 24 // each way: more than the program looks for
	first := time.Now().Add(-steps * 30 * time.Second)
	out, err := exec.Command(needs.Tool(t, "oathtool"), "--totp", "-b",
		"-N", fmt.Sprintf("@%d", first.Unix()), "-w", fmt.Sprint(2*steps), secret).Output()
	if err != nil {
		t.Fatalf("oathtool: %v", err)
	}
	for n := 111111; ; n++ {
		if code := fmt.Sprint(n); !strings.Contains(string(out), code) {
			return code
		}
	}
}

// secretOf is the key in an otpauth link.
func secretOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Query().Get("secret") == "" {
		t.Fatalf("got %q, want an otpauth://totp link with a secret", link)
	}
	return u.Query().Get("secret")
}

// grouped is a key as it stands on the screen.
func grouped(secret string) string {
	var groups []string
	for ; len(secret) > 4; secret = secret[4:] {
		groups = append(groups, secret[:4])
	}
	return strings.Join(append(groups, secret), " ")
}
