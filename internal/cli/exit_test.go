package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

// A kind that were not in the map would end a failure with success.
func TestEachKindOfFailureHasAnExitCode(t *testing.T) {
	kinds := 0
	for k := client.Other; k == client.Other || k.Error() != client.Other.Error(); k++ {
		kinds++
		if kindExits[k] == exitOK {
			t.Errorf("%v (kind %d): got exit 0, want another", k, k)
		}
		if got := exitOf(fmt.Errorf("wrapped: %w", &client.Error{Kind: k})); got != kindExits[k] {
			t.Errorf("%v: got exit %d for an error of it, want %d", k, got, kindExits[k])
		}
	}
	if kinds != len(kindExits) {
		t.Errorf("got %d kinds, want the %d of the map", kinds, len(kindExits))
	}
}

func TestExitCodesAreThoseThatScriptsKnow(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		want int
	}{
		{"done", nil, 0},
		{"anything else", errors.New("x"), 1},
		{"wrong usage", usageError{errors.New("x")}, 2},
		{"bad login ID", flows.BadID, 2},
		{"cancelled", errCancelled, 3},
		{"not signed in", &client.Error{Kind: client.NotSignedIn}, 4},
		{"ended", &client.Error{Kind: client.Ended}, 4},
		{"wrong code", &client.Error{Kind: client.WrongCode}, 6},
		{"code held back", flows.Doubt{}, 6},
		{"code too short", flows.Length{Got: 5, Min: 6, Max: 6}, 6},
		{"code used", flows.UsedCode, 6},
		{"rate limited", &client.Error{Kind: client.RateLimited}, 7},
		{"a pause", flows.Wait{Left: time.Second}, 7},
		{"store", &client.Error{Kind: client.StoreFailed}, 8},
		{"unreachable", &client.Error{Kind: client.Unreachable}, 9},
		{"outcome unknown", &client.Error{Kind: client.Unknown}, 9},
		{"a person is needed", &ui.AnswerNeeded{What: "who"}, 10},
		{"user exists", &client.Error{Kind: client.UserExists}, 11},
		{"somebody else is signed in", flows.LiveSession{LoginID: "ann"}, 11},
		{"nothing configured", errNothingConfigured, 13},
		{"configuration", &client.Error{Kind: client.Misconfigured}, 13},
		{"security", &client.Error{Kind: client.Untrusted}, 14},
		{"a stranger", flows.Stranger, 14},
		{"internal", flows.ErrInternal, 70},
		{"hangup", signalError{syscall.SIGHUP}, 129},
		{"interrupt", signalError{os.Interrupt}, 130},
		{"Ctrl-C", ui.ErrInterrupted, 130},
		{"context", context.Canceled, 130},
		{"terminate", signalError{syscall.SIGTERM}, 143},
		{"a signal during a failure", errors.Join(&client.Error{Kind: client.Unknown}, signalError{syscall.SIGTERM}), 143},
	} {
		if got := exitOf(row.err); got != row.want {
			t.Errorf("%s: got exit %d, want %d", row.name, got, row.want)
		}
	}
}
