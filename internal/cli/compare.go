package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/internal/compare"
	"postern/internal/sandbox"
	"postern/ui"
)

// compareFlags are those of `sandbox compare`.
type compareFlags struct {
	all, yes, keyStdin bool
}

func (a *app) sandboxCompare(dir *string) *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare --profile NAME",
		Short: "Tell where a real project answers differently from the sandbox",
		Long: `Make a test user and three others at a real project, try there what Descope does
not publish, try the same at a new sandbox, and print where the answers differ.
The users are deleted however it ends.

What is printed can be shown to anybody: statuses, error codes, and names and
kinds of public fields. No project, user, host, token, key or text of a reply is
in it. An item is the number of an open question in docs/sandbox.md; "-" is a
setting of the project.

It needs a management key of the project, which is asked for, or read from one
line on stdin, and not kept. A project that is marked as production has no test
users. With --profile sandbox the sandbox of that profile is compared, and
needs no key.

Exit code 0 says that nothing differs, 12 that something does.

  postern sandbox compare --profile work
  postern sandbox compare --profile work --yes --management-key-stdin <key-file`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if *dir != "" {
				return usageError{errors.New("--state is not for compare: its sandbox is a new one")}
			}
			return a.compare(cmd.Context(), f)
		},
	}
	cmd.Flags().BoolVar(&f.all, "all", false, "print what is alike and what was not asked, too")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "do not ask whether to go on")
	cmd.Flags().BoolVar(&f.keyStdin, "management-key-stdin", false, "read the management key from one line on stdin")
	return cmd
}

func (a *app) compare(ctx context.Context, f compareFlags) error {
	if a.flags.profile == "" && a.flags.projectID == "" {
		return usageError{errors.New("name the project to compare with --profile: users are made there")}
	}
	p, err := a.open(false)
	if err != nil {
		return err
	}
	key, err := a.agreeToCompare(ctx, p, f)
	if err != nil {
		return err
	}
	there, err := p.compared(key)
	if err != nil {
		return err
	}
	a.news(ui.SayWalking(p.host()))
	walked, err := compare.Walk(ctx, there)
	if len(walked.Left) > 0 {
		a.tell(ui.SayLeftBehind(walked.Left))
	}
	if err != nil {
		return compareFailed(ctx, err)
	}
	here, err := walkSandbox(ctx)
	if err != nil {
		return err
	}
	return a.printCompared(p, compare.New(walked, here), f.all, len(walked.Left))
}

// aboutCalls is what a person is told; a test counts them.
const aboutCalls = 90

// agreeToCompare says what is going to happen, and gets the key and a yes.
func (a *app) agreeToCompare(ctx context.Context, p *place, f compareFlags) (client.Secret, error) {
	plan := ui.SayComparing(p.host(), compare.MostUsers, aboutCalls)
	var tty *terminal
	if asks := !f.yes || !f.keyStdin && p.sandbox == nil; asks {
		if tty = a.openTerminal(); tty != nil {
			defer tty.close()
			_, _ = fmt.Fprintln(tty.out, plan) // whoever is asked is told, whatever --quiet says
		}
	}
	if tty == nil {
		a.news(plan)
	}
	if tty == nil && !f.yes {
		return "", &ui.AnswerNeeded{What: "whether to go on", Flags: []string{"--yes"}}
	}
	key, err := a.managementKey(ctx, p, f, tty)
	if err != nil || f.yes {
		return key, err
	}
	answer, err := tty.prompter().ask(ctx, ui.AskGoOn, "")
	if err != nil {
		return "", err
	}
	if a := strings.ToLower(answer); a != "y" && a != "yes" {
		return "", errCancelled
	}
	return key, nil
}

// managementKey is read from stdin or from the person, and never from
// anywhere that keeps it. The sandbox has its own.
func (a *app) managementKey(ctx context.Context, p *place, f compareFlags, tty *terminal) (client.Secret, error) {
	var key string
	var err error
	switch {
	case p.sandbox != nil:
		return client.Secret(p.sandbox.ManagementKey()), nil
	case f.keyStdin:
		if key, err = firstLine(ctx, a.stdin); errors.Is(err, errNoCode) {
			err = &ui.AnswerNeeded{What: "the management key", Flags: []string{"a line on stdin with the key in it"}}
		}
	case tty == nil:
		err = &ui.AnswerNeeded{What: "the management key", Flags: []string{"--management-key-stdin"}}
	default:
		key, err = tty.askHidden(ctx, ui.AskManagementKey)
	}
	if err != nil {
		return "", err
	}
	key = strings.TrimSpace(key)
	return client.Secret(key), checkKey(key)
}

// compared is the place as a side of the comparison.
func (p *place) compared(key client.Secret) (compare.Side, error) {
	project := p.client.Project()
	auth, err := p.authKey(project)
	var inside http.RoundTripper
	if p.sandbox != nil {
		inside = p.sandbox
	}
	return compare.Side{
		Base: project.Base.String(), Project: project.ID, Key: key.Reveal, AuthKey: auth.Reveal, Version: Version,
		Wire: client.Wire(project, inside), Now: time.Now, Wait: waitFor,
	}, err
}

// walkSandbox walks through a new sandbox, which is gone then. Its clock is at
// the beginning of a code's half minute, so that nobody waits for the next.
func walkSandbox(ctx context.Context) (w compare.Walked, err error) {
	dir, err := os.MkdirTemp("", "postern-compare-")
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	const halfMinute, begun = 30 * time.Second, 4 * time.Second
	o := sandbox.Options{Dir: dir, ClockOffset: begun - time.Duration(time.Now().UnixNano())%halfMinute}
	sb, err := sandbox.Open(o)
	if err != nil {
		return w, &client.Error{Op: "sandbox", Kind: client.StoreFailed, Err: err}
	}
	return compare.Walk(ctx, compare.Side{
		Base: sandboxBase, Project: sb.ProjectID(), Key: sb.ManagementKey, Version: Version,
		Wire: sb, Now: time.Now, Wait: waitFor,
	})
}

func waitFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// compareFailed tells why a walk did not come to its end.
func compareFailed(ctx context.Context, err error) error {
	var e *compare.Error
	if ctx.Err() != nil || !errors.As(err, &e) {
		return err
	}
	refused := &client.Error{Op: "sandbox compare", Kind: client.Unreachable, Status: e.Status, Code: client.Clean(e.Code), Err: err}
	switch {
	case e.Err != nil:
		return &problem{
			exit: exitService, err: refused, what: fmt.Sprintf("There was no answer to be had: %s.", client.Clean(e.Err.Error())),
			do: "Check the network and the base URL, and try again.",
		}
	case e.Status == http.StatusTooManyRequests:
		refused.Kind = client.RateLimited
	case e.Status >= 500:
		refused.Kind = client.Unavailable
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden:
		return &problem{
			exit: exitConfig, err: refused,
			what: fmt.Sprintf("The project refused to make a test user (status %d %s).", e.Status, client.Clean(e.Code)),
			do:   "Check the management key, its role, and that the project is not marked as production.",
		}
	default:
		return &problem{
			exit: exitOther, err: refused,
			what: fmt.Sprintf("The project made no test user (status %d %s).", e.Status, client.Clean(e.Code)),
			do:   "It may have as many as it is allowed, or be marked as production: see Test Users in the Descope console.",
		}
	}
	return refused
}

// printCompared prints the report; the exit code says whether it is empty.
func (a *app) printCompared(p *place, r compare.Report, all bool, left int) error {
	differences := r.Differences()
	var err error
	if a.flags.json {
		fields := map[string]any{
			"version": Version, "steps": r.Steps, "observations": len(r.Rows), "differences": differences,
			"not_asked": r.NotAsked, "users_left": left,
		}
		if all {
			fields["all"] = r.Rows
		}
		err = a.printJSON(p.said(fields))
	} else {
		var report strings.Builder
		_ = r.Write(&report, all)
		_, err = fmt.Fprint(a.stdout, harmless(report.String()))
	}
	if err == nil && len(differences) > 0 {
		return passedOn{exitNo}
	}
	return err
}
