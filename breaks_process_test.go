//go:build linux

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// breakDir is short: sockets lie below it, whose paths end at 107 bytes. It goes
// with what still runs there, before the next row: a test program is large.
func breakDir(t *testing.T) (dir string, remove func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "b")
	if err == nil {
		err = os.Chmod(dir, 0o711) // some tests are somebody else below it
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir, func() {
		for _, err := range []error{endBelow(dir), os.RemoveAll(dir)} {
			if err != nil {
				t.Error(err)
			}
		}
	}
}

// together runs cmd and ends it with all of its process group.
func together(cmd *exec.Cmd, limit time.Duration) (string, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = 5 * time.Second // whoever left the group may hold its output
	if err := cmd.Start(); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }()
	select {
	case err := <-ended:
		return out.String(), err
	case <-time.After(limit):
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
		return out.String(), context.DeadlineExceeded
	}
}

// endBelow ends the processes that a broken program left behind, such as a
// session bus: they have a path below dir in their environment.
func endBelow(dir string) error {
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range all {
		env, _ := os.ReadFile(path)
		if !bytes.Contains(env, []byte("="+dir+"/")) && !bytes.Contains(env, []byte("TMPDIR="+dir+"\x00")) {
			continue
		}
		pid, convErr := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if convErr == nil && pid != os.Getpid() {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	return err
}
