package cli

import (
	"context"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) tenantCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tenant",
		Short: "The tenants that you belong to",
		Long: `The tenants that you belong to. The one in use stands in the session token's
claim "dct", where APIs look for it.

  postern tenant ls
  postern tenant use T2x...`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "ls",
			Short: "List your tenants; * marks the one in use",
			Long: `List your tenants, as the server has them. A star marks the one in use.

  postern tenant ls --json | jq -r '.tenants[].id'`,
			Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return a.tenants(cmd.Context()) },
		},
		&cobra.Command{
			Use:   "use ID",
			Short: "Change the session to another tenant",
			Long: `Change the session to another tenant. A step-up does not come along.

  postern tenant use T2x... && postern token`,
			Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error { return a.useTenant(cmd.Context(), args[0]) },
		},
	)
	return cmd
}

func (a *app) tenants(ctx context.Context) error {
	p, _, s, err := a.person(ctx)
	if err != nil {
		return err
	}
	list, err := p.client.Tenants(ctx, s)
	if err != nil {
		return err
	}
	current := s.Claims().Tenant
	if !a.flags.json {
		return a.printLines(ui.TenantLines(list, current))
	}
	type tenant struct {
		ID      client.Text `json:"id"`
		Name    client.Text `json:"name"`
		Current bool        `json:"current"`
	}
	tenants := []tenant{}
	for _, t := range list {
		tenants = append(tenants, tenant{t.ID, t.Name, t.ID == current})
	}
	return a.printJSON(p.said(map[string]any{"tenants": tenants}))
}

func (a *app) useTenant(ctx context.Context, id string) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	account, _ := p.current()
	if st, err := account.Standing(ctx); err == nil && st.ByKey {
		return noPerson()
	}
	s, err := account.UseTenant(ctx, id)
	if err != nil {
		return p.unpinned(err)
	}
	a.sayLost(s)
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{
			"tenant": s.Claims().Tenant, "session_expires": s.Claims().Expires.UTC(), "lost_mfa": s.LostMFA(),
		}))
	}
	a.news(ui.SayTenant(s.Claims().Tenant))
	a.news(ui.SayNext(a.next("token")))
	return nil
}
