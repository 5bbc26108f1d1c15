package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) profileShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show [NAME]",
		Short: "Say each value of a profile, and where it comes from",
		Long: `Say each value of the profile in use, and where it comes from; or of the profile
NAME by itself. No request is sent.

  postern profile show work`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := a.shownSettings(args)
			if err != nil {
				return err
			}
			return a.showProfile(s)
		},
	}
}

func (a *app) shownSettings(args []string) (settings, error) {
	if len(args) == 0 {
		return a.settings(a.interactive())
	}
	s, err := a.readSettings()
	if err != nil {
		return s, err
	}
	return s.as(args[0])
}

func (a *app) showProfile(s settings) error {
	v := []ui.Value{{Label: "Profile", Key: "profile", Text: s.profile.value, From: s.profile.from}}
	own := fmt.Sprintf("profile %q", s.profile.value)
	if s.sandbox() {
		v = append(v, ui.Value{Label: "Project", Key: "project_id", Text: ui.SandboxPlace, From: "built in"})
	} else {
		project, err := s.project()
		if err != nil {
			return err
		}
		base := s.baseURL.from
		if s.baseURL.value == "" {
			base = "the project id"
		}
		v = append(v,
			ui.Value{Label: "Project", Key: "project_id", Text: project.ID, From: s.projectID.from},
			ui.Value{Label: "Base URL", Key: "base_url", Text: project.Base.String(), From: base},
		)
	}
	store := s.chosen()
	if store.from == "default" {
		store.value = storeAuto
	}
	v = append(v, ui.Value{Label: "Store", Key: "store", Text: store.value, From: store.from})
	if store.value == storeKeyFile {
		v = append(v, ui.Value{Label: "Key file", Key: "store_key_file", Text: s.keyFile.value, From: s.keyFile.from})
	}
	if len(s.audience) > 0 {
		v = append(v, ui.Value{Label: "Audience", Key: "audience", Text: strings.Join(s.audience, ", "), From: own})
	}
	if s.RequireMFA {
		v = append(v, ui.Value{Label: "Requires", Key: "require", Text: factorMFA, From: own})
	}
	if s.Method != "" {
		v = append(v, ui.Value{Label: "Method", Key: "method", Text: string(s.Method), From: own})
	}
	if kept := s.state.AuthKeys[s.profile.value]; kept != "" {
		v = append(v, ui.Value{Label: "Auth key", Key: "auth_key", Text: fmt.Sprintf("kept in %s", ui.StoreWords(kept)), From: "profile key set"})
	}
	if !a.flags.json {
		return a.printLines(ui.ValueLines(v))
	}
	fields := map[string]any{"sandbox": s.sandbox()}
	for _, each := range v {
		fields[each.Key] = map[string]client.Text{"value": client.Clean(each.Text), "from": client.Clean(each.From)}
	}
	return a.printJSON(fields)
}
