package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"postern/keychain"
	"postern/ui"
)

func (a *app) storePassphraseCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "passphrase",
		Short: "Change the passphrase of the passphrase store",
		Long: `Change the passphrase of the passphrase store, for all profiles: the old one is
asked for, then a new one twice. The sessions stay as they are. A copy that
somebody took of the files still opens with the old passphrase: if you fear one,
end the sessions as well.

  postern store passphrase
  postern logout --all-sessions`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.storePassphrase(cmd.Context()) },
	}
}

func (a *app) storePassphrase(ctx context.Context) error {
	p, err := a.open(a.interactive())
	if err != nil {
		return err
	}
	if err := p.passphrase.Ready(ctx); errors.Is(err, keychain.ErrPassphraseNew) {
		return &problem{
			exit: exitStore, what: "No passphrase was set yet.",
			do: "A first sign-in into that store sets one", next: []string{"login", "--store", storePassphrase},
		}
	}
	free, err := p.aloneFor(ctx, "passphrase-")
	if err != nil {
		return err
	}
	defer free()
	if err := p.changePassphrase(ctx); err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(p.said(map[string]any{"store": storePassphrase, "changed": true}))
	}
	a.news(ui.SaidPassphraseChanged)
	return nil
}

// changePassphrase asks until the passphrase of now fits, and then for the new
// one.
func (p *place) changePassphrase(ctx context.Context) error {
	at, err := p.hidden()
	if errors.Is(err, errNobodyTyped) {
		return &problem{exit: exitPerson, what: "A passphrase is typed by a person, and nobody is here.", do: "Run it at a terminal."}
	}
	if err != nil {
		return p.storeError("passphrase", storePassphrase, err)
	}
	defer at.close()
	var notice error
	for range passphraseTries {
		current, err := at.askPassphrase(ctx, false, notice)
		if err != nil {
			return err
		}
		notice = p.passphrase.ChangePassphrase(ctx, current.Reveal(), func() (string, error) {
			next, err := at.askPassphrase(ctx, true, nil)
			return next.Reveal(), err
		})
		if !errors.Is(notice, keychain.ErrPassphrase) {
			break
		}
	}
	if notice != nil {
		return p.storeError("passphrase", storePassphrase, notice)
	}
	return nil
}
