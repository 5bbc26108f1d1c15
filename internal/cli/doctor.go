package cli

import (
	"context"
	"runtime"

	"github.com/spf13/cobra"

	"postern/ui"
)

func (a *app) doctorCommand() *cobra.Command {
	var offline bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what works here, and what to do about the rest",
		Long: `Look at all that signing in needs: the configuration, the way to the service,
its keys and its clock, the store, the session, the terminal. Each is a line:
ok, warn, fail or skipped, what was found, and what to do about it.

The report may be posted in public. It is made of words of this program,
numbers, the beginning and end of the project id, and hosts of Descope: no login
id, no name, no path, no token, no proxy and no host of yours can be in it.

Nothing is asked, nobody is signed in or out, and one request is sent, for the
project's public keys. The exit code is 0 when nothing failed, else that of the
first failure: 13 configuration, 9 network, 14 TLS, 8 store.

  postern doctor
  postern --profile work doctor --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), offline) },
	}
	cmd.Flags().BoolVar(&offline, "offline", false, "send nothing: leave the network out")
	return cmd
}

// doctor looks at one thing after another and writes down what it found. What
// it writes is Postable by its type.
type doctor struct {
	*app
	offline bool
	checks  []ui.Check
	exit    int // of the first that failed
}

func (a *app) doctor(ctx context.Context, offline bool) error {
	d := &doctor{app: a, offline: offline}
	d.ok("program", ui.Finding{Found: ui.Version(Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)})
	d.foreignKeys()
	d.authorities()
	d.proxy()
	p := d.configuration()
	d.network(ctx, p)
	d.storage(ctx, p)
	d.surroundings()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := d.print(); err != nil {
		return err
	}
	if d.exit != exitOK {
		return passedOn{d.exit}
	}
	return nil
}

func (d *doctor) print() error {
	if d.flags.json {
		return d.printJSON(map[string]any{"checks": d.checks})
	}
	failed, warned := 0, 0
	for _, c := range d.checks {
		switch c.State {
		case ui.CheckFail:
			failed++
		case ui.CheckWarn:
			warned++
		}
		if err := d.printLines(c.Lines()); err != nil {
			return err
		}
	}
	d.news(string(ui.CheckSum(failed, warned)))
	return nil
}

func (d *doctor) ok(name ui.Postable, f ui.Finding)   { d.add(name, ui.CheckOK, f) }
func (d *doctor) warn(name ui.Postable, f ui.Finding) { d.add(name, ui.CheckWarn, f) }

func (d *doctor) skip(f ui.Finding, names ...ui.Postable) {
	for _, name := range names {
		d.add(name, ui.CheckSkipped, f)
	}
}

func (d *doctor) fail(name ui.Postable, f ui.Finding, exit int) {
	if d.exit == exitOK {
		d.exit = exit
	}
	d.add(name, ui.CheckFail, f)
}

func (d *doctor) add(name, state ui.Postable, f ui.Finding) {
	d.checks = append(d.checks, ui.Check{Name: name, State: state, Finding: f.Called(d.called)})
}

// set are those of the variables that have a value.
func (d *doctor) set(names ...ui.Postable) (set []ui.Postable) {
	for _, name := range names {
		if d.getenv(string(name)) != "" {
			set = append(set, name)
		}
	}
	return set
}

// surroundings are what a person sits at.
func (d *doctor) surroundings() {
	inside := []ui.Postable{}
	for _, mark := range []struct{ variable, name ui.Postable }{
		{"TMUX", "tmux"}, {"STY", "screen"}, {"SSH_CONNECTION", "ssh"}, {"WSL_DISTRO_NAME", "WSL"}, {"CI", "CI"},
	} {
		if len(d.set(mark.variable)) > 0 {
			inside = append(inside, mark.name)
		}
	}
	if d.inContainer() {
		inside = append(inside, "a container")
	}
	if by := recorder(); by != "" {
		d.warn("inside", ui.Inside(inside, ui.OneOf(by, "a program", "script", "scriptlive", "ttyrec", "asciinema", "termrec")))
	} else {
		d.ok("inside", ui.Inside(inside, ""))
	}
	tty := d.openTerminal()
	if tty == nil {
		d.skip(ui.LeftOutTerminal, "terminal", "qr code")
		if d.flags.noInput {
			d.ok("manner", ui.SilentByFlag)
		} else {
			d.ok("manner", ui.SilentAlone)
		}
		return
	}
	defer tty.close()
	s, _ := d.readSettings() // a file that cannot be read was told of before
	t := tty.bare(d.app)
	t.QR, t.Still = s.qrWay(d.app), s.still
	d.ok("terminal", ui.TerminalFound(t))
	if f, fits := ui.CodesFit(t); fits {
		d.ok("qr code", f)
	} else {
		d.warn("qr code", f)
	}
	d.ok("manner", ui.Manner(t, d.flags.plain, s.plain))
}
