package keychain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"
)

func TestFaultK23AnswerBeforeTheDeadlineCountsAndOneAfterDoesNot(t *testing.T) {
	k, ring := fakeKeyring(t)
	save(t, k, "record")
	slow := func(d time.Duration) func(string) error {
		return func(string) error { <-time.After(d); return nil }
	}
	ring.misbehave(slow(k.wait * 1 / 2))
	for range 3 {
		wantRecord(t, k, "record")
	}
	release := make(chan struct{})
	ring.misbehave(func(string) error { <-release; return nil })
	_, err := k.Load(t.Context(), account)
	if StateOf(err) != Broken || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want broken", err)
	}
	calls := ring.made()
	close(release)
	start := time.Now()
	for range 3 {
		_, again := k.Load(t.Context(), account)
		if err := errors.Join(again, k.Ready(t.Context())); again == nil || err == nil {
			t.Errorf("got %v, want no flapping", err)
		}
	}
	if d := time.Since(start); ring.made() != calls || d > k.wait {
		t.Errorf("got %d further calls in %v, want none", ring.made()-calls, d)
	}
}

// TestFaultK24LateSetChangesNothingElse: the library's Set cannot be taken back,
// but nothing of ours may follow it once the caller has given up.
func TestFaultK24LateSetChangesNothingElse(t *testing.T) {
	k, ring := fakeKeyring(t)
	large := strings.Repeat("x", 3000)
	save(t, k, large)
	release, landed := make(chan struct{}), make(chan struct{})
	ring.misbehave(func(call string) error {
		if call == "set" {
			<-release
			defer close(landed)
		}
		return nil
	})
	if err := k.Save(t.Context(), account, []byte("gen 2")); StateOf(err) != Broken {
		t.Errorf("got %v, want broken", err)
	}
	close(release)
	<-landed
	next, _ := fakeKeyring(t) // the next start of the program
	next.ring, next.files = ring, k.files
	waitFor(t, "the late Set", func() bool {
		got, err := next.Load(t.Context(), account)
		return err == nil && string(got) == "gen 2"
	})
	if !fileThere(t, k.files) {
		t.Error("got the sealed file removed after the deadline")
	}
}

func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	over := time.After(limit)
	for !holds() {
		select {
		case <-over:
			t.Fatalf("waited %v for %s", limit, what)
		case <-time.After(time.Millisecond):
		}
	}
}

func TestFaultK25FailedDeleteIsSaid(t *testing.T) {
	k, ring := fakeKeyring(t)
	save(t, k, strings.Repeat("x", 3000))
	ring.misbehave(func(call string) error {
		if call == "delete" {
			return errors.New("no")
		}
		return nil
	})
	if err := k.Delete(t.Context(), account); StateOf(err) != Broken {
		t.Errorf("got %v, want broken", err)
	}
	wantRecord(t, k, strings.Repeat("x", 3000))
}

func TestFaultK08SetAndDeleteThatDoNothingAreSeen(t *testing.T) {
	k, ring := fakeKeyring(t)
	save(t, k, "old")
	ring.lie = true
	if err := k.Save(t.Context(), account, []byte("new")); !errors.Is(err, errReadBack) {
		t.Errorf("got %v, want the difference seen", err)
	}
	if err := k.Delete(t.Context(), account); !errors.Is(err, errStillThere) {
		t.Errorf("got %v, want the rest seen", err)
	}
	wantRecord(t, k, "old")
}

func TestPanicInTheLibraryIsAnError(t *testing.T) {
	k, ring := fakeKeyring(t)
	ring.misbehave(func(string) error { panic("secret") })
	if _, err := k.Load(t.Context(), account); StateOf(err) != Broken || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want broken without the panic's text", err)
	}
	ring.misbehave(nil)
	wantNothing(t, k) // the next call is free to work
}

func TestLockedKeyringNeedsPatienceForAPrompt(t *testing.T) {
	waiting := in(Waiting, errors.New("locked"))
	for _, row := range []struct {
		name     string
		state    error
		patience time.Duration
		prompt   func(ctx context.Context) error
		want     State
		prompts  int
	}{
		{"no patience", waiting, 0, nil, Locked, 0},
		{"nobody to ask", in(Locked, errors.New("locked")), time.Minute, nil, Locked, 0},
		{"answered", waiting, time.Minute, func(context.Context) error { return nil }, Ready, 1},
		{"dismissed", waiting, time.Minute, func(context.Context) error { return in(Locked, ErrDismissed) }, Locked, 1},
		{"left open", waiting, 30 * time.Millisecond, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, Waiting, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			k, ring := fakeKeyring(t)
			save(t, k, "record")
			ring.state, ring.prompt, k.Patience = row.state, row.prompt, row.patience
			prompts := 0
			k.Prompting = func() { prompts++ }
			got, err := k.Load(t.Context(), account)
			if StateOf(err) != row.want || prompts != row.prompts || (err == nil) != (string(got) == "record") {
				t.Errorf("got %v (%v) and %d prompts, want %v and %d", StateOf(err), err, prompts, row.want, row.prompts)
			}
			if err == nil {
				return
			}
			// Whatever the person did, the keyring may be tried again.
			ring.mu.Lock()
			ring.state = nil
			ring.mu.Unlock()
			wantRecord(t, k, "record")
		})
	}
}

// TestFaultK27ItemPromptGetsPatience: KeePassXC and macOS ask for each item, in
// the middle of the library's call.
func TestFaultK27ItemPromptGetsPatience(t *testing.T) {
	for _, awake := range []bool{true, false} {
		t.Run(fmt.Sprintf("service answers %v", awake), func(t *testing.T) {
			k, ring := fakeKeyring(t)
			save(t, k, "record")
			ring.awake, k.Patience = awake, limit
			seen := make(chan struct{})
			release := make(chan struct{})
			k.Prompting = func() { close(seen) }
			ring.misbehave(func(string) error { <-release; return nil })
			go func() {
				select {
				case <-seen:
					<-time.After(2 * k.wait) // a person reads the dialog
				case <-t.Context().Done():
				}
				close(release)
			}()
			got, err := k.Load(t.Context(), account)
			if awake && (err != nil || string(got) != "record") {
				t.Errorf("got %q, %v, want the record", got, err)
			}
			if !awake && StateOf(err) != Broken {
				t.Errorf("got %q, %v, want broken", got, err)
			}
		})
	}
}

func TestContextEndsACall(t *testing.T) {
	k, ring := fakeKeyring(t)
	release := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	ring.misbehave(func(string) error { cancel(); <-release; return nil })
	if _, err := k.Load(ctx, account); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	close(release)
	ring.misbehave(nil)
	wantNothing(t, k) // a person who cancelled may try again
}
