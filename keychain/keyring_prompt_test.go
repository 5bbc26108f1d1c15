//go:build linux

package keychain

import (
	"context"
	"errors"
	"testing"
	"time"

	"postern/keychain/keyringtest"
)

func TestFaultK07PromptThatNobodyAnswersEndsInTime(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.Lock()
	t.Setenv("DISPLAY", ":99")
	if err := k.Ready(t.Context()); StateOf(err) != Locked {
		t.Errorf("got %v, want locked without patience", err)
	}
	prompter, pid := d.HoldPrompts(keyringtest.Ignore), d.PID()
	k.Patience = 300 * time.Millisecond
	if err := k.Ready(t.Context()); StateOf(err) != Waiting {
		t.Errorf("got %v, want waiting", err)
	}
	told := make(chan time.Time, 1)
	k.Prompting = func() { told <- time.Now() }
	start := time.Now()
	within(t, 2*time.Second, func() {
		if _, err := k.Load(t.Context(), account); StateOf(err) != Waiting || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want waiting", err)
		}
	})
	keyringtest.Receive(t, "a prompt", prompter.Opened)
	if after := (<-told).Sub(start); after > time.Second {
		t.Errorf("got the notice after %v, want 1 s", after)
	}
	// A person can cancel, and try again.
	ctx, cancel := context.WithCancel(t.Context())
	k.Patience, k.Prompting = time.Minute, cancel
	if err := k.Save(ctx, account, []byte("new")); StateOf(err) != Waiting || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	if got := d.PID(); got != pid {
		t.Errorf("got the daemon replaced, %d by %d, want it alive", pid, got)
	}
}

func TestFaultK08DismissedPromptIsARefusal(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	d.Lock()
	d.HoldPrompts(keyringtest.Dismiss)
	t.Setenv("DISPLAY", ":99")
	k.Patience = time.Minute
	within(t, limit, func() {
		if err := k.Delete(t.Context(), account); StateOf(err) != Locked || !errors.Is(err, ErrDismissed) {
			t.Errorf("got %v, want dismissed", err)
		}
	})
}
