package cli

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"golang.org/x/term"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

// printJSON prints the one object of a --json run.
func (a *app) printJSON(fields map[string]any) error {
	fields["schema"] = 1
	return a.writeJSON(fields)
}

// news tells a person on stderr, unless --quiet.
func (a *app) news(line string) {
	if !a.flags.quiet && line != "" {
		a.tell(line)
	}
}

// tell prints on stderr, nothing that a terminal would obey. Its window breaks
// the text between words; a file and a pipe get the lines as they are.
func (a *app) tell(line string) {
	line = harmless(line)
	if f, ok := a.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		line = ui.Term{Env: a.env, Called: a.called, Size: sizeOf(f)}.Line(line)
	}
	_, _ = fmt.Fprintln(a.stderr, line)
}

// next is a command of this program as it would be typed.
func (a *app) next(args ...string) string {
	return strings.Join(append([]string{a.called}, args...), " ")
}

// fail says what happened and what to do, to the person on stderr and to a
// script that asked for JSON on stdout.
func (a *app) fail(err error) {
	x := a.explain(err)
	if no := (verdict{}); errors.As(err, &no) {
		a.news(fmt.Sprintf("postern: %s", x.What)) // its exit code is the answer
		if a.flags.json {
			_ = a.printJSON(a.errorFields(err, x))
		}
		return
	}
	a.tell(fmt.Sprintf("postern: %s", x.What))
	if x.Do != "" {
		a.tell(fmt.Sprintf("hint: %s", x.Do))
	}
	if a.flags.json {
		_ = a.printJSON(a.errorFields(err, x))
	}
}

// explain adds to ui's words those for errors that only the command line knows.
func (a *app) explain(err error) ui.Explanation {
	var usage usageError
	var config configError
	var none noProfile
	var signal signalError
	var alive aliveError
	var no verdict
	var own *problem
	var unrun notRun
	switch {
	case errors.As(err, &no):
		return no.explain(a)
	case errors.As(err, &unrun):
		return ui.Explanation{
			What: fmt.Sprintf("The command cannot be run: %s.", client.Clean(unrun.Error())),
			Do:   fmt.Sprintf("Check its name and PATH. It comes after --, as in: %s", a.next("exec", "--", "COMMAND")),
		}
	case errors.As(err, &own):
		return own.explain(a)
	case errors.As(err, &alive):
		x := a.explain(alive.error)
		x.What = ui.Sentences(x.What, ui.SayUnwantedAlive(alive.why, a.called))
		return x
	case errors.Is(err, ui.ErrInterrupted), errors.As(err, &signal) && signal.signal == os.Interrupt:
		return ui.Explanation{What: "interrupted."}
	case errors.As(err, &signal):
		return ui.Explanation{What: "ended by a signal."}
	case errors.Is(err, errCancelled) && errors.Is(err, client.Unknown):
		return ui.Explanation{
			What: "cancelled. Nothing was stored here, but the server may have carried it out: no answer came back.",
			Do:   fmt.Sprintf("Sign in with a new code to see: %s", a.next("login")),
			Next: []string{"login"},
		}
	case errors.Is(err, errCancelled) && errors.Is(err, flows.ErrNeverSent):
		return ui.Explanation{What: "cancelled. What was typed last was held back: it was not sent, and nothing was stored."}
	case errors.Is(err, errCancelled):
		return ui.Explanation{What: "cancelled. Nothing was stored."}
	case errors.Is(err, errNothingConfigured):
		return ui.Explanation{
			What: "no project is configured.",
			Do:   "Set POSTERN_PROJECT_ID or --project-id, or try the sandbox with --profile sandbox.",
		}
	case errors.As(err, &usage):
		return ui.Explanation{What: sentence(string(client.Clean(usage.Error()))), Do: fmt.Sprintf("See: %s", a.next(append(a.ran, "--help")...))}
	case errors.As(err, &none):
		named, _, _ := strings.Cut(a.called, "--profile") // which is the one that there is not
		return ui.Explanation{What: sentence(string(client.Clean(none.Error()))), Do: fmt.Sprintf("See which there are: %s profile ls", strings.TrimSpace(named)), Next: []string{"profile", "ls"}}
	case errors.As(err, &config):
		return ui.Explanation{What: fmt.Sprintf("configuration: %s", config.Error()), Do: "Correct it and try again."}
	}
	return ui.Explain(err, a.called)
}

// sentence ends what has no end yet.
func sentence(text string) string {
	if strings.HasSuffix(text, "?") {
		return text
	}
	return fmt.Sprintf("%s.", text)
}

// errorFields is an error for a script.
func (a *app) errorFields(err error, x ui.Explanation) map[string]any {
	fields := map[string]any{"error": x.What, "hint": x.Do, "exit": exitOf(err)}
	var e *client.Error
	if errors.As(err, &e) {
		fields["status"], fields["code"] = e.Status, e.Code
		fields["description"], fields["message"], fields["trace_id"] = e.Description, e.Message, e.TraceID
		if e.RetryAfter > 0 {
			fields["retry_after"] = int(math.Ceil(e.RetryAfter.Seconds()))
		}
	}
	if no := (verdict{}); errors.As(err, &no) {
		fields["ok"], fields["failed"] = false, no.failed
	}
	if len(x.Next) > 0 {
		fields["next_step"] = map[string]any{"argv": append(strings.Fields(a.called), x.Next...)}
	}
	return fields
}
