package cli

import (
	"github.com/spf13/cobra"

	"postern/client"
	"postern/flows"
)

func (a *app) signupCommand() *cobra.Command {
	var (
		user  client.NewUser
		code  codeFlags
		force bool
	)
	cmd := &cobra.Command{
		Use:   "signup [LOGIN_ID]",
		Short: "Sign up with an authenticator app",
		Long: `Sign up somebody new: scan the QR code with an authenticator app, type the
code that it shows, and stay signed in.

Without a terminal, give the key a place and the code a source:
  postern signup ID --no-input --enrollment-out FILE --code-command 'CMD'
CMD finds the path of FILE in POSTERN_ENROLLMENT.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			plan := flows.Plan{User: user, Force: force, Details: len(args) == 0}
			if len(args) == 1 {
				plan.LoginID, code.loginID = args[0], args[0]
			}
			return a.guided(cmd.Context(), flows.Enroll, plan, code)
		},
	}
	f := cmd.Flags()
	f.StringVar(&user.Name, "name", "", "full name")
	f.StringVar(&user.GivenName, "given-name", "", "given name")
	f.StringVar(&user.MiddleName, "middle-name", "", "middle name")
	f.StringVar(&user.FamilyName, "family-name", "", "family name")
	f.StringVar(&user.Email, "email", "", "email address")
	f.StringVar(&user.Phone, "phone", "", "phone number in international form, such as +4915112345678")
	f.BoolVar(&force, "force", false, "replace a live session without asking")
	code.add(f, true)
	return cmd
}
