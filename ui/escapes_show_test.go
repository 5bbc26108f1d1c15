package ui

import (
	"context"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/client"
	"postern/internal/ptytest"
)

// shown is a word on its way to a screen.
type shown struct {
	*memory
	printed string // instead
}

// show drives a flow until the word stands there, or prints lines.
func (f escapeField) show(t *testing.T, d escapeDriver, word string) *shown {
	t.Helper()
	project, err := client.NewProject(escapeProject, "https://"+host)
	must(err)
	c := client.New(client.Config{Project: project, Transport: f.reply(word), Now: func() time.Time { return noon }})
	if f.lines != nil {
		return &shown{printed: strings.Join(f.lines(t, c), "\r\n") + "\r\n"}
	}
	s := &shown{memory: drive(t, d.run, f.flow(), func(s *memory, _ *Term) { s.service.auth = c })}
	for _, l := range f.typed {
		if s.waitFor(l.see, tooLong); f.refuses(word) {
			break
		}
		if d.name == "line by line" {
			l.keys += "\n"
		}
		s.keys(l.keys)
	}
	return s
}

func (f escapeField) refuses(word string) bool { return f.longest > 0 && len(word) > f.longest }

const tooLong = "longer than" // how a refusal says it

// waitFor waits for one of some words, wherever the lines are broken.
func (s *shown) waitFor(words ...string) {
	s.t.Helper()
	s.wait(strings.Join(words, " or "), func() bool {
		text := squeezed(ptytest.Replay(s.out.Bytes(), ptytest.Options{}))
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, strings.ReplaceAll(w, " ", "")) })
	})
}

func (s *shown) grid() ptytest.Grid {
	if s.memory == nil {
		return ptytest.Replay([]byte(s.printed), ptytest.Options{Rows: 60})
	}
	return ptytest.Replay([]byte(s.raw()), ptytest.Options{})
}

// close ends the flow, and answers all that was sent.
func (s *shown) close() string {
	if s.memory == nil {
		return s.printed
	}
	s.cancel(nil)
	_, _ = s.end()
	return s.raw()
}

// signsIn keeps a session as `login` does.
func signsIn(t *testing.T, c *client.Client) (*client.Session, *client.Account) {
	t.Helper()
	s, err := c.VerifyTOTP(t.Context(), ada, "123456")
	if err != nil {
		t.Fatal(err)
	}
	a := client.NewAccount(c, "default", shelfVault{shelf{}}, shelfCache{shelf{}})
	if _, err := a.Keep(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s, a
}

func inspectionLines(t *testing.T, c *client.Client) []string {
	t.Helper()
	_, a := signsIn(t, c)
	in, found, err := a.Inspect(t.Context())
	if err != nil || !found {
		t.Fatalf("got %v, %t, want the token", err, found)
	}
	return InspectionLines(in, host, c.Now())
}

func tenantLines(t *testing.T, c *client.Client) []string {
	t.Helper()
	s, _ := signsIn(t, c)
	list, err := c.Tenants(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(TenantLines(list, s.Claims().Tenant), inspectionLines(t, c), []string{SayTenant(s.Claims().Tenant)})
}

// waitLike waits until two screens are the same, as both come to rest. What
// they differ in at the limit is for the caller to tell.
func (s *shown) waitLike(other *shown) {
	late, tick := time.After(likeLimit), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !reflect.DeepEqual(s.grid(), other.grid()) {
		select {
		case <-late:
			return
		case <-tick.C:
		}
	}
}

const likeLimit = time.Second // a screen is at rest long before, on a busy machine too

// shelf is where records and sessions stay, by name.
type shelf map[string][]byte

type (
	shelfVault struct{ shelf }
	shelfCache struct{ shelf }
)

func (v shelfVault) Ready(context.Context) error                  { return nil }
func (v shelfVault) Lock(context.Context, string) (func(), error) { return func() {}, nil }
func (v shelfVault) Load(_ context.Context, name string) ([]byte, error) {
	return shelfCache(v).Load(name)
}
func (v shelfVault) Save(_ context.Context, name string, raw []byte) error {
	v.shelf[name] = raw
	return nil
}
func (v shelfVault) Delete(_ context.Context, name string) error { delete(v.shelf, name); return nil }

func (c shelfCache) Load(name string) ([]byte, error) {
	raw, there := c.shelf[name]
	if !there {
		return nil, fs.ErrNotExist
	}
	return raw, nil
}
func (c shelfCache) Save(name string, raw []byte) error { c.shelf[name] = raw; return nil }
func (c shelfCache) Delete(name string) error           { delete(c.shelf, name); return nil }
