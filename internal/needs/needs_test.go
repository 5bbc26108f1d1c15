package needs_test

import (
	"errors"
	"runtime"
	"testing"

	"postern/internal/needs"
)

// watched notes how a test would have ended.
type watched struct {
	testing.TB
	ended string
}

func (w *watched) Helper() {}

func (w *watched) Skipf(string, ...any) { w.ended = "skipped"; runtime.Goexit() }

func (w *watched) Fatalf(string, ...any) { w.ended = "failed"; runtime.Goexit() }

func TestMissingPartSkipsUnlessAllAreRequired(t *testing.T) {
	for _, row := range []struct{ name, all, want string }{
		{"by default", "", "skipped"},
		{"all required", "1", "failed"},
		{"some other value", "0", "skipped"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Setenv(needs.RequireAll, row.all)
			w := &watched{TB: t}
			over := make(chan struct{})
			go func() {
				defer close(over)
				needs.Part(w, "a part", errors.New("not here"))
			}()
			<-over
			if w.ended != row.want {
				t.Errorf("got %q, want %q", w.ended, row.want)
			}
		})
	}
}

func TestPartThatIsThereIsSilent(t *testing.T) {
	needs.Part(t, "a part", nil)
	if path := needs.Tool(t, "go"); path == "" {
		t.Error("got no path for go")
	}
}
