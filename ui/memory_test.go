package ui

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/flows"
	"postern/internal/ptytest"
)

const waitLimit = 10 * time.Second // for a condition, on a busy machine

// memory is a terminal in memory, with a driver at work on it. As no line
// discipline stands between, it turns a line feed into two characters itself.
type memory struct {
	t       *testing.T
	in      *io.PipeWriter
	clock   *clock
	service *service
	cancel  context.CancelCauseFunc

	mu      sync.Mutex
	changed *sync.Cond
	out     bytes.Buffer
	over    bool
	outcome flows.Outcome
	err     error
	mute    bool // answers no question
}

type driver func(context.Context, Term, flows.Flow, flows.Runner) (flows.Outcome, error)

// drive starts a driver; each change is made before that.
func drive(t *testing.T, d driver, f flows.Flow, change ...func(*memory, *Term)) *memory {
	t.Helper()
	r, w := io.Pipe()
	s := &memory{t: t, in: w, clock: &clock{t: noon}, service: &service{}}
	s.changed = sync.NewCond(&s.mu)
	term := testTerm(t)
	term.In, term.Out = r, s
	for _, c := range change {
		c(s, &term)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	s.cancel = cancel
	go func() {
		o, err := d(ctx, term, f, s.service.runner(s.clock))
		s.mu.Lock()
		defer s.mu.Unlock()
		s.over, s.outcome, s.err = true, o, err
		s.changed.Broadcast()
	}()
	t.Cleanup(func() { cancel(nil); _ = w.Close() })
	return s
}

func full(t *testing.T, f flows.Flow, change ...func(*memory, *Term)) *memory {
	t.Helper()
	return drive(t, Full, f, change...)
}

// Write takes the driver's output and answers its question.
func (s *memory) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n")))
	s.changed.Broadcast()
	if bytes.Contains(p, []byte("\x1b[c")) && !s.mute {
		go func() { _, _ = io.WriteString(s.in, "\x1b[?62;22c") }()
	}
	return len(p), nil
}

func (s *memory) keys(keys string) {
	if _, err := io.WriteString(s.in, keys); err != nil {
		s.t.Fatal(err)
	}
}

func (s *memory) raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

// wait waits for a condition, which is called with the lock held.
func (s *memory) wait(what string, cond func() bool) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	late := time.Now().Add(waitLimit)
	stop := make(chan struct{})
	defer close(stop)
	go s.stir(stop)
	for !cond() {
		if time.Now().After(late) || s.over && what != "the end" {
			s.t.Fatalf("waited for %s; over: %v, %+v, %v; got\n%s", what, s.over, s.outcome, s.err, s.screen())
		}
		s.changed.Wait()
	}
}

// stir has conditions looked at that change without output.
func (s *memory) stir(stop <-chan struct{}) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			s.mu.Lock()
			s.changed.Broadcast()
			s.mu.Unlock()
		}
	}
}

func (s *memory) screen() string {
	return ptytest.Replay(s.out.Bytes(), ptytest.Options{}).Text()
}

// until waits until a text stands on the screen.
func (s *memory) until(text string) {
	s.t.Helper()
	s.wait(text, func() bool { return strings.Contains(s.screen(), text) })
}

// untilRaw waits until something was written, at any time.
func (s *memory) untilRaw(text string) {
	s.t.Helper()
	s.wait(text, func() bool { return strings.Contains(s.out.String(), text) })
}

// end waits for the driver to return.
func (s *memory) end() (flows.Outcome, error) {
	s.t.Helper()
	s.wait("the end", func() bool { return s.over })
	return s.outcome, s.err
}
