package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/ui"
)

func (a *app) profileRemove() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "rm NAME",
		Short: "Remove a profile",
		Long: `Remove a profile from config.toml, and what is remembered about it. While
somebody is signed in there, --force is needed; the session is then ended first.

  postern profile rm work`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.removeProfile(cmd.Context(), args[0], force) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "end a session that is stored for it")
	return cmd
}

func (a *app) removeProfile(ctx context.Context, name string, force bool) error {
	if name == sandboxName {
		return usageError{errors.New("the profile sandbox is built in; empty it with: sandbox reset")}
	}
	s, err := a.readSettings()
	if err == nil {
		s, err = s.as(name)
	}
	if err != nil {
		return err
	}
	ended, err := a.endProfile(ctx, s, force)
	if err != nil {
		return err
	}
	if err := s.edit(ctx, cutProfile(name)); err != nil {
		return err
	}
	err = s.remember(func(f *stateFile) {
		delete(f.Stores, name)
		delete(f.KeyFiles, name)
		delete(f.AuthKeys, name)
		if f.Current == name {
			f.Current = ""
		}
	})
	if err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(map[string]any{"removed": name, "session_ended": ended, "sandbox": false})
	}
	a.news(ui.SayRemoved(name, ended))
	return nil
}

// endProfile makes sure that nothing of a profile stays in a store. A profile
// that cannot be used never had a session.
func (a *app) endProfile(ctx context.Context, s settings, force bool) (ended bool, err error) {
	p, err := a.openAt(s, a.interactive())
	if errors.Is(err, client.Misconfigured) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	account, _ := p.current()
	_, err = account.Standing(ctx)
	switch err = p.unpinned(err); {
	case errors.Is(err, client.NotSignedIn):
		err = nil
	case err != nil && !force:
		return false, err
	case err == nil && !force:
		return false, &problem{
			exit: exitConflict, what: fmt.Sprintf("Somebody is signed in with profile %q.", s.profile.value),
			do: "Add --force to end that session, or sign it out", next: []string{"logout", "--profile", s.profile.value},
		}
	default:
		bye, failed := p.leave(ctx, leaving{})
		if failed != nil || bye.Local != nil {
			return false, errors.Join(failed, bye.Local)
		}
		if ended = true; bye.Server != nil {
			a.news(ui.SayFarewell(false, true))
		}
	}
	return ended, errors.Join(err, p.forgetKey(ctx))
}
