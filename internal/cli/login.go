package cli

import (
	"github.com/spf13/cobra"

	"postern/flows"
)

func (a *app) loginCommand() *cobra.Command {
	var (
		code  codeFlags
		force bool
	)
	cmd := &cobra.Command{
		Use:   "login [LOGIN_ID]",
		Short: "Sign in with a code of your authenticator app",
		Long: `Sign in with a code of your authenticator app. With a valid session of the
same person there is nothing to do, and nothing is done.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan := flows.Plan{Force: force}
			if len(args) == 1 {
				plan.LoginID, code.loginID = args[0], args[0]
			}
			return a.guided(cmd.Context(), flows.SignIn, plan, code)
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "sign in again, and replace a live session without asking")
	code.add(cmd.Flags(), false)
	return cmd
}
