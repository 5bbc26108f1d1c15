package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

func (a *app) mfaRecoveryCodes() *cobra.Command {
	var out string
	e := errand{begin: flows.RecoveryCodes, raises: true, done: ui.SaidCodesMade}
	cmd := &cobra.Command{
		Use:   "recovery-codes",
		Short: "Make recovery codes, for the day when the phone is lost",
		Long: `Make recovery codes for the person who is signed in. Each signs in once, with
"login --method recovery". Those made before become void, so it asks first;
--force does not.

They are shown once. With --json, and where stdout is no terminal, they are
printed there instead, a line each; --out writes them into a new file that only
you can read.

  postern mfa recovery-codes --force --out codes.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.recoveryCodes(cmd.Context(), e, out) },
	}
	f := cmd.Flags()
	f.BoolVar(&e.plan.Force, "force", false, "do not ask whether codes from before may become void")
	f.StringVar(&out, "out", "", "write them into this new file (mode 0600) instead")
	return cmd
}

func (a *app) recoveryCodes(ctx context.Context, e errand, out string) error {
	if out != "" && a.flags.json {
		return usageError{errors.New("--out and --json: give one of them")}
	}
	if out == "" {
		e.codes = a.codesToStdout()
		return a.guided(ctx, e)
	}
	f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return usageError{fmt.Errorf("--out: %w", err)}
	}
	written := false
	e.codes = func(_ *place, codes []client.Secret) error {
		written = true
		_, err := f.WriteString(codeLines(codes))
		if err == nil {
			err = f.Sync()
		}
		if err != nil {
			return fmt.Errorf("write recovery codes: %w", err)
		}
		return nil
	}
	e.done += "\n" + ui.CodesFile(out)
	err = a.guided(ctx, e)
	_ = f.Close() // synced, or told already
	if !written {
		_ = os.Remove(out)
	}
	return err
}

// codesToStdout hands codes over as data, nil where they are to be shown.
func (a *app) codesToStdout() func(*place, []client.Secret) error {
	if file, ok := a.stdout.(*os.File); ok && term.IsTerminal(int(file.Fd())) && !a.flags.json {
		return nil
	}
	return func(p *place, codes []client.Secret) error {
		if a.flags.json {
			plain := make([]string, len(codes))
			for i, c := range codes {
				plain[i] = c.Reveal()
			}
			return a.printJSON(p.said(map[string]any{"recovery_codes": plain}))
		}
		_, err := fmt.Fprint(a.stdout, codeLines(codes))
		return err
	}
}

func codeLines(codes []client.Secret) string {
	var b strings.Builder
	for _, c := range codes {
		b.WriteString(c.Reveal() + "\n")
	}
	return b.String()
}
