//go:build linux

package main

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestLifeScripts runs testdata/life: each file is somebody with a home of their
// own and a store that works, at a prompt without a terminal. Beside the usual
// commands there are
//
//	exits CODE COMMAND...   the command ends with this very exit code
//	enrolled LOGIN_ID       signs somebody up, without a terminal
//	serve FLAG...           serves the sandbox and makes it the project
//	stage DEED...           does what the program cannot do yet, see staged
//
// and CONFIG, CACHE and STATE are the program's directories.
func TestLifeScripts(t *testing.T) {
	testscript.RunT(scripted{t}, testscript.Params{
		Dir: "testdata/life",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": lifeExits, "enrolled": scriptEnrolled, "serve": scriptServe,
		},
		Setup: func(env *testscript.Env) error {
			p := newPerson(env.T().(scripted).T)
			p.work = env.WorkDir
			env.Values[personKey{}] = p
			env.Vars = append(env.Vars, append(p.env, alone+"=1")...)
			for name, dir := range map[string]string{
				"CONFIG": or(env.Getenv("XDG_CONFIG_HOME"), filepath.Join(p.home, ".config")),
				"CACHE":  or(env.Getenv("XDG_CACHE_HOME"), filepath.Join(p.home, ".cache")),
				"STATE":  filepath.Join(p.home, ".local/state"),
			} {
				env.Setenv(name, filepath.Join(dir, "postern"))
			}
			return nil
		},
	})
}

func or(dir, other string) string {
	if dir == "" {
		return other
	}
	return dir
}

// scripted is a test that a script can find its person by.
type scripted struct{ *testing.T }

func (s scripted) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(scripted{t}) })
}

func (scripted) Verbose() bool { return testing.Verbose() }

type personKey struct{}

func personOf(ts *testscript.TestScript) *person { return ts.Value(personKey{}).(*person) }

func lifeExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%v: got exit %d, want %d", args[1:], got, want)
	}
}

func scriptEnrolled(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: enrolled LOGIN_ID FLAG...")
	}
	ts.Check(ts.Exec("postern", append([]string{
		"signup", args[0], "--no-input", "--enrollment-out", ts.MkAbs("key-" + args[0] + ".json"),
		"--code-command", "postern sandbox code " + args[0],
	}, args[1:]...)...))
}

func scriptServe(ts *testscript.TestScript, _ bool, args []string) {
	s := personOf(ts).serve(args...)
	ts.Setenv("POSTERN_PROJECT_ID", s.ProjectID)
	ts.Setenv("POSTERN_BASE_URL", s.BaseURL)
	ts.Setenv("MANAGEMENT_KEY", s.ManagementKey)
	ts.Setenv("AUTH_MANAGEMENT_KEY", s.AuthManagementKey)
	ts.Setenv("PROJECT_ID", s.ProjectID)
	ts.Setenv("BASE_URL", s.BaseURL)
}
