package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"postern/internal/sandbox"
	"postern/ui"
)

func (a *app) sandboxPress(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "press LOGIN_ID",
		Short: "Press the right link of the newest enchanted message",
		Long: `Press the right link of the newest enchanted message to a login ID, as a browser
would: whoever waits for it is signed in then. A wrong link of the three would
end the sign-in.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			sb, err := a.openSandbox(*dir, sandbox.Options{})
			if err != nil {
				return err
			}
			linkID, err := sb.Press(cmd.Context(), args[0])
			if errors.Is(err, sandbox.ErrNoLink) {
				return noneSent("No link is waiting to be pressed for", args[0])
			}
			if err != nil {
				return err
			}
			if a.flags.json {
				return a.printJSON(map[string]any{"pressed": linkID, "sandbox": true})
			}
			a.news(ui.SayPressed(linkID))
			return nil
		},
	}
}
