//go:build linux

package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// The storms: many processes, and ends at any moment. A short form runs with
// the tests; the long one is
//
//	go test -run Storm -storm -timeout 2h -v .
var longStorm = flag.Bool("storm", false, "run the storms at their full length")

// rounds are as many as were asked for.
func rounds(short, long int) int {
	if *longStorm {
		return long
	}
	return short
}

// strictly is somebody signed in at a server where a refresh token works once,
// and using it twice ends the session.
func strictly(t *testing.T, flags ...string) (*person, *server) {
	t.Helper()
	p := newPerson(t)
	s := p.serve(append([]string{"--rotation", "strict"}, flags...)...)
	p.set("POSTERN_PROJECT_ID="+s.ProjectID, "POSTERN_BASE_URL="+s.BaseURL, "MANAGEMENT_KEY="+s.ManagementKey)
	p.staged("enter", "ann@example.com")
	return p, s
}

// staged runs the program `stage`.
func (p *person) staged(args ...string) {
	p.t.Helper()
	cmd := exec.Command("stage", args...)
	cmd.Env, cmd.Dir = p.env, p.work
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("stage %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// storm has processes ask for a token at once, round after round, with the
// session expired each time. It counts what must not be.
func storm(p *person, program string, processes, rounds int) (extra, ended, failed int) {
	p.t.Helper()
	for range rounds {
		sessions, _ := filepath.Glob(filepath.Join(p.home, ".local/state/postern/sessions/*"))
		for _, path := range sessions {
			_ = os.Remove(path)
		}
		debug := p.path("debug.jsonl")
		_ = os.Remove(debug)
		codes := make([]int, processes)
		var all sync.WaitGroup
		for i := range processes {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), 2*limit)
				defer cancel()
				cmd := p.command(ctx, "token", "--debug", debug)
				cmd.Path = program
				_ = cmd.Run()
				codes[i] = cmd.ProcessState.ExitCode()
			})
		}
		all.Wait()
		lost := false
		for _, code := range codes {
			lost = lost || code == 4
			if code != 0 && code != 4 {
				failed++
			}
		}
		for _, op := range requests(p.t, debug) {
			if op == "refresh" {
				extra++
			}
		}
		if extra--; lost {
			ended++
			p.staged("again", "ann@example.com")
		}
	}
	return extra, ended, failed
}

func TestFaultC01C02StormOfProcessesRefreshesOnceARound(t *testing.T) {
	program, err := exec.LookPath("postern")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ processes, rounds int }{{20, rounds(3, 100)}, {100, rounds(1, 10)}} {
		p, _ := strictly(t, "--latency", "200ms")
		extra, ended, failed := storm(p, program, c.processes, c.rounds)
		t.Logf("%d processes x %d rounds: %d refreshes too many, %d sessions revoked, %d errors", c.processes, c.rounds, extra, ended, failed)
		if extra != 0 || ended != 0 || failed != 0 {
			t.Errorf("got %d refreshes too many, %d sessions revoked, %d errors, want none", extra, ended, failed)
		}
	}
}

// The same with the lock taken out of the program: it is what the lock is for.
func TestStormWithoutTheLockRevokesSessions(t *testing.T) {
	p, _ := strictly(t, "--latency", "200ms")
	extra, ended, _ := storm(p, withoutLock(t), 20, rounds(2, 10))
	t.Logf("without the lock: %d refreshes too many, %d sessions revoked", extra, ended)
	if extra == 0 || ended == 0 {
		t.Errorf("got %d refreshes too many, %d sessions revoked without the lock: the storm proves nothing", extra, ended)
	}
}

// withoutLock builds the program with a lock that everybody gets.
func withoutLock(t *testing.T) string {
	t.Helper()
	const file, taken, given = "keychain/lock.go", "ok, err := lock.TryLock()", "ok, err := true, error(nil)"
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), taken) != 1 {
		t.Fatalf("%s: no single %q to take out", file, taken)
	}
	dir := t.TempDir()
	changed, overlay := filepath.Join(dir, "lock.go"), filepath.Join(dir, "overlay.json")
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{changed: strings.Replace(string(source), taken, given, 1), overlay: string(plan)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(dir, "postern")
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build without the lock: %v\n%s", err, out)
	}
	return program
}
