package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"postern/ui"
)

func (a *app) logoutCommand() *cobra.Command {
	var localOnly bool
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "End the session at the server and here",
		Long: `End the session at the server and remove it here. It is removed here whatever
the server says; what could not be done is said.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.logout(cmd.Context(), localOnly) },
	}
	cmd.Flags().BoolVar(&localOnly, "local-only", false, "remove it here and leave it alive at the server")
	return cmd
}

func (a *app) logout(ctx context.Context, localOnly bool) error {
	p, err := a.openForData()
	if err != nil {
		return err
	}
	account, _ := p.current()
	bye, err := account.Forget(ctx, localOnly)
	if err != nil {
		return p.unpinned(err)
	}
	if err := errors.Join(bye.Local, bye.Server); err != nil {
		a.news(ui.SayFarewell(bye.Server == nil, bye.Local == nil))
		return err
	}
	if a.flags.json {
		return a.printJSON(map[string]any{"signed_in": false, "ended_at_server": !localOnly, "sandbox": p.sandbox != nil})
	}
	if localOnly {
		a.news(ui.SaidLocalOnly)
		return nil
	}
	a.news(ui.SayFarewell(true, true))
	return nil
}
