package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"postern/internal/sandbox"
)

func (a *app) sandboxAccessKey(dir *string) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "access-key",
		Short: "Make an access key, and print what is exchanged for a session",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			sb, err := a.openSandbox(*dir, sandbox.Options{})
			if err != nil {
				return err
			}
			id, cleartext, err := sb.NewAccessKey(cmd.Context(), name)
			if err != nil {
				return err
			}
			if a.flags.json {
				return a.printJSON(map[string]any{"id": id, "name": name, "cleartext": cleartext, "sandbox": true})
			}
			_, err = fmt.Fprintln(a.stdout, cleartext)
			return err
		},
	}
	cmd.Flags().StringVar(&name, "name", "access key", "what the key is for")
	return cmd
}
