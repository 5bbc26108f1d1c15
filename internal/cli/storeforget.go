package cli

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"postern/keychain"
	"postern/ui"
)

func (a *app) storeForgetCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "forget [STORE]",
		Short: "Remove what a store keeps of this profile, even if it cannot be read",
		Long: `Remove everything that the store in use, or STORE, keeps of this profile, damaged
files too. The server is not told: "logout" ends the session there first, if it
can still be read. This also is the way out of a passphrase that is lost.

  postern store forget passphrase`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.storeForget(cmd.Context(), args, force) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "do not ask")
	return cmd
}

func (a *app) storeForget(ctx context.Context, args []string, force bool) error {
	p, store, err := a.storeArg(args, keeping...)
	if err != nil {
		return err
	}
	if !force {
		if err := a.sure(ctx, ui.AskForget(p.profile.value, store, a.called)); err != nil {
			return err
		}
	}
	// Without a question: what is removed need not be unlocked.
	v, account := p.raw(store), p.accountID()
	unlock, err := v.Lock(ctx, account)
	if err != nil {
		return p.storeError("forget", store, err)
	}
	err = v.Delete(ctx, account)
	if err == nil && store == p.chosen().value {
		files := keychain.NewFiles(filepath.Join(p.paths.state, "sessions"))
		_ = files.Delete(strings.ReplaceAll(account, ":", "-")) // of no use without its key
	}
	unlock()
	if err != nil {
		return p.storeError("forget", store, err)
	}
	if p.state.AuthKeys[p.profile.value] == store {
		if err := p.forgetKey(ctx); err != nil {
			return err
		}
		if err := p.remember(func(f *stateFile) { delete(f.AuthKeys, p.profile.value) }); err != nil {
			return err
		}
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{"profile": p.profile.value, "store": store, "ended_at_server": false}))
	}
	a.news(ui.SayForgotten(p.profile.value, store))
	return nil
}

// sure asks for a yes.
func (a *app) sure(ctx context.Context, question string) error {
	tty := a.openTerminal()
	if tty == nil {
		return &ui.AnswerNeeded{What: "whether to remove it", Flags: []string{"--force"}}
	}
	defer tty.close()
	answer, err := tty.prompter().ask(ctx, question, "no")
	if err != nil {
		return err
	}
	if answer = strings.ToLower(answer); answer != "yes" && answer != "y" {
		return errCancelled
	}
	return nil
}
