//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"postern/internal/needs"
)

// anybody is a user id that owns nothing here.
const anybody = 54321

// asAnybody lets a person be an ordinary user, who has no name: with a program
// and a home that this user may use. Whoever runs the tests, if not root, is
// one already.
func asAnybody(t *testing.T) (p *person, own *syscall.Credential) {
	t.Helper()
	if os.Geteuid() != 0 {
		return personWithNothing(t), nil
	}
	p = personWithNothing(t)
	dir, err := os.MkdirTemp("", "postern-anybody-*") // t.TempDir lies below a directory that is root's alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for _, made := range []string{"", "home", "home/work", "home/tmp", "bin"} {
		if err := os.MkdirAll(filepath.Join(dir, made), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(filepath.Join(dir, made), anybody, anybody); err != nil {
			t.Fatal(err)
		}
	}
	here, err := exec.LookPath("postern")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(here)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "bin/postern"), program, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.home = filepath.Join(dir, "home")
	p.work = filepath.Join(p.home, "work")
	p.set("HOME="+p.home, "TMPDIR="+filepath.Join(p.home, "tmp"), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
	p.program = filepath.Join(dir, "bin/postern")
	return p, &syscall.Credential{Uid: anybody, Gid: anybody}
}

func TestFaultL18MemoryIsNotForOthersOfTheSameUser(t *testing.T) {
	t.Parallel()
	p, own := asAnybody(t)
	started := func(cmd *exec.Cmd) int {
		t.Helper()
		cmd.Env, cmd.Dir = p.env, p.work
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: own, Pdeathsig: syscall.SIGKILL}
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err == nil {
			_, err = out.Read(make([]byte, 1)) // it is up
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = in.Close()
			_ = cmd.Process.Signal(syscall.SIGTERM)
			_, _ = io.Copy(io.Discard, out)
			_ = cmd.Wait()
		})
		return cmd.Process.Pid
	}
	other := started(exec.Command(needs.Tool(t, "sh"), "-c", "echo up; read x"))
	ours := started(exec.Command(p.program, "sandbox", "serve", "--json"))
	for _, file := range []string{"mem", "environ", "maps"} {
		open := func(pid int) error {
			cmd := exec.Command("sh", "-c", ": <"+fmt.Sprintf("/proc/%d/%s", pid, file))
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: own}
			out, err := cmd.CombinedOutput()
			if err != nil && !strings.Contains(string(out), "ermission denied") {
				t.Errorf("%s: got %q, want it denied", file, out)
			}
			return err
		}
		if err := open(other); err != nil {
			needs.Part(t, "a system where one may look into one's own processes", err)
		}
		if open(ours) == nil {
			t.Errorf("/proc/PID/%s can be read by any program of the same user", file)
		}
	}
}

// coresHere fails, or skips the test, where a broken program leaves no core in
// its working directory.
func coresHere(t *testing.T) {
	t.Helper()
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if err == nil && strings.ContainsAny(string(pattern[:1]), "|/") {
		err = errors.New("the system puts them elsewhere")
	}
	needs.Part(t, "cores in the working directory", err)
}

// The child of exec gets the limit that the shell had: it is not ours to take.
func TestFaultL09BrokenProgramLeavesNoCore(t *testing.T) {
	t.Parallel()
	coresHere(t)
	p := newPerson(t)
	p.enrolled("ann@example.com", "--profile", "sandbox")
	p.set("GOTRACEBACK=crash") // the runtime aborts, and does not exit
	cores := func() int {
		found, err := filepath.Glob(p.path("core*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	run := func(command string) string {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		cmd := exec.CommandContext(ctx, "sh", "-c", "ulimit -c unlimited || exit 99; "+command)
		cmd.Env, cmd.Dir = p.env, p.work
		out, err := cmd.CombinedOutput()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		} else if err != nil && exit.ExitCode() == 99 {
			needs.Part(t, "leave to write cores", err)
		}
		return string(out)
	}
	out := run(`postern sandbox serve --json >up & p=$!; until [ -s up ]; do sleep 0.05; done; kill -ABRT $p; wait $p; echo "ended $?"`)
	if !strings.Contains(out, "ended 134") {
		t.Fatalf("got %q, want the program aborted", out)
	}
	if n := cores(); n != 0 {
		t.Errorf("the program left %d cores", n)
	}
	if soft := strings.TrimSpace(run("postern --quiet exec -- sh -c 'ulimit -c'")); soft != "unlimited" {
		t.Errorf("the child of exec has a limit of %q on its core, want the shell's", soft)
	}
	run("postern exec -- sh -c 'kill -ABRT $$'")
	if cores() != 1 {
		t.Error("the child of exec left no core: none of these tests can fail")
	}
}

// The stacks that the Go runtime prints at this signal hold arguments.
func TestFaultL08QuitPrintsNoStacks(t *testing.T) {
	t.Parallel()
	for _, m := range manners[:2] {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			e := enrol(t, 0, m.flags, m.env)
			e.Signal(syscall.SIGQUIT)
			if code := e.Wait(); code == 0 || code == 2 {
				t.Errorf("got exit %d, want that of a signal", code)
			}
			e.CheckRestored()
			if raw := string(e.Raw()); strings.Contains(raw, "goroutine ") || strings.Contains(raw, "SIGQUIT") {
				t.Errorf("got stacks:\n%s", e.Screen())
			}
		})
	}
}
