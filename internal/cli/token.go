package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) tokenCommand() *cobra.Command {
	var t tokenFlags
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Print a valid session token",
		Long: `Print a session token that is valid now. While the stored one is, no request
is sent; when it is due it is renewed, once, however many processes ask.

  curl -H "Authorization: Bearer $(postern token)" https://api.example.com

A stepped-up token is kept apart and printed with --stepup only. It cannot be
renewed: when there is none, the exit code is 5 and "stepup" gets one.

In CI, an access key is exchanged for a token, and nothing is kept:
  postern token --method access-key --key-file FILE`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.token(cmd.Context(), t)
		},
	}
	f := cmd.Flags()
	f.StringVar(&t.format, "format", "raw", "raw, header, json or claims")
	f.DurationVar(&t.atLeast, "min-ttl", 0, "renew a token that is valid for less than this, such as 5m")
	f.BoolVar(&t.stepUp, "stepup", false, "print the stepped-up token, never the ordinary one")
	t.by.add(f)
	f.StringArrayVar(&t.audience, "audience", nil, "print it only if it names this audience, or one of several (repeatable)")
	return cmd
}

// tokenFlags say which token, and how it is printed.
type tokenFlags struct {
	format   string
	atLeast  time.Duration
	stepUp   bool
	audience []string
	by       stateless
}

var tokenFormats = []string{"raw", "header", "json", "claims"}

func (a *app) token(ctx context.Context, t tokenFlags) error {
	if a.flags.json {
		t.format = "json"
	}
	if !slices.Contains(tokenFormats, t.format) {
		return usageError{fmt.Errorf("--format: unknown format %q, want raw, header, json or claims", t.format)}
	}
	byKey, err := t.by.wanted()
	if err != nil {
		return err
	}
	if byKey && t.stepUp {
		return usageError{errors.New("--stepup and --method access-key: a key cannot be stepped up")}
	}
	p, err := a.openForData()
	if err != nil {
		return err
	}
	s, err := a.printed(ctx, p, t, byKey)
	if err != nil {
		return err
	}
	if !byKey { // that one is stored nowhere, and was asked for by name
		if err := p.mayLeave(s); err != nil {
			return err
		}
	}
	if !s.Claims().For(t.audience) {
		return wrongAudience(t.audience)
	}
	a.sayShort(p, s, t.atLeast)
	return a.printToken(p, s, t.format)
}

// printed is the session whose token is printed.
func (a *app) printed(ctx context.Context, p *place, t tokenFlags, byKey bool) (*client.Session, error) {
	if byKey {
		return t.by.session(ctx, a, p)
	}
	return a.orSignIn(ctx, p, func() (*client.Session, error) {
		return a.checked(ctx, p, checks{minTTL: t.atLeast, stepUp: t.stepUp})
	})
}

func (a *app) printToken(p *place, s *client.Session, format string) (err error) {
	switch format {
	case "header":
		_, err = fmt.Fprintln(a.stdout, "Authorization: Bearer "+s.Token().Reveal())
	case "claims":
		err = a.writeJSON(s.Claims().Raw)
	case "json":
		err = a.printJSON(p.said(map[string]any{
			"session_token": s.Token().Reveal(), "expires": s.Claims().Expires.UTC(),
			"user_id": s.Claims().UserID, "stepped_up": s.Claims().StepUp,
		}))
	default:
		_, err = fmt.Fprintln(a.stdout, s.Token().Reveal())
	}
	return err
}

// openForData opens the place for a command whose stdout is data. On the
// sandbox it says so on stderr: nobody shall take such a token for a real one.
func (a *app) openForData() (*place, error) {
	tty := a.openTerminal()
	if tty != nil {
		tty.close()
	}
	p, err := a.open(tty != nil)
	if err == nil && p.sandbox != nil && !a.flags.json {
		a.news(ui.SandboxBanner)
	}
	return p, err
}
