//go:build linux

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Figures of a process that a server means ill: nothing that it sends may cost
// more than this.
const (
	mostMemory = 64 << 20         // bytes resident, at the worst moment
	mostGrowth = 8 << 20          // bytes more than a reply of no size
	mostTime   = 16 * time.Second // a call's deadline, and a busy machine's second
)

// TestFaultSAndJAndNHostileServerCostsLittle asks servers for a key set with
// the program as people have it, and looks at its memory all the while.
func TestFaultSAndJAndNHostileServerCostsLittle(t *testing.T) {
	t.Parallel()
	program := release(t)
	base := costs(t, program, hostile{serve: func(conn net.Conn) error {
		time.Sleep(100 * time.Millisecond) // long enough to be looked at
		return send(conn, jsonHead+"Content-Length: 2\r\n\r\n7 ")
	}, exits: 9})
	t.Logf("nothing: %d KiB", base>>10)
	for _, row := range hostileServers() {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := costs(t, program, row)
			t.Logf("%d KiB", got>>10)
			if got > mostMemory || got-base > mostGrowth {
				t.Errorf("got %d KiB resident, %d more than for nothing", got>>10, (got-base)>>10)
			}
		})
	}
}

const jsonHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

// hostile is a server that answers each request in one way.
type hostile struct {
	name  string
	serve func(conn net.Conn) error
	exits int // the program's
}

func hostileServers() []hostile {
	key := `{"kty":"RSA","alg":"RS256","kid":"%d","n":"` + strings.Repeat("A", 340) + `","e":"AQAB"},`
	var keys strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&keys, key, i)
	}
	return []hostile{
		{"S15 100 MB", func(conn net.Conn) error { return pour(conn, jsonHead+"Content-Length: 104857600\r\n\r\n", 100<<20) }, 9},
		{"S15 100 MB of chunks", func(conn net.Conn) error {
			_ = send(conn, jsonHead+"Transfer-Encoding: chunked\r\n\r\n6400000\r\n")
			return pour(conn, "", 100<<20)
		}, 9},
		{"S15 100 MB of a refusal", func(conn net.Conn) error {
			return pour(conn, strings.Replace(jsonHead, "200 OK", "403 No", 1)+"Content-Length: 104857600\r\n\r\n", 100<<20)
		}, 9},
		{"S16 100 MB of headers", func(conn net.Conn) error { return pour(conn, jsonHead+"X: ", 100<<20) }, 9},
		{"S17 1 GB in a gzip", func(conn net.Conn) error {
			return send(conn, jsonHead+"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"+gigabyte())
		}, 9},
		{"J19 10,000 keys", func(conn net.Conn) error {
			body := `{"keys":[` + strings.TrimSuffix(keys.String(), ",") + "]}"
			return send(conn, fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", jsonHead, len(body), body))
		}, 9},
		{"J19 10,000 short keys", func(conn net.Conn) error {
			body := `{"keys":[` + strings.Repeat(`{"kty":"oct","kid":"x"},`, 9_999) + `{}]}`
			return send(conn, fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", jsonHead, len(body), body))
		}, 14},
		{"N10 headers, a byte a second", func(conn net.Conn) error { return drip(conn, jsonHead) }, 9},
		{"N11 a body, a byte a second", func(conn net.Conn) error {
			_ = send(conn, jsonHead+"Content-Length: 1000\r\n\r\n")
			return drip(conn, strings.Repeat(" ", 1000))
		}, 9},
	}
}

// costs is what the program had resident at the most, signing in at a server.
func costs(t *testing.T, program string, h hostile) (bytes int) {
	t.Helper()
	p := personWithKernel(t)
	p.program = program
	cmd := p.command(context.Background(), "--project-id", "P2abcdefghijklmnopqrstuvwxyz", "--base-url", "http://"+h.listens(t),
		"login", ann, "--code-command", "echo 123456")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	for tick := time.NewTicker(2 * time.Millisecond); ; {
		bytes = max(bytes, peak(cmd.Process.Pid))
		select {
		case <-tick.C:
			continue
		case <-ended:
			tick.Stop()
		}
		break
	}
	if took := time.Since(began); took > mostTime {
		t.Errorf("took %v, want at most %v", took, mostTime)
	}
	if got := cmd.ProcessState.ExitCode(); got != h.exits {
		t.Errorf("got exit %d, want %d", got, h.exits)
	}
	if bytes == 0 {
		t.Fatal("its memory was never seen")
	}
	return bytes
}

// listens serves until the test ends.
func (h hostile) listens(t *testing.T) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_ = h.serve(conn)
					_, _ = io.Copy(io.Discard, conn) // until the program has enough
				}
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); conns.Wait() })
	return l.Addr().String()
}

var highWater = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// peak is the most that a process had resident so far, 0 when it is over.
func peak(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	m := highWater.FindSubmatch(status)
	if err != nil || m == nil {
		return 0
	}
	kib, _ := strconv.Atoi(string(m[1]))
	return kib << 10
}

func send(conn net.Conn, text string) error {
	_, err := io.WriteString(conn, text)
	return err
}

// pour sends blanks, which are JSON as far as they go.
func pour(conn net.Conn, head string, n int) error {
	blanks := strings.Repeat(" ", 64<<10)
	err := send(conn, head)
	for ; err == nil && n > 0; n -= len(blanks) {
		err = send(conn, blanks)
	}
	return err
}

// drip sends a byte a second.
func drip(conn net.Conn, text string) (err error) {
	for tick := time.NewTicker(time.Second); err == nil && text != ""; text = text[1:] {
		err = send(conn, text[:1])
		<-tick.C
	}
	return err
}

// gigabyte is a gzip of a gigabyte of blanks: members of a megabyte each
// (RFC 1952 §2.2).
var gigabyte = sync.OnceValue(func() string {
	var one bytes.Buffer
	z, _ := gzip.NewWriterLevel(&one, gzip.BestCompression)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<20))
	_ = z.Close()
	return strings.Repeat(one.String(), 1024)
})
