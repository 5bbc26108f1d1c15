package cli

import (
	"context"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say who is signed in, where, and for how long",
		Long:  "Say who is signed in, where, and for how long, from what is stored here. No request is sent.",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context()) },
	}
}

func (a *app) status(ctx context.Context) error {
	tty := a.openTerminal()
	if tty != nil {
		tty.close()
	}
	p, err := a.open(tty != nil)
	if err != nil {
		return err
	}
	account, store := p.current()
	st, err := account.Standing(ctx)
	if err != nil {
		return p.unpinned(err)
	}
	if a.flags.json {
		return a.printJSON(p.standingFields(st, store))
	}
	return a.printLines(ui.StatusLines(p.standingWords(st, store)))
}

func (p *place) standingWords(st client.Standing, store string) ui.Standing {
	w := ui.Standing{
		LoginID: st.LoginID, Name: string(st.Name), UserID: st.UserID, Host: p.host(), Sandbox: p.sandbox != nil,
		Project: p.projectID.value, ProjectFrom: p.projectID.from, BaseURL: p.client.Project().Base.String(),
		Profile: p.profile.value, ProfileFrom: p.profile.from,
		Store: store, Spending: st.Spending, ByKey: st.ByKey, Now: p.client.Now(), RefreshBy: st.RefreshBy,
	}
	if p.baseURL.from != "" && p.baseURL.value != "" {
		w.BaseURLFrom = p.baseURL.from
	}
	if st.Session != nil {
		w.SessionUntil, w.Factors = st.Session.Claims().Expires, st.Session.Claims().Factors
	}
	return w
}

func (p *place) standingFields(st client.Standing, store string) map[string]any {
	f := map[string]any{
		"signed_in": true, "login_id": st.LoginID, "user_id": st.UserID, "name": st.Name,
		"profile": p.profile.value, "profile_from": p.profile.from, "project_id": p.projectID.value,
		"project_id_from": p.projectID.from, "base_url": p.client.Project().Base.String(),
		"store": store, "sandbox": p.sandbox != nil,
	}
	if !st.RefreshBy.IsZero() {
		f["refresh_expires"] = st.RefreshBy.UTC()
	}
	if st.ByKey {
		f["access_key"] = true
	}
	if st.Session != nil {
		f["session_expires"], f["amr"] = st.Session.Claims().Expires.UTC(), st.Session.Claims().Factors
	}
	return f
}
