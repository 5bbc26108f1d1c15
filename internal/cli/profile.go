package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) profileCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "The places to sign in: list, choose, add, remove, show",
		Long: `A profile is one place to sign in: a project and how to sign in to it. Profiles
stand in config.toml; "init" writes one after testing the project.

  postern profile ls
  postern --profile work token`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "ls", Short: "List the profiles; * marks the current one", Args: cobra.NoArgs,
			Long: "List the profiles. A star marks the one that is used now.\n\n  postern profile ls --json",
			RunE: func(*cobra.Command, []string) error { return a.listProfiles() },
		},
		&cobra.Command{
			Use: "use NAME", Short: "Make a profile the current one", Args: cobra.ExactArgs(1),
			Long: "Make a profile the current one: it is used where no flag and no variable names another.\n\n  postern profile use work",
			RunE: func(_ *cobra.Command, args []string) error { return a.useProfile(args[0]) },
		},
		a.profileAdd(), a.profileRemove(), a.profileShow(), a.profileKey(),
	)
	return cmd
}

// usedNow is the profile that a command would use, "" for none.
func (a *app) usedNow() setting {
	s, err := a.settings(a.interactive())
	if err != nil {
		return setting{}
	}
	return s.profile
}

// interactive reports whether a person can be asked.
func (a *app) interactive() bool {
	tty := a.openTerminal()
	if tty != nil {
		tty.close()
	}
	return tty != nil
}

func (a *app) listProfiles() error {
	s, err := a.readSettings()
	if err != nil {
		return err
	}
	type entry struct {
		Name      string `json:"name"`
		ProjectID string `json:"project_id,omitempty"`
		BaseURL   string `json:"base_url,omitempty"`
		Sandbox   bool   `json:"sandbox"`
		Current   bool   `json:"current"`
	}
	now := a.usedNow().value
	entries, lines := []entry{}, []string{}
	for _, name := range append(slices.Sorted(maps.Keys(s.file.Profiles)), sandboxName) {
		p := s.file.Profiles[name]
		project := p.ProjectID
		if name == sandboxName {
			project = ui.SandboxPlace
		}
		entries = append(entries, entry{name, p.ProjectID, p.BaseURL, name == sandboxName, name == now})
		lines = append(lines, ui.ProfileLine(name, project, p.BaseURL, name == now))
	}
	if a.flags.json {
		return a.printJSON(map[string]any{"profiles": entries, "current": now, "sandbox": now == sandboxName})
	}
	return a.printLines(lines)
}

func (a *app) useProfile(name string) error {
	s, err := a.readSettings()
	if err != nil {
		return err
	}
	if _, known := s.file.Profiles[name]; !known && name != sandboxName {
		return errNoProfile(name)
	}
	if err := s.remember(func(f *stateFile) { f.Current = name }); err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(map[string]any{"current": name, "sandbox": name == sandboxName})
	}
	a.news(ui.SayUsing(name))
	for _, over := range []string{"POSTERN_PROFILE", "POSTERN_PROJECT_ID"} {
		if a.getenv(over) != "" {
			a.news(ui.SayOverridden(over))
		}
	}
	return nil
}

func (a *app) profileAdd() *cobra.Command {
	var (
		n       newProfile
		p       profileFile
		require []string
		method  string
	)
	cmd := &cobra.Command{
		Use:   "add NAME --project-id ID",
		Short: "Write a profile without testing it",
		Long: `Write a profile into config.toml without testing it; "init" tests it first.

  postern profile add ci --project-id P2x... --store kernel --require mfa --method totp`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n.name, n.projectID, n.baseURL, p.Store = args[0], a.flags.projectID, a.flags.baseURL, a.flags.store
			p.StoreKeyFile = a.flags.keyFile
			p.Require = make([]factorName, len(require))
			var errs []error
			for i, f := range require {
				errs = append(errs, p.Require[i].UnmarshalText([]byte(f)))
			}
			if method != "" {
				errs = append(errs, p.Method.UnmarshalText([]byte(method)))
			}
			if err := errors.Join(errs...); err != nil {
				return usageError{err}
			}
			return a.addProfile(cmd.Context(), n, p)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&p.Audience, "audience", nil, "a session token must name it (repeatable: or one of them)")
	f.StringArrayVar(&require, "require", nil, "what a sign-in needs: mfa")
	f.StringVar(&method, "method", "", fmt.Sprintf("the preferred way in: %s", joined(methodNames)))
	f.BoolVar(&n.force, "force", false, "replace a profile of that name")
	return cmd
}

func (a *app) addProfile(ctx context.Context, n newProfile, p profileFile) error {
	s, err := a.readSettings()
	if err != nil {
		return err
	}
	if n.projectID == "" {
		return usageError{errors.New("give the project with --project-id")}
	}
	if err := n.checkName(s); err != nil {
		return err
	}
	project, err := client.NewProject(n.projectID, n.baseURL)
	if err != nil {
		return err
	}
	if p.StoreKeyFile != "" { // absolute, as it was read with the other flags
		p.StoreKeyFile = s.keyFile.value
	}
	named := settings{store: setting{p.Store, "--store"}, keyFile: setting{p.StoreKeyFile, "--store-key-file"}}
	if _, err := named.withStore(); err != nil {
		return err
	}
	if p.ProjectID = project.ID; n.baseURL != "" {
		p.BaseURL = project.Base.String()
	}
	if len(p.Require) == 0 {
		p.Require = nil
	}
	if err := s.edit(ctx, putProfile(n.name, p)); err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(map[string]any{
			"profile": n.name, "project_id": project.ID, "base_url": project.Base.String(), "sandbox": false,
		})
	}
	a.news(ui.SayWritten(n.name, s.paths.configFile()))
	a.news(ui.SayNext(a.next("profile", "use", n.name)))
	return nil
}
