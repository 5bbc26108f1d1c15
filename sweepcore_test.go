//go:build linux

package main

import (
	"path/filepath"
	"testing"
)

// dumps runs a line of a shell that has cores written, keeps what it says and
// what it leaves, and answers the cores.
func (w *sweep) dumps(line string, args ...string) (cores []string) {
	w.t.Helper()
	w.program, w.out = "sh", heap{}
	r := w.run(append([]string{"-c", "ulimit -c unlimited || exit 99; " + line, "sh"}, args...)...)
	w.program = ""
	w.out.add("stdout", r.stdout)
	w.out.add("stderr", r.stderr)
	w.out.addFiles(w.t, w.work, w.path("key"), w.path("enrollment.json"))
	cores, err := filepath.Glob(w.path("core*"))
	if err != nil {
		w.t.Fatal(err)
	}
	return cores
}

// TestNoSecretIsLeftInACore aborts the program while it has tokens in its
// memory, and looks for all that crossed the wire. That the search would find
// it is shown by a shell that was given a secret, and is aborted.
func TestNoSecretIsLeftInACore(t *testing.T) {
	t.Parallel()
	coresHere(t)
	w := &sweep{customer: newCustomer(t, hands[2])}
	w.tap, w.base = newTap(t, w.server)
	w.server.BaseURL = w.base
	w.at = w.server.flags()
	byApp(w.customer)
	w.set("GOTRACEBACK=crash") // the runtime aborts, and does not exit

	const aborted = `postern "$@" exec --fd 3 -- sh -c 'cat <&3 >/dev/null; echo >had; kill -ABRT $PPID'`
	if cores := w.dumps(aborted, w.at...); len(cores) > 0 {
		t.Errorf("the program left %v", cores)
	}
	read(t, w.path("had")) // it had the token by then
	w.findsOnly("sessionJwt", "")

	session, _ := w.tokens(t, w.server)
	if cores := w.dumps("kill -ABRT $$", session); len(cores) != 1 {
		t.Fatalf("the shell left %v, want a core: nothing would be found", cores)
	}
	w.findsOnly("sessionJwt", "file "+w.path("core"))
}
