//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is a sandbox that listens, as `postern sandbox serve` prints it.
type server struct {
	BaseURL           string `json:"base_url"`
	ProjectID         string `json:"project_id"`
	ManagementKey     string `json:"management_key"`
	AuthManagementKey string `json:"auth_management_key"`
	offset            time.Duration
	stop              func() // ends it, once
}

// serve runs the sandbox on the person's own state, with flags.
func (p *person) serve(flags ...string) *server {
	p.t.Helper()
	cmd := p.command(context.Background(), append([]string{"sandbox", "serve", "--json"}, flags...)...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		p.t.Fatalf("serve: %v", err)
	}
	stop := sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
		defer late.Stop()
		if err := cmd.Wait(); err != nil {
			p.t.Errorf("serve after SIGTERM: got %v, want exit 0", err)
		}
	})
	p.t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	s := &server{stop: stop}
	if err == nil {
		err = json.Unmarshal([]byte(line), s)
	}
	if err != nil {
		p.t.Fatalf("serve: its first line %q: %v", line, err)
	}
	return s
}

// serveSteadily serves with the clock about off this computer's, at the
// beginning of a code's half minute: nothing in a test then depends on when it
// is run.
func (p *person) serveSteadily(off time.Duration, flags ...string) *server {
	p.t.Helper()
	const step = 30 * time.Second
	into := time.Duration(time.Now().Add(off).UnixNano()) % step
	off += (5*time.Second - into).Truncate(time.Second)
	s := p.serve(append(flags, "--clock-offset", off.String())...)
	s.offset = off
	return s
}

// now is the time at the server, which the phones of its users go by.
func (s *server) now() time.Time { return time.Now().Add(s.offset) }

// flags name the server to the program.
func (s *server) flags(more ...string) []string {
	return append([]string{"--project-id", s.ProjectID, "--base-url", s.BaseURL}, more...)
}

// errorCode sends a refresh token to the server's refresh call, as anybody
// could who had found it. It answers Descope's error code, "" for success.
func (s *server) errorCode(t *testing.T, refreshToken string) string {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, s.BaseURL+"/v1/auth/refresh", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.ProjectID+":"+refreshToken)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body struct {
		ErrorCode  string `json:"errorCode"`
		SessionJWT string `json:"sessionJwt"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if body.ErrorCode == "" && body.SessionJWT == "" {
		t.Fatalf("refresh by hand: status %d without a session and without an error code", resp.StatusCode)
	}
	return body.ErrorCode
}

// unix is a time as programs like oathtool and date take it after an @.
func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
