package cli

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"postern/client"
	"postern/flows"
	"postern/internal/sandbox"
)

// values are what the shell completes.
type values func() []string

// completing gives the shell the values of arguments and flags that are one of a
// few. Where nothing is known of an argument, no file names are offered in its
// place; those of flags may be files.
func (a *app) completing(cmd *cobra.Command) {
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if takes, _ := arguments(cmd); len(args) < len(takes) {
			return a.argumentValues(cmd, len(args)), cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if cmd.Name() == "exec" {
		cmd.ValidArgsFunction = nil // what follows is another command's
	}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if of := a.flagValues(cmd, f.Name); of != nil {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
				return of(), cobra.ShellCompDirectiveNoFileComp
			})
		}
	})
	for _, sub := range cmd.Commands() {
		a.completing(sub)
	}
}

// argumentValues are those of an argument, by its number.
func (a *app) argumentValues(cmd *cobra.Command, number int) []string {
	switch parent := cmd.Parent(); {
	case parent == nil || number > 0:
	case parent.Name() == "store":
		if cmd.Name() == "set" {
			return storeNames[:len(storeNames)-1]
		}
		return keeping
	case parent.Name() == "profile" && cmd.Name() != "add":
		return a.profileNames()
	case parent.Name() == "config":
		return slices.Sorted(maps.Keys(topSettings))
	}
	return nil
}

// flagValues are those of a flag, nil where they are not known.
func (a *app) flagValues(cmd *cobra.Command, flag string) values {
	fixed := func(names ...string) values { return func() []string { return names } }
	switch flag {
	case "profile":
		return a.profileNames
	case "store":
		return fixed(storeNames...)
	case "method":
		return fixed(methodsOf(cmd)...)
	case "mfa":
		return fixed(named(append(methodNames[:len(methodNames):len(methodNames)], flows.AnyFactor))...)
	case "format":
		return fixed(tokenFormats...)
	case "require":
		return fixed("mfa")
	case "fault":
		return sandbox.Faults
	case "variant":
		return sandbox.Variants
	case "session-token", "refresh-token":
		return fixed("body", "cookies")
	case "rotation":
		return fixed("off", "strict", "grace=10s")
	case "issuer":
		return fixed("id", "url", "custom-host")
	}
	return nil
}

// methodsOf are what --method takes at a command.
func methodsOf(cmd *cobra.Command) []string {
	switch cmd.Name() {
	case "token", "exec":
		return []string{byAccessKey}
	case "start":
		return named(slices.Concat(client.Delivered, client.Magic))
	case "signup":
		return slices.DeleteFunc(named(methodNames), func(m string) bool { return m == string(client.Recovery) })
	case "login":
		return append(named(methodNames), byAccessKey)
	}
	return named(methodNames)
}

func named(methods []client.Method) (names []string) {
	for _, m := range methods {
		names = append(names, string(m))
	}
	return names
}

// profileNames are those of config.toml, and the sandbox's.
func (a *app) profileNames() []string {
	s, err := a.readSettings()
	if err != nil {
		return nil
	}
	return append(slices.Sorted(maps.Keys(s.file.Profiles)), sandboxName)
}
