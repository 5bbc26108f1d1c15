package sdktest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"postern/keychain/keyringtest"
)

// product is the built program with a home and a keyring of its own.
type product struct {
	t    *testing.T
	path string
	env  []string
}

func newProduct(t *testing.T) product {
	t.Helper()
	keyring := keyringtest.Start(t)
	path := filepath.Join(t.TempDir(), "postern")
	if out, err := exec.Command("go", "build", "-o", path, "postern").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	env := append(keyring.Env(), "PATH="+filepath.Dir(path)+string(os.PathListSeparator)+os.Getenv("PATH"))
	return product{t, path, env}
}

// run runs a command that must succeed and returns its stdout.
func (p product) run(args ...string) string {
	p.t.Helper()
	cmd := exec.Command(p.path, args...)
	cmd.Env = p.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("postern %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// serve starts `sandbox serve` on the profile's own state.
func (p product) serve() ready {
	p.t.Helper()
	cmd := exec.Command(p.path, "sandbox", "serve", "--json")
	cmd.Env = p.env
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			p.t.Errorf("sandbox serve ended with %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	var r ready
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		p.t.Fatalf("ready line %q: %v", line, err)
	}
	return r
}

type ready struct {
	BaseURL       string `json:"base_url"`
	ProjectID     string `json:"project_id"`
	ManagementKey string `json:"management_key"`
}

type verdict struct {
	Valid bool     `json:"valid"`
	Sub   string   `json:"sub"`
	AMR   []string `json:"amr"`
	Error string   `json:"error"`
}

// nodeSays lets the official Node SDK judge a token.
func nodeSays(t *testing.T, node, baseURL, projectID, token string) verdict {
	t.Helper()
	cmd := exec.Command(node, "validate.mjs", baseURL, projectID)
	cmd.Dir = "node"
	cmd.Stdin = strings.NewReader(token)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("node: %v\n%s", err, exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	var v verdict
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("node printed %q: %v", out, err)
	}
	return v
}

func TestNodeSDKAcceptsThePrintedToken(t *testing.T) {
	node := nodeSDK(t)
	p := newProduct(t)

	key := filepath.Join(t.TempDir(), "key.json")
	p.run("--profile", "sandbox", "signup", "sdk@example.com", "--no-input",
		"--enrollment-out", key, "--code-command", "postern sandbox code sdk@example.com")
	token := p.run("token")
	var claims struct {
		Sub string `json:"sub"`
	}
	if err := json.Unmarshal([]byte(p.run("token", "--format", "claims")), &claims); err != nil {
		t.Fatal(err)
	}
	server := p.serve()

	v := nodeSays(t, node, server.BaseURL, server.ProjectID, token)
	if !v.Valid || v.Sub == "" || v.Sub != claims.Sub || strings.Join(v.AMR, " ") != "totp" {
		t.Errorf("got %+v, want valid for %s by totp", v, claims.Sub)
	}

	head, rest, _ := strings.Cut(token, ".")
	body, sig, _ := strings.Cut(rest, ".")
	forged := head + "." + body + "." + strings.Repeat("A", len(sig))
	if v := nodeSays(t, node, server.BaseURL, server.ProjectID, forged); v.Valid {
		t.Error("a token with another signature was accepted: this test proves nothing")
	}
}

// TestNodeLinesOfTheDocsRun runs what docs/sandbox.md shows, as it stands there.
func TestNodeLinesOfTheDocsRun(t *testing.T) {
	node := nodeSDK(t)
	page, err := os.ReadFile("../../../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), "```js\n")
	lines, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("docs/sandbox.md shows no lines for Node")
	}
	p := newProduct(t)
	server := p.serve()
	cmd := exec.Command(node, "--input-type=module", "-e", lines)
	cmd.Dir = "node"
	cmd.Env = append(p.env, "BASE_URL="+server.BaseURL, "PROJECT_ID="+server.ProjectID, "MANAGEMENT_KEY="+server.ManagementKey)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	var users struct {
		Users []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(p.run("sandbox", "users", "--json")), &users); err != nil || len(users.Users) != 1 {
		t.Fatalf("got users %v, %v, want one", users, err)
	}
	if got, want := strings.TrimSpace(string(out)), users.Users[0].ID+" [ 'email' ]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
