//go:build linux

package main

import (
	"cmp"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// wrongs are places of the source where something goes wrong with a secret in
// its hands, if the variable WRONG says so.
var wrongs = []struct{ file, before, wrong string }{
	{"ui/update.go", "	case flows.Done:\n", `	case flows.Done:
		if e, is := msg.Result.(flows.Enrolled); is && os.Getenv("WRONG") == "Update" {
			panic(e.Enrollment.Key.Reveal())
		}
`},
	{"client/enrollment.go", "	return e, nil\n", `	if os.Getenv("WRONG") == "a task" {
		panic(e.Key.Reveal())
	}
	return e, nil
`},
	{"client/call.go", "		call := Call{Op: r.op,", `		if os.Getenv("WRONG") == "the debug file" {
			r.op += " " + r.bearer.Reveal()
		}
		call := Call{Op: r.op,`},
	{"internal/cli/token.go", "	switch format {\n", `	switch os.Getenv("WRONG") {
	case "the command line":
		panic(s.Token().Reveal())
	case "nobody recovers":
		go panic(s.Token().Reveal())
		select {}
	}
	switch format {
`},
}

// goingWrong builds the program with them. No file of the checkout is changed.
func goingWrong(t *testing.T) (program string) {
	t.Helper()
	dir, replace := t.TempDir(), replaced(t)
	for _, w := range wrongs {
		file, err := filepath.Abs(w.file)
		if err != nil {
			t.Fatal(err)
		}
		source := read(t, cmp.Or(replace[file], file))
		if n := strings.Count(source, w.before); n != 1 {
			t.Fatalf("%q stands %d times in %s, want once", w.before, n, w.file)
		}
		replace[file] = filepath.Join(dir, strings.ReplaceAll(w.file, "/", "-"))
		source = strings.Replace(source, "import (\n", "import (\n\t\"os\"\n", 1)
		write(t, replace[file], strings.Replace(source, w.before, w.wrong, 1))
	}
	plan, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "plan.json"), string(plan))
	program = filepath.Join(dir, "postern")
	build := exec.Command(needs.Tool(t, "go"), "build", "-ldflags=-s -w", "-overlay", filepath.Join(dir, "plan.json"), "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// wrong runs what goes wrong, and answers its exit code and what it says.
type wrong func(*sweep) (code int, said string)

// signsUpWrong loses the key: at once on the way to the screen, in a task after
// which the person stops.
func signsUpWrong(stops bool) wrong {
	return func(w *sweep) (int, string) {
		o := w.options(w.flags(append(w.hand.flags, "signup", ann, "--name", "Ann", "--phone", "+15550100")...))
		o.Path = w.program
		on := &enrolling{Session: ptytest.Start(w.t, o), p: w.person, server: w.server, plain: len(w.hand.flags) > 0}
		if stops {
			on.says("Something went wrong inside this program")
			on.picks("3")
		}
		code := on.Wait()
		on.CheckRestored()
		w.out.add("terminal", string(on.Raw()))
		return code, on.Screen()
	}
}

// runsWrong loses the session of somebody who is signed in.
func runsWrong(args ...string) wrong {
	return func(w *sweep) (int, string) {
		r := w.run(w.flags(args...)...)
		w.out.add("stdout", r.stdout)
		w.out.add("stderr", r.stderr)
		return r.code, r.stderr
	}
}

// TestNoPanicTellsASecret has the program panic with a secret as the text: in
// Update, in the work of a command and of a goroutine, on the command line.
// That the search would find it is shown by a goroutine from which nobody
// recovers, and by a --debug that writes too much.
func TestNoPanicTellsASecret(t *testing.T) {
	t.Parallel()
	program := goingWrong(t)
	for _, row := range []struct {
		name, wrong string
		hand        hand
		does        wrong
		code        int
		secret      string // its name on the wire
		found       string // where it has to be found, "" for nowhere
	}{
		{"Update", "Update", hands[0], signsUpWrong(false), 70, "key", ""},
		{"a command", "a task", hands[0], signsUpWrong(true), 70, "key", ""},
		{"a goroutine", "a task", hands[1], signsUpWrong(true), 70, "key", ""},
		{"no terminal", "a task", hands[2], runsWrong("signup", ann, "--no-input", "--enrollment-out", "enrollment.json", "--code-command", "false"), 70, "key", ""},
		{"the command line", "the command line", hands[2], runsWrong("token"), 70, "sessionJwt", ""},
		{"nobody recovers", "nobody recovers", hands[2], runsWrong("token"), 2, "sessionJwt", "stderr"},
		{"the debug file", "the debug file", hands[2], runsWrong("whoami"), 0, "refreshJwt", "file"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := &sweep{customer: newCustomer(t, row.hand)}
			w.tap, w.base = newTap(t, w.server)
			w.at = []string{"--debug", w.path("calls"), "--project-id", w.server.ProjectID, "--base-url", w.base}
			if row.secret != "key" {
				byApp(w.customer)
			}
			w.program = program
			w.set("WRONG="+row.wrong, "TEA_DEBUG=true", "TEA_TRACE=trace")
			code, said := row.does(w)
			if code != row.code || code == 70 && !strings.Contains(said, "wrong inside") {
				t.Errorf("got exit %d, want %d\n%s", code, row.code, said)
			}
			w.out.addFiles(t, w.home, filepath.Join(w.home, ".local/state/postern/sandbox"), w.path("key"), w.path("enrollment.json"))
			w.findsOnly(row.secret, row.found)
		})
	}
}

// findsOnly fails where a secret of this name stands elsewhere than in one
// place, or does not stand there.
func (w *sweep) findsOnly(name, place string) {
	w.t.Helper()
	crossed, found := false, false
	for secret, of := range w.tap.secrets() {
		crossed = crossed || of == name
		for _, where := range w.out.with(secret) {
			if place == "" || !strings.HasPrefix(where, place) {
				w.t.Errorf("%s: it stands in %s", of, where)
			}
			found = found || of == name
		}
	}
	if !crossed || found != (place != "") {
		w.t.Errorf("%s: crossed the wire %t, found %t, want it found in %q", name, crossed, found, place)
	}
}
