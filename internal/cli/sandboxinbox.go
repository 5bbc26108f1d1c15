package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/internal/sandbox"
)

func (a *app) sandboxInbox(dir *string) *cobra.Command {
	var codeOf, linkOf string
	cmd := &cobra.Command{
		Use:   "inbox",
		Short: "List delivered messages, newest first",
		Long: `List delivered messages, newest first. Of an enchanted message, which holds
three links, the list has their numbers, --link prints the right link, and
--json has all of them.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if codeOf != "" && linkOf != "" {
				return usageError{errors.New("--code and --link: give one of them")}
			}
			sb, err := a.openSandbox(*dir, sandbox.Options{})
			if err != nil {
				return err
			}
			messages, err := sb.Inbox(cmd.Context())
			if err != nil {
				return err
			}
			switch {
			case codeOf != "":
				return a.printDelivered(messages, "code", codeOf, func(m sandbox.Message) string { return m.Code })
			case linkOf != "":
				return a.printDelivered(messages, "link", linkOf, func(m sandbox.Message) string { return m.Link })
			}
			if a.flags.json {
				return a.printJSON(map[string]any{"messages": messages, "sandbox": true})
			}
			lines := make([]string, len(messages))
			for i, m := range messages {
				lines[i] = messageLine(m)
			}
			return a.printLines(lines)
		},
	}
	cmd.Flags().StringVar(&codeOf, "code", "", "print only the newest code delivered to this login ID")
	cmd.Flags().StringVar(&linkOf, "link", "", "print only the newest link delivered to this login ID; of three, the right one")
	return cmd
}

// printDelivered prints the newest of what messages hold for a login ID.
func (a *app) printDelivered(messages []sandbox.Message, what, loginID string, of func(sandbox.Message) string) error {
	for _, m := range messages {
		if text := of(m); text != "" && strings.EqualFold(m.LoginID, loginID) {
			return a.printLines([]string{text})
		}
	}
	return noneSent(fmt.Sprintf("No %s was sent to", what), loginID)
}

// noneSent is a message that there is not, whether there is an account or not.
func noneSent(what, loginID string) error {
	return &problem{
		exit: exitConflict, what: fmt.Sprintf("%s %s.", what, client.Clean(loginID)),
		do: "See what was sent", next: []string{"sandbox", "inbox"},
	}
}

// messageLine is a message in one line of a list.
func messageLine(m sandbox.Message) string {
	what := m.Code + m.Link
	if m.Kind == sandbox.EnchantedMessage { // as its reader sees it: which is right stands elsewhere
		var ids []string
		for _, l := range m.Links {
			ids = append(ids, l.ID)
		}
		what = fmt.Sprintf("links %s", strings.Join(ids, ", "))
	}
	return m.At.Local().Format(time.TimeOnly) + "  " + m.Channel + "  " + m.To + "  " + what
}
