package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) whoamiCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "whoami",
		Short: "Ask the server who is signed in",
		Long: `Ask the server whom the session belongs to, and print what it says. What is
known here without asking is in "status".

  postern whoami --json | jq -r .email`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.whoami(cmd.Context()) },
	}
}

func (a *app) whoami(ctx context.Context) error {
	p, _, s, err := a.person(ctx)
	if err != nil {
		return err
	}
	u, err := p.client.WhoAmI(ctx, s)
	if err != nil {
		return err
	}
	if !a.flags.json {
		return a.printLines(ui.WhoLines(u))
	}
	ids := u.LoginIDs
	if ids == nil {
		ids = []client.Text{}
	}
	return a.printJSON(p.said(map[string]any{
		"login_ids": ids, "user_id": u.UserID, "name": u.Name, "status": u.Status, "totp": u.TOTP,
		"email": u.Email, "email_verified": u.VerifiedEmail, "phone": u.Phone, "phone_verified": u.VerifiedPhone,
	}))
}

func (a *app) historyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "history",
		Short: "List your latest sign-ins, as the server has them",
		Long: `List your latest sign-ins, as the server has them: when, from which address
and place, and for which tenant. An entry that was not you is a reason to end
all sessions.

  postern history
  postern logout --all-sessions`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.history(cmd.Context()) },
	}
}

func (a *app) history(ctx context.Context) error {
	p, _, s, err := a.person(ctx)
	if err != nil {
		return err
	}
	list, err := p.client.History(ctx, s)
	if err != nil {
		return err
	}
	if !a.flags.json {
		return a.printLines(ui.HistoryLines(list))
	}
	type signIn struct {
		Time    time.Time   `json:"time"`
		IP      client.Text `json:"ip"`
		City    client.Text `json:"city"`
		Country client.Text `json:"country"`
		Tenant  client.Text `json:"tenant"`
	}
	entries := []signIn{}
	for _, e := range list {
		entries = append(entries, signIn{e.Time.UTC(), e.IP, e.City, e.Country, e.Tenant})
	}
	return a.printJSON(p.said(map[string]any{"sign_ins": entries}))
}
