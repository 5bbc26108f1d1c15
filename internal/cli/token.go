package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"postern/ui"
)

func (a *app) tokenCommand() *cobra.Command {
	var (
		format  string
		atLeast time.Duration
	)
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Print a valid session token",
		Long: `Print a session token that is valid now. While the stored one is, no request
is sent; when it is due it is renewed, once, however many processes ask.

  curl -H "Authorization: Bearer $(postern token)" https://api.example.com`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.token(cmd.Context(), format, atLeast)
		},
	}
	cmd.Flags().StringVar(&format, "format", "raw", "raw, header, json or claims")
	cmd.Flags().DurationVar(&atLeast, "min-ttl", 0, "renew a token that is valid for less than this, such as 5m")
	return cmd
}

func (a *app) token(ctx context.Context, format string, atLeast time.Duration) error {
	if a.flags.json {
		format = "json"
	}
	switch format {
	case "raw", "header", "json", "claims":
	default:
		return usageError{fmt.Errorf("--format: unknown format %q, want raw, header, json or claims", format)}
	}
	p, err := a.openForData()
	if err != nil {
		return err
	}
	account, _ := p.current()
	s, err := account.Session(ctx, atLeast)
	if err != nil {
		return p.unpinned(err)
	}
	switch format {
	case "header":
		_, err = fmt.Fprintln(a.stdout, "Authorization: Bearer "+s.Token().Reveal())
	case "claims":
		_, err = fmt.Fprintln(a.stdout, string(s.Claims().Raw))
	case "json":
		err = a.printJSON(map[string]any{
			"session_token": s.Token().Reveal(), "expires": s.Claims().Expires.UTC(),
			"user_id": s.Claims().UserID, "sandbox": p.sandbox != nil,
		})
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
