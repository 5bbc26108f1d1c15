//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"

	"postern/internal/needs"
	"postern/keychain/keyringtest"
)

// TestScripts runs testdata/script: each file is somebody with a home of their
// own who types commands. Besides testscript's own words there are
//
//	exits CODE ARG...       postern ARG..., which ends with this code
//	serve [FLAG...]         a sandbox that listens: $PROJECT, $BASE, $MANAGEMENT_KEY and $AUTH_KEY
//	phone FILE OUT [STEP]   the code for the key of --enrollment-out, now or so many half minutes later
//	field NAME REGEXP       of the one JSON object that was printed; next_step.argv looks inside
//	fields NAME...          exactly these are in it
//	mode FILE OCTAL         the file's permissions
//	requests FILE [OP...]   the calls that --debug wrote down
//
// A script whose name begins with keyring has a desktop's keyring; all others
// have what this machine has, through POSTERN_STORE.
func TestScripts(t *testing.T) {
	t.Parallel()
	kernel := kernelHere(t) == nil
	var ring *keyringtest.Daemon // one for all: each home's project is another
	desktop := func() string {
		if ring == nil {
			ring = keyringtest.Start(t)
		}
		return "DBUS_SESSION_BUS_ADDRESS=" + ring.Address
	}
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		var store string
		switch {
		case strings.HasPrefix(name, "keyring"):
			if !hasKeyring(t, name) {
				continue
			}
			store = desktop()
		case strings.HasPrefix(name, "kernel") && !kernel:
			t.Run(name, func(t *testing.T) { needs.Part(t, "the kernel's user keyring", errors.New("not here")) })
			continue
		case kernel:
			store = "POSTERN_STORE=kernel"
		default:
			store = desktop()
		}
		testscript.Run(t, testscript.Params{
			Files:               []string{file},
			RequireExplicitExec: true,
			RequireUniqueNames:  true,
			Setup: func(env *testscript.Env) error {
				home := filepath.Join(env.WorkDir, ".home")
				env.Setenv("HOME", home)
				env.Setenv("LANG", "C.UTF-8")
				env.Setenv("TERM", "dumb")
				env.Setenv(alone, "1")
				env.Setenv("GORACE", "atexit_sleep_ms=0")
				name, value, _ := strings.Cut(store, "=")
				env.Setenv(name, value)
				env.Defer(func() { forgetKernelKeys(t, filepath.Join(home, ".local/state/postern")) })
				return os.Mkdir(home, 0o700)
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){
				"exits": exits, "serve": serve, "phone": phone, "field": field, "fields": fields, "mode": mode,
				"requests": wantRequests,
			},
		})
	}
}

// hasKeyring runs a subtest that is skipped, or fails, without one.
func hasKeyring(t *testing.T, name string) bool {
	for _, tool := range []string{"dbus-daemon", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Run(name, func(t *testing.T) { needs.Tool(t, tool) })
			return false
		}
	}
	return true
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("postern", args[1:]...)
	var exit *exec.ExitError
	got := 0
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("postern %s: got exit %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

func serve(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command("postern", append([]string{"sandbox", "serve", "--json"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"HOME", "PATH", "TMPDIR", "GOCOVERDIR", alone} {
		if v := ts.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	var s server
	ts.Check(json.Unmarshal([]byte(line), &s))
	ts.Setenv("PROJECT", s.ProjectID)
	ts.Setenv("BASE", s.BaseURL)
	ts.Setenv("MANAGEMENT_KEY", s.ManagementKey)
	ts.Setenv("AUTH_KEY", s.AuthManagementKey)
}

func phone(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: phone FILE OUT [STEP]")
	}
	var e struct{ Key string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &e))
	steps := 0
	if len(args) == 3 {
		var err error
		steps, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	code, err := totp.GenerateCode(e.Key, time.Now().Add(time.Duration(steps)*30*time.Second))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(code+"\n"), 0o600))
}

// object is what a command with --json printed: one line.
func object(ts *testscript.TestScript) map[string]any {
	out := ts.ReadFile("stdout")
	var fields map[string]any
	if strings.Count(out, "\n") != 1 {
		ts.Fatalf("got %d lines, want one JSON object: %q", strings.Count(out, "\n"), out)
	}
	ts.Check(json.Unmarshal([]byte(out), &fields))
	return fields
}

func field(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: field NAME REGEXP")
	}
	var value any = object(ts)
	for _, name := range strings.Split(args[0], ".") {
		inside, ok := value.(map[string]any)
		if ok {
			value, ok = inside[name]
		}
		if !ok {
			if neg {
				return
			}
			ts.Fatalf("there is no field %s", args[0])
		}
	}
	raw, err := json.Marshal(value)
	ts.Check(err)
	text := string(raw)
	if s, ok := value.(string); ok {
		text = s
	}
	matched, err := regexp.MatchString("^(?:"+args[1]+")$", text)
	ts.Check(err)
	if matched == neg {
		ts.Fatalf("field %s is %s, want it to match %s: %t", args[0], text, args[1], !neg)
	}
}

func fields(ts *testscript.TestScript, _ bool, names []string) {
	have := object(ts)
	for _, name := range names {
		if _, ok := have[name]; !ok {
			ts.Fatalf("there is no field %s", name)
		}
		delete(have, name)
	}
	if len(have) > 0 {
		ts.Fatalf("got more fields than were named: %v", have)
	}
}

func mode(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mode FILE OCTAL")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}

func wantRequests(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 1 {
		ts.Fatalf("usage: requests FILE [OP...]")
	}
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n") {
		var call struct{ Op string }
		if line == "" {
			continue
		}
		ts.Check(json.Unmarshal([]byte(line), &call))
		got = append(got, call.Op)
	}
	if strings.Join(got, ",") != strings.Join(args[1:], ",") {
		ts.Fatalf("got calls %q, want %q", got, args[1:])
	}
}
