package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) initCommand() *cobra.Command {
	var n newProfile
	cmd := &cobra.Command{
		Use:   "init [PROJECT_ID]",
		Short: "Set up a project: ask for it, test it, write a profile",
		Long: `Set up a Descope project: ask for its id, test it by fetching its public keys,
and write a profile into config.toml. What stands there already stays.

The id is in the Descope console, below Project. The region is read from it; a
project with a custom domain needs that as --base-url. Without a terminal give
everything as arguments.

  postern init P2x... --name work --base-url https://auth.example.com`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n.projectID, n.baseURL = a.flags.projectID, a.flags.baseURL
			if n.name == "" {
				n.name = a.flags.profile
			}
			if len(args) == 1 {
				n.projectID = args[0]
			}
			return a.init(cmd.Context(), n)
		},
	}
	cmd.Flags().StringVar(&n.name, "name", "", "the profile's name (default: default)")
	cmd.Flags().BoolVar(&n.force, "force", false, "replace a profile of that name")
	return cmd
}

// newProfile is a profile that is about to be written.
type newProfile struct {
	name, projectID, baseURL string
	force                    bool
}

func (a *app) init(ctx context.Context, n newProfile) error {
	s, err := a.readSettings()
	if err != nil {
		return err
	}
	var project client.Project
	if tty := a.openTerminal(); tty != nil && n.projectID == "" {
		defer tty.close()
		project, err = n.askFor(ctx, s, tty.prompter())
	} else {
		if tty != nil {
			tty.close()
		}
		project, err = n.given(s)
	}
	if err != nil {
		return err
	}
	// No cache: what an earlier run fetched proves nothing about now.
	c := client.New(client.Config{Project: project, Version: Version})
	if err := c.Keys(ctx); err != nil {
		return err
	}
	return a.write(ctx, s, n, project)
}

// given takes everything from the command line.
func (n *newProfile) given(s settings) (client.Project, error) {
	if n.projectID == "" {
		return client.Project{}, &ui.AnswerNeeded{What: "the project id", Flags: []string{"a PROJECT_ID argument"}}
	}
	if n.name == "" {
		n.name = defaultName
	}
	if err := n.checkName(s); err != nil {
		return client.Project{}, err
	}
	return client.NewProject(n.projectID, n.baseURL)
}

// askFor asks what was not given, and again for what cannot be used.
func (n *newProfile) askFor(ctx context.Context, s settings, p *prompter) (project client.Project, err error) {
	for {
		if n.projectID, err = p.ask(ctx, ui.AskProject, ""); err != nil {
			return project, err
		}
		if project, err = client.NewProject(n.projectID, n.baseURL); err == nil {
			break
		}
		p.say(ui.Explain(err, "").What)
	}
	for named := n.name != ""; ; named = false {
		if !named {
			if n.name, err = p.ask(ctx, ui.AskProfile, defaultName); err != nil {
				return project, err
			}
		}
		if err = n.checkName(s); err == nil {
			break
		}
		p.say(err.Error())
	}
	for n.baseURL == "" {
		answer, err := p.ask(ctx, ui.AskBaseURL, project.Base.String())
		if err != nil {
			return project, err
		}
		if answer == project.Base.String() {
			break
		}
		other, err := client.NewProject(n.projectID, answer)
		if err == nil {
			n.baseURL, project = answer, other
			break
		}
		p.say(ui.Explain(err, "").What)
	}
	return project, nil
}

const profileName = `^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`

// checkName refuses a name that cannot be, or that is taken.
func (n *newProfile) checkName(s settings) error {
	_, taken := s.file.Profiles[n.name]
	switch {
	case n.name == sandboxName:
		return usageError{errors.New("the profile sandbox is built in: choose another name")}
	case !regexp.MustCompile(profileName).MatchString(n.name):
		return usageError{fmt.Errorf("%q is no name for a profile: letters, digits, dash and underscore", n.name)}
	case taken && !n.force:
		return &problem{
			exit: exitConflict, what: fmt.Sprintf("There is a profile %q already.", n.name),
			do: "Choose another name, or add --force to replace it.",
		}
	}
	return nil
}

func (a *app) write(ctx context.Context, s settings, n newProfile, project client.Project) error {
	p := profileFile{ProjectID: project.ID}
	if n.baseURL != "" {
		p.BaseURL = project.Base.String()
	}
	if err := s.edit(ctx, putProfile(n.name, p)); err != nil {
		return err
	}
	current := false
	err := s.remember(func(f *stateFile) {
		if _, known := s.file.Profiles[f.Current]; !known {
			f.Current = n.name
		}
		current = f.Current == n.name
	})
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(map[string]any{
			"profile": n.name, "project_id": project.ID, "base_url": project.Base.String(), "region": region(project.ID),
			"current": current, "sandbox": false,
		})
	}
	a.news(ui.SayProject(project.ID, region(project.ID), project.Base.String(), n.baseURL == ""))
	a.news(ui.SayWritten(n.name, s.paths.configFile()))
	if current {
		a.news(ui.SayNext(a.next("login")))
	} else {
		a.news(ui.SayNext(a.next("profile", "use", n.name)))
	}
	return nil
}

// region is what a project id says of it: characters 2 to 5 of a long one.
func region(id string) string {
	if len(id) < 32 {
		return "us"
	}
	return string(client.Clean(id[1:5]))
}
