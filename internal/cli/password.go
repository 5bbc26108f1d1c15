package cli

import (
	"github.com/spf13/cobra"

	"postern/flows"
	"postern/ui"
)

func (a *app) passwordCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "password",
		Short: "Change the password, or set a new one by mail",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.passwordChange(), a.passwordReset())
	return cmd
}

func (a *app) passwordChange() *cobra.Command {
	e := errand{begin: flows.ChangePassword, raises: true, done: ui.SaidPasswordChanged}
	cmd := &cobra.Command{
		Use:   "change",
		Short: "Change the password of the person who is signed in",
		Long: `Change the password of the person who is signed in. It asks for the old one and
for the new one, unseen, and keeps the new session that comes with it.

Without a terminal the old password is the first line of --code-stdin or
--code-file, and the new one the second; a --code-command finds in
POSTERN_NEW_PASSWORD whether the new one is asked for.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.guided(cmd.Context(), e) },
	}
	e.code.add(cmd.Flags(), false)
	return cmd
}

func (a *app) passwordReset() *cobra.Command {
	e := errand{begin: flows.Reset, done: ui.SaidPasswordChanged}
	cmd := &cobra.Command{
		Use:   "reset [LOGIN_ID]",
		Short: "Set a new password by a link that is sent by email",
		Long: `Set a new password by a link that is sent by email, and stay signed in. Paste the
link from the mail, or the token in it.

Without a terminal the link is the first answer and the new password the second.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				e.plan.LoginID, e.code.loginID = args[0], args[0]
			}
			return a.guided(cmd.Context(), e)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&e.plan.Force, "force", false, "replace a live session without asking")
	e.code.add(f, false)
	return cmd
}
