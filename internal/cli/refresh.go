package cli

import (
	"context"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) refreshCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "refresh",
		Short: "Renew the session token now, due or not",
		Long: `Renew the session token now. "token" does that by itself when it is due; this
is for changes that a new token brings, such as roles that were given meanwhile.

  postern refresh && postern check --role admin`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.refresh(cmd.Context()) },
	}
}

func (a *app) refresh(ctx context.Context) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	account, _ := p.current()
	s, err := a.toItsEnd(ctx, func() (*client.Session, error) { return account.Refresh(ctx) })
	if err != nil {
		return p.unpinned(err)
	}
	ends := s.Claims().Expires
	if !a.flags.json {
		a.news(ui.SayRenewed(ends, p.client.Now()))
		return nil
	}
	fields := map[string]any{"session_expires": ends.UTC(), "amr": s.Claims().Factors, "lost_mfa": s.LostMFA()}
	if by := s.RefreshBy(); !by.IsZero() {
		fields["refresh_expires"] = by.UTC()
	}
	return a.printJSON(p.said(fields))
}
