package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/client"
	"postern/ui"
)

// printed is what an app says about an error.
func printed(t *testing.T, err error, flags globalFlags) (stderr string, object map[string]any) {
	t.Helper()
	var out, news bytes.Buffer
	a := &app{called: "go run .", stdout: &out, stderr: &news, flags: flags}
	a.fail(err)
	if !flags.json {
		if out.Len() > 0 {
			t.Errorf("got %q on stdout, which is for data", out.String())
		}
		return news.String(), nil
	}
	if err := json.Unmarshal(out.Bytes(), &object); err != nil {
		t.Fatalf("stdout: %v: %q", err, out.String())
	}
	return news.String(), object
}

func TestErrorSaysWhatHappenedAndWhatToDo(t *testing.T) {
	for _, err := range []error{
		usageError{errors.New("unknown flag")}, errNothingConfigured, configError{errors.New("line 3")},
		&client.Error{Kind: client.NotSignedIn}, &client.Error{Kind: client.Unreachable}, errors.New("something"),
	} {
		said, _ := printed(t, err, globalFlags{quiet: true}) // errors are no news
		lines := strings.Split(strings.TrimSpace(said), "\n")
		if len(lines) < 2 || !strings.HasPrefix(lines[0], "postern: ") || !strings.HasPrefix(lines[len(lines)-1], "hint: ") {
			t.Errorf("%v: got %q, want what happened and a hint", err, said)
		}
	}
}

func TestCtrlCIsSaidAlikeAsKeyAndAsSignal(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		want string
	}{
		{"the key, on a full screen", ui.ErrInterrupted, "postern: interrupted.\n"},
		{"the signal, line by line", signalError{os.Interrupt}, "postern: interrupted.\n"},
		{"another signal", signalError{syscall.SIGTERM}, "postern: ended by a signal.\n"},
	} {
		if got, _ := printed(t, row.err, globalFlags{}); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestErrorOfTheServerIsAnObjectForScripts(t *testing.T) {
	_, o := printed(t, &client.Error{
		Op: "totp verify", Kind: client.RateLimited, Status: 429, Code: "E130429", Description: "Slow down",
		Message: "please", TraceID: "ray", RetryAfter: 1500 * time.Millisecond,
	}, globalFlags{json: true})
	for name, want := range map[string]any{
		"schema": 1.0, "exit": 7.0, "status": 429.0, "code": "E130429", "description": "Slow down",
		"message": "please", "trace_id": "ray", "retry_after": 2.0,
	} {
		if o[name] != want {
			t.Errorf("%s: got %v, want %v", name, o[name], want)
		}
	}
}

func TestNextStepIsCalledAsTheProgramWas(t *testing.T) {
	said, o := printed(t, &client.Error{Kind: client.Ended}, globalFlags{json: true})
	step, _ := o["next_step"].(map[string]any)
	raw, _ := json.Marshal(step["argv"])
	if want := `["go","run",".","login"]`; string(raw) != want {
		t.Errorf("got %s, want %s", raw, want)
	}
	if !strings.Contains(said, "go run . login") {
		t.Errorf("got %q, want the command as it was called", said)
	}
}

func TestEscapesInArgumentsAreNotPrinted(t *testing.T) {
	said, _ := printed(t, usageError{errors.New("unknown flag: --\x1b]0;x\a\x1b[2J")}, globalFlags{})
	if strings.ContainsAny(said, "\x1b\a") {
		t.Errorf("got %q, want no escape sequence", said)
	}
}
