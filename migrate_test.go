//go:build linux

package main

import (
	"context"
	"encoding/json"
	"strconv"
	"syscall"
	"testing"

	"postern/internal/needs"
)

// TestMoveThatIsKilledLeavesAReadableSession ends a move between two stores at
// each call that changes something: the store that is remembered can be read,
// always, and without a request.
func TestMoveThatIsKilledLeavesAReadableSession(t *testing.T) {
	t.Parallel()
	strace, program := needs.Tool(t, "strace"), needs.Tool(t, "postern")
	p := personWithKernel(t)
	p.set("POSTERN_STORE=", "POSTERN_PROFILE=sandbox")
	key := p.path("post.key")
	p.want(0, "store", "set", "keyfile", "--store-key-file", key, "--create")
	p.enrolled("ann@example.com")
	store := func() string {
		t.Helper()
		var s struct{ Store string }
		if err := json.Unmarshal([]byte(p.want(0, "status", "--json").stdout), &s); err != nil {
			t.Fatal(err)
		}
		return s.Store
	}
	token := p.want(0, "token").stdout
	moved := 0
	for _, call := range []string{"write", "fsync", "renameat", "unlinkat", "keyctl", "ftruncate"} {
		killed := 0
		for nth := 1; nth <= rounds(25, 400); nth++ {
			to := []string{"kernel"}
			if store() == "kernel" {
				to = []string{"keyfile", "--store-key-file", key}
			}
			cmd := p.command(context.Background(), append([]string{"-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call,
				"-e", "inject=" + call + ":signal=KILL:when=" + strconv.Itoa(nth), program, "store", "migrate"}, to...)...)
			cmd.Path, cmd.Args[0] = strace, strace
			_ = cmd.Run()
			status := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if status.Exited() && status.ExitStatus() == 0 {
				moved++
				break // there is no such call any more
			}
			killed++
			if got := p.want(0, "token").stdout; got != token {
				t.Fatalf("killed at %s number %d: got another token, want the cached one", call, nth)
			}
		}
		t.Logf("%-9s killed at %d calls", call, killed)
		if killed == 0 && call != "unlinkat" {
			t.Errorf("%s: killed nowhere", call)
		}
	}
	if moved == 0 {
		t.Error("got no move to its end")
	}
}
