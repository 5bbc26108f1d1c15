package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// likeEnough is how many letters a command may be off to be meant.
const likeEnough = 2

// asUsage marks every complaint about arguments as wrong usage, in words that
// name what the command takes.
func asUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if check(cmd, args) == nil {
				return nil
			}
			return usageError{wrongArgs(cmd, args)}
		}
	}
	cmd.SuggestionsMinimumDistance = likeEnough
	for _, sub := range cmd.Commands() {
		asUsage(sub)
	}
}

// wrongArgs says what is wrong with the arguments of a command. Of them only the
// name of a command is repeated: another could be a code.
func wrongArgs(cmd *cobra.Command, args []string) error {
	if cmd.HasAvailableSubCommands() && len(args) > 0 {
		err := fmt.Errorf("unknown command %q", strings.Join(append(path(cmd), args[0]), " "))
		if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
			err = fmt.Errorf("%w: did you mean %q?", err, strings.Join(append(path(cmd), like[0]), " "))
		}
		return err
	}
	takes, needed := arguments(cmd)
	name := strings.Join(path(cmd), " ")
	switch {
	case len(args) < len(needed):
		return fmt.Errorf("%q needs %s", name, strings.Join(needed, " and "))
	case len(takes) == 0:
		return fmt.Errorf("%q takes no argument", name)
	}
	return fmt.Errorf("%q takes %s, got %d arguments", name, strings.Join(takes, " "), len(args))
}

// path is how a command is typed after the program's name.
func path(cmd *cobra.Command) []string { return strings.Fields(cmd.CommandPath())[1:] }

// arguments reads what a command takes from its line of usage, and which of that
// it needs.
func arguments(cmd *cobra.Command) (takes, needed []string) {
	for _, word := range strings.Fields(cmd.Use)[1:] {
		if strings.HasPrefix(word, "--") {
			break // what follows is a flag's
		}
		if takes = append(takes, word); !strings.HasPrefix(word, "[") {
			needed = append(needed, word)
		}
	}
	return takes, needed
}
