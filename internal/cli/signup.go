package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/flows"
)

func (a *app) signupCommand() *cobra.Command {
	var (
		e       errand
		way     wayFlags
		options optionFlags
	)
	user := &e.plan.User
	cmd := &cobra.Command{
		Use:   "signup [LOGIN_ID]",
		Short: "Sign up with an authenticator app, or with a code that is sent",
		Long: `Sign up somebody new: scan the QR code with an authenticator app, type the
code that it shows, and stay signed in. With --method a code is sent by email, SMS,
voice or WhatsApp instead, or a link (link, magic-link, magic-sms, magic-whatsapp);
with --method password you make one up.

Without a terminal, give the key a place and the code a source:
  postern signup ID --no-input --enrollment-out FILE --code-command 'CMD'
CMD finds the path of FILE in POSTERN_ENROLLMENT.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := way.into(&e.plan); err != nil {
				return err
			}
			if e.plan.Method == client.Recovery {
				return usageError{errors.New("--method: nobody new has a recovery code")}
			}
			if err := options.into(&e.plan.Options); err != nil {
				return err
			}
			e.plan.Details = len(args) == 0
			if len(args) == 1 {
				e.plan.LoginID, e.code.loginID = args[0], args[0]
			}
			e.begin = flows.Enroll
			return a.guided(cmd.Context(), e)
		},
	}
	f := cmd.Flags()
	f.StringVar(&user.Name, "name", "", "full name")
	f.StringVar(&user.GivenName, "given-name", "", "given name")
	f.StringVar(&user.MiddleName, "middle-name", "", "middle name")
	f.StringVar(&user.FamilyName, "family-name", "", "family name")
	f.StringVar(&user.Email, "email", "", "email address")
	f.StringVar(&user.Phone, "phone", "", "phone number in international form, such as +4915112345678")
	f.BoolVar(&e.plan.Force, "force", false, "replace a live session without asking")
	way.add(f, true)
	options.add(f)
	e.code.add(f, true)
	return cmd
}
