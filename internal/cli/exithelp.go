package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// exitCodesTopic is `help exit-codes`: a command that does nothing but help.
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitHelp()}
}

func exitHelp() string {
	var b strings.Builder
	b.WriteString("Scripts can branch on the exit code of every command:\n\n")
	for _, row := range exitTable {
		fmt.Fprintf(&b, "  %-15s  %s\n", row.shown, row.meaning)
	}
	b.WriteString(`
` + "`check`" + ` exits 4 without a session, else 5 for --mfa and --stepup, else 12.
` + "`exec`" + ` exits as its command does; 125 is anything of this program's own, 126 a
command that cannot be run, 127 one that is not there.

Example:
  postern check --min-ttl 5m || postern login`)
	return b.String()
}
