//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fifo makes one that nobody has opened yet.
func (p *person) fifo(name string) (path string) {
	p.t.Helper()
	path = p.path(name)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// TestSignalEndsTheWaitForAFileThatBlocks: the code may come from a FIFO, and
// then perhaps never.
func TestSignalEndsTheWaitForAFileThatBlocks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		signal syscall.Signal
		want   int
		args   func(p *person) []string
	}{
		{"code file, INT", syscall.SIGINT, 130, func(p *person) []string { return []string{"--code-file", p.fifo("code")} }},
		{"code file, TERM", syscall.SIGTERM, 143, func(p *person) []string { return []string{"--code-file", p.fifo("code")} }},
		{"stdin, INT", syscall.SIGINT, 130, func(*person) []string { return []string{"--code-stdin"} }},
		{"stdin, TERM", syscall.SIGTERM, 143, func(*person) []string { return []string{"--code-stdin"} }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := personWithNothing(t)
			p.set("POSTERN_STORE=none")
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			key := p.path("key")
			cmd := p.command(ctx, append([]string{"--profile", "sandbox", "signup", "ada@example.com", "--enrollment-out", key}, row.args(p)...)...)
			silent, held, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer silent.Close()
			defer held.Close()
			var said bytes.Buffer
			cmd.Stdin, cmd.Stderr = silent, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			until(t, "the key, after which the code is read", func() bool {
				info, err := os.Stat(key)
				return err == nil && info.Size() > 0
			})
			if err := cmd.Process.Signal(row.signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != row.want {
				t.Errorf("got exit %d, %s, want %d", got, said.String(), row.want)
			}
		})
	}
}

func TestCodeFileMayBeAFIFO(t *testing.T) {
	t.Parallel()
	p := personWithNothing(t)
	p.set("POSTERN_STORE=none")
	path := p.fifo("code")
	go func() {
		if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil { // waits for the reader
			_, _ = f.WriteString("000000\n")
			_ = f.Close()
		}
	}()
	got := p.want(6, "--profile", "sandbox", "signup", "ada@example.com", "--enrollment-out", p.path("key"), "--code-file", path)
	if !strings.Contains(got.stderr, "code") {
		t.Errorf("got %s, want the wrong code", got.stderr)
	}
}

func TestDebugFileThatNobodyReadsHoldsNothingUp(t *testing.T) {
	t.Parallel()
	p := personWithNothing(t)
	p.set("POSTERN_STORE=none")
	path := p.fifo("log")
	signup := []string{"--profile", "sandbox", "--debug", path, "signup", "ada@example.com", "--enrollment-out", p.path("key"), "--code-file", os.DevNull}
	if got := p.want(2, signup...).stderr; !strings.Contains(got, "nobody reads from "+path+" yet") {
		t.Errorf("got %s, want why", got)
	}
	reader, err := os.OpenFile(path, os.O_RDWR, 0) // has it open, and reads nothing
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	fill(t, path)
	p.want(10, signup...)
	if _, err := io.CopyN(io.Discard, reader, pipeSize); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(filepath.Join(p.work, "key"))
	p.want(10, signup...)
	var line [7]byte
	if _, err := io.ReadFull(reader, line[:]); err != nil || string(line[:]) != `{"time"` {
		t.Errorf("got %q, %v, want a line of the log", line, err)
	}
}

const pipeSize = 64 << 10 // pipe(7)

// fill makes a FIFO full, so that a writer waits.
func fill(t *testing.T, path string) {
	t.Helper()
	fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	for {
		if _, err := syscall.Write(fd, make([]byte, 4096)); errors.Is(err, syscall.EAGAIN) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
