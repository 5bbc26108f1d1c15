package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"postern/ui"
)

// topSetting is a setting above all profiles, as `config` changes it.
type topSetting struct {
	help  string
	get   func(configFile) string
	parse func(string) (written string, set func(*configFile), err error)
	zero  func(*configFile)
}

var topSettings = map[string]topSetting{
	"plain": {
		help:  "line by line, without a full screen: true or false",
		get:   func(c configFile) string { return strconv.FormatBool(c.Plain) },
		parse: trueOrFalse("plain", func(c *configFile, on bool) { c.Plain = on }),
		zero:  func(c *configFile) { c.Plain = false },
	},
	"motion": {
		help:  "what moves by itself: a spinner, ticking seconds, a blinking cursor: true or false",
		get:   func(c configFile) string { return strconv.FormatBool(c.Motion == nil || *c.Motion) },
		parse: trueOrFalse("motion", func(c *configFile, on bool) { c.Motion = &on }),
		zero:  func(c *configFile) { c.Motion = nil },
	},
}

// trueOrFalse parses a setting that is either.
func trueOrFalse(name string, set func(*configFile, bool)) func(string) (string, func(*configFile), error) {
	return func(value string) (string, func(*configFile), error) {
		if value != "true" && value != "false" {
			return "", nil, fmt.Errorf("%s: want true or false, got %q", name, value)
		}
		return value, func(c *configFile) { set(c, value == "true") }, nil
	}
}

func findTop(name string) (topSetting, error) {
	t, known := topSettings[name]
	if !known {
		return t, usageError{fmt.Errorf("unknown setting %q, want one of %s", name, joined(slices.Sorted(maps.Keys(topSettings))))}
	}
	return t, nil
}

func (a *app) configCommand() *cobra.Command {
	long := `Read and change the settings above all profiles in config.toml. Comments and
everything else there stay.

Settings:
`
	for _, name := range slices.Sorted(maps.Keys(topSettings)) {
		long += fmt.Sprintf("  %-8s %s\n", name, topSettings[name].help)
	}
	cmd := &cobra.Command{
		Use: "config", Short: "Read and change settings: get, set, unset", Args: cobra.NoArgs,
		Long: fmt.Sprintf("%s\n  postern config set plain true", long),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "get NAME", Short: "Print a setting", Args: cobra.ExactArgs(1),
			Long: "Print a setting, or what it is when it is not set.\n\n  postern config get plain",
			RunE: func(_ *cobra.Command, args []string) error { return a.getConfig(args[0]) },
		},
		&cobra.Command{
			Use: "set NAME VALUE", Short: "Change a setting", Args: cobra.ExactArgs(2),
			Long: "Change a setting.\n\n  postern config set plain true",
			RunE: func(cmd *cobra.Command, args []string) error { return a.setConfig(cmd.Context(), args[0], args[1]) },
		},
		&cobra.Command{
			Use: "unset NAME", Short: "Remove a setting", Args: cobra.ExactArgs(1),
			Long: "Remove a setting: it is what it is by itself again.\n\n  postern config unset plain",
			RunE: func(cmd *cobra.Command, args []string) error { return a.unsetConfig(cmd.Context(), args[0]) },
		},
	)
	return cmd
}

func (a *app) getConfig(name string) error {
	t, err := findTop(name)
	if err != nil {
		return err
	}
	s, err := a.readSettings()
	if err != nil {
		return err
	}
	return a.printSetting(name, t.get(s.file))
}

func (a *app) printSetting(name, value string) error {
	if a.flags.json {
		return a.printJSON(map[string]any{"name": name, "value": value})
	}
	_, err := fmt.Fprintln(a.stdout, value)
	return err
}

func (a *app) setConfig(ctx context.Context, name, value string) error {
	t, err := findTop(name)
	if err != nil {
		return err
	}
	written, set, err := t.parse(value)
	if err != nil {
		return usageError{err}
	}
	return a.changeConfig(ctx, name, t, configEdit{
		text: func(text *tomlText) error { text.setTop(name, written); return nil }, mean: set,
	})
}

func (a *app) unsetConfig(ctx context.Context, name string) error {
	t, err := findTop(name)
	if err != nil {
		return err
	}
	return a.changeConfig(ctx, name, t, configEdit{
		text: func(text *tomlText) error { text.cutTop(name); return nil }, mean: t.zero,
	})
}

func (a *app) changeConfig(ctx context.Context, name string, t topSetting, e configEdit) error {
	s, err := a.readSettings()
	if err != nil {
		return err
	}
	if err := s.edit(ctx, e); err != nil {
		return err
	}
	e.mean(&s.file)
	if a.flags.json {
		return a.printSetting(name, t.get(s.file))
	}
	a.news(ui.SaySetting(name, t.get(s.file), s.paths.configFile()))
	return nil
}
