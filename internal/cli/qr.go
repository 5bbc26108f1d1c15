package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

func (a *app) qrCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "qr", Short: "How QR codes are drawn in this terminal: test, forget", Args: cobra.NoArgs,
		Long: `Find out how a QR code has to be drawn in this terminal for your phone to read it.

  postern qr test
  postern qr forget`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "test", Short: "Find the form that your phone reads, and remember it",
			Long: `Show a test picture in one form after another: half blocks and full blocks, dark
on light and light on dark. Point the phone's camera at it and type the number
that the phone shows: that form is drawn first from then on, in every terminal
of this name (TERM_PROGRAM, else TERM), where the window has room for it.

The picture holds a sentence and a number: no account, no key, no link. It is as
large as that of a usual sign-up.

  postern qr test`,
			Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return a.qrTest(cmd.Context()) },
		},
		&cobra.Command{
			Use: "forget", Short: "Forget which form this terminal's phone reads",
			Long: "Forget the form that is remembered for this terminal: the window decides again.\n\n  postern qr forget",
			Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error { return a.qrForget() },
		},
	)
	return cmd
}

// qrTest lets a person try the forms, and remembers the one that was read.
func (a *app) qrTest(ctx context.Context) error {
	s, err := a.readSettings()
	if err != nil {
		return err
	}
	flow, r := flows.TryPictures(ui.NewSamples()), flows.Runner{Now: time.Now}
	tty := a.openTerminal()
	if tty == nil {
		_, err := ui.Silent(ctx, ui.Answers{}, flow, r)
		return err
	}
	defer tty.close()
	t := tty.bare(a)
	t.QR = s.qrWay(a)
	if a.lines(t, s.plain) && !ui.SamplesFit(t) { // the full screen waits for a larger window
		return &problem{exit: exitPerson, what: ui.NoSampleHere, do: ui.NoSampleDo}
	}
	out, err := a.converse(ctx, tty, t, s.plain, flow, r)
	if err != nil {
		return err
	}
	if out.End != flows.Seen {
		return unfinished(out)
	}
	way := ui.SampleWay(out.Sample)
	if err := s.rememberQR(a, way); err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(map[string]any{"terminal": a.terminalName(), "form": way})
	}
	a.news(ui.SayQRRemembered(way, a.terminalName()))
	return nil
}

func (a *app) qrForget() error {
	s, err := a.readSettings()
	if err != nil {
		return err
	}
	way := s.qrWay(a)
	if err := s.remember(func(f *stateFile) { delete(f.QR, a.terminalName()) }); err != nil {
		return err
	}
	if a.flags.json {
		return a.printJSON(map[string]any{"terminal": a.terminalName(), "forgotten": way != ""})
	}
	a.news(ui.SayQRForgotten(way, a.terminalName()))
	return nil
}

// qrWay is how codes are drawn in this terminal, empty where nothing is
// remembered.
func (s settings) qrWay(a *app) ui.QRWay { return ui.QRWay(s.state.QR[a.terminalName()]) }

func (s settings) rememberQR(a *app, way ui.QRWay) error {
	return s.remember(func(f *stateFile) { f.QR[a.terminalName()] = string(way) })
}

// longestName is more than any terminal's name has, in bytes.
const longestName = 64

// terminalName tells terminals apart as far as they tell: whether a phone reads
// a form depends on the terminal's font and colours.
func (a *app) terminalName() string {
	for _, v := range []string{"TERM_PROGRAM", "TERM"} {
		name := a.getenv(v)
		if name = string(client.Clean(name[:min(len(name), longestName)])); name != "" {
			return name
		}
	}
	return "unknown"
}
