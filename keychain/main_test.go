package keychain

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// childVar makes the test program one process of a test instead: the name of a
// child below.
const childVar = "KEYCHAIN_TEST_CHILD"

// limit is how long anything may take that a test waits for.
const limit = 10 * time.Second

const account = "v1:0123456789abcdef"

// children are the other processes of tests. What they return is printed.
var children = map[string]func(dir string) error{
	"ready": func(dir string) error {
		return NewKeyring("postern-test", Dirs{State: dir}).Ready(context.Background())
	},
	"load": func(dir string) error {
		_, err := NewKeyring("postern-test", Dirs{State: dir}).Load(context.Background(), account)
		return err
	},
	"save": func(dir string) error { return NewFiles(dir).Save("name", []byte(os.Getenv("CONTENT"))) },
	"save keyring": func(dir string) error {
		return NewKeyring("postern-test", Dirs{State: dir}).Save(context.Background(), account, []byte(os.Getenv("CONTENT")))
	},
	"save sealed": func(dir string) error {
		return NewKeyFile(Dirs{State: dir}, filepath.Join(dir, "key")).Save(context.Background(), account, []byte(os.Getenv("CONTENT")))
	},
	"save passphrase": func(dir string) error {
		s := fakePassphrase(dir, (&person{text: "words"}).ask, noKeys{})
		return s.Save(context.Background(), account, []byte(os.Getenv("CONTENT")))
	},
	"ready kernel": func(dir string) error {
		k := NewKernel(Dirs{State: dir})
		k.keys = ownKeys{fakeKeys{}}
		return k.Ready(context.Background())
	},
	"try lock": func(dir string) error {
		unlock, err := Dirs{State: dir}.lock(context.Background(), account, 0)
		if err == nil {
			unlock()
		}
		return err
	},
	"lock": func(dir string) error {
		unlock, err := Dirs{State: dir}.lock(context.Background(), account, lockWait)
		if err != nil {
			return err
		}
		defer unlock()
		fmt.Println("locked")
		_, err = io.Copy(io.Discard, os.Stdin)
		return err
	},
}

func TestMain(m *testing.M) {
	if f, ok := children[os.Getenv(childVar)]; ok {
		runtime.LockOSThread() // strace counts the calls of each thread
		err := f(os.Getenv("DIR"))
		fmt.Println(StateOf(err), "|", err)
		return
	}
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// child is the command that runs one of the children with its files in dir.
// The words of wrapper, such as strace, come before it.
func child(t *testing.T, name, dir string, wrapper ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	argv := append(wrapper, self)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{childVar + "=" + name, "DIR=" + dir, "PATH=" + os.Getenv("PATH"), "HOME=" + dir,
		"GORACE=atexit_sleep_ms=0"}
	cmd.WaitDelay = limit
	return cmd
}

// output runs cmd and returns the last line it printed.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", cmd, err, out, errs.Bytes())
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}
