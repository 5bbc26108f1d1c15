//go:build linux

package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"postern/internal/needs"
)

// release builds the program as people have it: without the race detector,
// which needs many times the memory.
func release(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "postern")
	if out, err := exec.Command(needs.Tool(t, "go"), "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// TestFaultXLifeGoesOnInOddPlaces signs up, signs in and signs out where
// something that most computers have is not there.
func TestFaultXLifeGoesOnInOddPlaces(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		make func(t *testing.T) *person
	}{
		{"X08 TMPDIR that is not there", func(t *testing.T) *person {
			p := personWithKernel(t)
			p.set("TMPDIR=/nonexistent")
			return p
		}},
		{"X15 PATH empty", func(t *testing.T) *person {
			p := personWithKernel(t)
			p.set("PATH=")
			return p
		}},
		{"X10 a user id without a name", func(t *testing.T) *person {
			p, own := asAnybody(t)
			p.set("POSTERN_STORE=kernel", "USER=", "LOGNAME=")
			p.own = own
			return p
		}},
		// Of data: the runtime reserves more addresses than that before it begins.
		{"X14 256 MB of memory", func(t *testing.T) *person {
			p := personWithKernel(t)
			p.program = release(t)
			p.before = []string{needs.Tool(t, "prlimit"), "--data=268435456"}
			return p
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := row.make(t)
			if p.program == "" {
				p.program, _ = exec.LookPath("postern")
			}
			flags := []string{"--profile", "sandbox"}
			key := p.path("key.json")
			p.want(0, append(flags, "signup", ann, "--enrollment-out", key, "--code-command", "'"+p.program+"' sandbox code "+ann)...)
			if n := strings.Count(p.want(0, append(flags, "token")...).stdout, "."); n != 2 {
				t.Errorf("got a token of %d dots, want 2", n)
			}
			p.want(0, append(flags, "logout")...)
		})
	}
}

func TestFaultX10NoNameAndNoHomeIsSaid(t *testing.T) {
	t.Parallel()
	p, own := asAnybody(t)
	p.own = own
	p.set("HOME=", "USER=", "LOGNAME=")
	r := p.want(13, "--profile", "sandbox", "status")
	if !strings.Contains(r.stderr, "HOME") {
		t.Errorf("got %q, want it to name HOME", r.stderr)
	}
}

// readOnly runs a command where a home cannot be written.
const readOnly = `mount --bind "$HOME" "$HOME" && mount -o remount,ro,bind "$HOME" || exit 99
if touch "$HOME/x" 2>/dev/null; then exit 99; fi
exec "$@"`

func TestFaultX13NothingCanBeWritten(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	away(c)
	code := c.path("code")
	write(t, code, c.code(1)+"\n")
	c.before = []string{needs.Tool(t, "unshare"), "--mount", "sh", "-c", readOnly, "sh"}
	if os.Geteuid() != 0 {
		c.before = append([]string{c.before[0], "--map-root-user"}, c.before[1:]...)
	}
	r := c.run(c.flags("--store", "none", "login", ann, "--code-file", code)...)
	if r.code == 99 {
		needs.Part(t, "leave to mount", errors.New(r.stderr))
	}
	if r.code != 0 || !strings.Contains(r.stderr+r.stdout, "Signed in as ann") {
		t.Errorf("got exit %d, want signed in\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// A management key can do anything to a project: it is none of ours, wherever
// developers keep it.
func TestFaultX01AndX02AndX03KeysOfOthersAreNotRead(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	const mark = "K2canaryOfAManagementKey"
	c.set("DESCOPE_MANAGEMENT_KEY="+mark, "DESCOPE_AUTH_MANAGEMENT_KEY="+mark, "DESCOPE_PUBLIC_KEY="+mark)
	target, err := url.Parse(c.server.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var asked strings.Builder
	proxy := httputil.NewSingleHostReverseProxy(target)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := httputil.DumpRequest(r, true)
		mu.Lock()
		asked.Write(raw)
		mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	c.server.BaseURL = srv.URL
	c.at = c.server.flags()
	said := ""
	byApp(c)
	for _, args := range [][]string{{"status"}, {"whoami"}, {"refresh"}, {"inspect"}, {"check"}, {"profile", "show"}, {"logout"}} {
		r := c.want(0, c.flags(args...)...)
		said += r.stdout + r.stderr
	}
	c.must(1, "login", ann)
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(asked.String(), "Bearer "+c.server.ProjectID) {
		t.Fatalf("nothing was recorded:\n%s", asked.String())
	}
	if strings.Contains(asked.String(), mark) || strings.Contains(said, mark) || len(filesWith(t, c.home, mark)) > 0 {
		t.Error("the key was sent, shown or kept")
	}
}

// Where a developer's own variables lead, a person sees before any code.
func TestFaultX04HostOfTheEnvironmentStandsBesideTheCode(t *testing.T) {
	t.Parallel()
	for _, h := range hands[:2] {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newCustomer(t, h)
			away(c)
			c.set("DESCOPE_PROJECT_ID="+c.server.ProjectID, "DESCOPE_BASE_URI="+c.server.BaseURL)
			c.at = nil
			on := c.asked("login", ann)
			on.says("Code for " + strings.TrimPrefix(c.server.BaseURL, "http://"))
			on.Type("\x03")
			on.ends(t, 130)
		})
	}
}

func TestFaultX06ProxyOfTheEnvironmentIsUsedAndNamed(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	wanted := make(chan string, 10)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				wanted <- r.Method + " " + r.Host
			}
			_, _ = io.WriteString(conn, "HTTP/1.1 403 No\r\n\r\n")
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	p.set("HTTPS_PROXY=http://name:canary@" + l.Addr().String())
	r := p.want(9, "--project-id", "P2abcdefghijklmnopqrstuvwxyz", "--base-url", "https://auth.invalid", "login", ann, "--code-command", "echo 123456")
	if !strings.Contains(r.stderr, "proxy "+l.Addr().String()) || strings.Contains(r.stderr, "canary") {
		t.Errorf("got %q, want the proxy named without its password", r.stderr)
	}
	select {
	case got := <-wanted:
		if got != "CONNECT auth.invalid:443" {
			t.Errorf("the proxy was asked for %q", got)
		}
	default:
		t.Error("the proxy was not asked")
	}
}

// A switch of the Go runtime prints every header of HTTP/2, and the bearer
// token is one.
func TestFaultX07DebugSwitchOfHTTP2PrintsNoToken(t *testing.T) {
	t.Parallel()
	c := newCustomer(t, hands[2])
	base, authority := overTLS(c.person, c.server.BaseURL)
	c.server.BaseURL, c.at = base, []string{"--project-id", c.server.ProjectID, "--base-url", base}
	c.set("SSL_CERT_FILE="+authority, "GODEBUG=http2debug=2")
	var out heap
	c.heard = func(_ []string, r ran) { out.add("stderr", r.stderr) }
	byApp(c)
	_, refresh := c.tokens(t, c.server)
	c.want(0, c.flags("whoami")...)
	c.want(0, c.flags("logout")...)
	if where := out.with(refresh); len(where) > 0 {
		t.Errorf("the refresh token was printed, in %v", where)
	}
}
