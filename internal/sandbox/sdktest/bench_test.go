package sdktest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/internal/sandbox"
)

// object is a decoded JSON object.
type object = map[string]any

// bench is a server with many sandboxes. Each is at a path of its own, such
// as /12: the SDK appends the paths of its calls to the base URL. They share
// one identity and signing key, and nothing else.
type bench struct {
	t        *testing.T
	url      string
	identity sandbox.Ready
	state    []byte // of a sandbox with an identity and a key, and nobody in it

	mu    sync.Mutex
	desks map[string]*desk
}

// desk is one sandbox of a bench, and whoever sits between it and the SDK.
type desk struct {
	box   *sandbox.Sandbox
	front http.Handler
	clock *clock
}

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, desks: map[string]*desk{}}
	dir := t.TempDir()
	box, err := sandbox.Open(sandbox.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	served := errors.New("served")
	err = box.Serve(t.Context(), "127.0.0.1:0", func(r sandbox.Ready) error {
		b.identity = r
		return served
	})
	if !errors.Is(err, served) {
		t.Fatal(err)
	}
	// The first call that needs one makes the signing key.
	w := httptest.NewRecorder()
	box.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v2/keys/"+b.identity.ProjectID, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("got %d for the key set, want 200", w.Code)
	}
	if b.state, err = os.ReadFile(filepath.Join(dir, "state.db")); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// open adds a sandbox with some settings. between wraps it, nil for nobody.
func (b *bench) open(id string, set func(*sandbox.Options), between func(http.Handler) http.Handler) *desk {
	b.t.Helper()
	d := &desk{clock: &clock{at: time.Now().Truncate(time.Minute)}}
	opts := sandbox.Options{Dir: b.t.TempDir(), Now: d.clock.now}
	if set != nil {
		set(&opts)
	}
	err := os.WriteFile(filepath.Join(opts.Dir, "state.db"), b.state, 0o600)
	if err == nil {
		d.box, err = sandbox.Open(opts)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	if d.front = d.box; between != nil {
		d.front = between(d.box)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.desks[id] = d
	return d
}

// ServeHTTP answers /<desk>/… as its sandbox, and /control/<desk>/… as the
// hand that moves its clock and opens its mail.
func (b *bench) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, control := strings.CutPrefix(r.URL.Path, "/control")
	id, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	b.mu.Lock()
	d := b.desks[id]
	b.mu.Unlock()
	switch {
	case d == nil:
		http.NotFound(w, r)
	case control:
		d.control(w, r, strings.TrimPrefix(path, "/"+id))
	default:
		http.StripPrefix("/"+id, d.front).ServeHTTP(w, r)
	}
}

func (d *desk) control(w http.ResponseWriter, r *http.Request, path string) {
	answer, err := any(object{}), error(nil)
	switch path {
	case "/pass":
		var seconds int
		if seconds, err = strconv.Atoi(r.URL.Query().Get("seconds")); err == nil {
			d.clock.pass(time.Duration(seconds) * time.Second)
		}
	case "/inbox":
		answer, err = d.newest(r.Context(), r.URL.Query().Get("login"))
	default:
		err = errors.New("no such control")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // the only error is that nobody listens any more
}

// newest is the last message that was delivered to a login id.
func (d *desk) newest(ctx context.Context, loginID string) (sandbox.Message, error) {
	messages, err := d.box.Inbox(ctx)
	if err != nil {
		return sandbox.Message{}, err
	}
	for _, m := range messages {
		if m.LoginID == loginID {
			return m, nil
		}
	}
	return sandbox.Message{}, errors.New("nothing was delivered to " + loginID)
}
