package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"postern/flows"
)

// Version is set when a release is built.
var Version = "dev"

// Main runs the command line of this process and returns its exit code.
func Main() int {
	// These two make Bubble Tea write frames and keys into a file.
	_ = os.Unsetenv("TEA_TRACE")
	_ = os.Unsetenv("TEA_DEBUG")
	hard := harden()
	ctx, stop := untilSignal(context.Background())
	defer stop()
	a := &app{
		args: os.Args[1:], env: os.Environ(), called: calledAs(os.Args[0]), hard: hard,
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
	}
	return a.run(ctx)
}

// app is one call of the program.
type app struct {
	args           []string
	env            []string
	called         string // "postern", "./postern", "go run ."
	stdin          io.Reader
	stdout, stderr io.Writer
	flags          globalFlags
	hard           hardened
	ran            []string // the command, as it is typed after the program's name
}

// globalFlags stand at every command.
type globalFlags struct {
	profile, projectID, baseURL, store, keyFile, debug string
	plain, noMotion, noInput, json, quiet, noColor     bool
}

func (a *app) run(ctx context.Context) (exit int) {
	defer func() {
		if recover() != nil { // the value might hold anything
			a.fail(flows.ErrInternal)
			exit = exitInternal
		}
	}()
	root := a.root()
	root.SetArgs(a.args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	ran, err := root.ExecuteContextC(ctx)
	a.ran = path(ran)
	if passed := (passedOn{}); errors.As(err, &passed) {
		return passed.code
	}
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause
	}
	if err != nil {
		a.fail(err)
	}
	return exitOf(err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "postern",
		Short:         "The terminal's door to a Descope project",
		Long:          rootHelp,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return a.home(cmd.Context()) },
		PersistentPreRun: func(*cobra.Command, []string) {
			if a.flags.profile != "" { // the commands that are named next are for the same one
				a.called = fmt.Sprintf("%s --profile %s", a.called, a.flags.profile)
			}
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.flags.profile, "profile", "", "the profile to use (sandbox is built in)")
	f.StringVar(&a.flags.projectID, "project-id", "", "the Descope project")
	f.StringVar(&a.flags.baseURL, "base-url", "", "where the project's API is, when not derived from its id")
	f.StringVar(&a.flags.store, "store", "", "where the session stays: auto, keyring, kernel, passphrase, keyfile or none")
	f.StringVar(&a.flags.keyFile, "store-key-file", "", "keep the session sealed for the key in this file; means --store keyfile")
	f.BoolVar(&a.flags.plain, "plain", false, "line by line, without a full screen")
	f.BoolVar(&a.flags.noMotion, "no-motion", false, "nothing moves by itself: no spinner, no ticking seconds, a cursor that stands still")
	f.BoolVar(&a.flags.noInput, "no-input", false, "never ask; fail with exit code 10 instead")
	f.BoolVar(&a.flags.json, "json", false, "print one JSON object on stdout")
	f.BoolVarP(&a.flags.quiet, "quiet", "q", false, "no news on stderr, only errors")
	f.BoolVar(&a.flags.noColor, "no-color", false, "no colours, as with NO_COLOR")
	f.StringVar(&a.flags.debug, "debug", "", "append a line for each request to this file (no secrets)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		a.signupCommand(), a.loginCommand(), a.tokenCommand(), a.statusCommand(), a.logoutCommand(),
		a.whoamiCommand(), a.historyCommand(), a.inspectCommand(), a.checkCommand(), a.refreshCommand(), a.tenantCommand(),
		a.execCommand(), a.initCommand(), a.profileCommand(), a.storeCommand(), a.configCommand(),
		a.mfaCommand(), a.passwordCommand(), a.stepUpCommand(), a.challengeCommand(), a.sandboxCommand(), a.qrCommand(), a.doctorCommand(), a.versionCommand(), exitCodesTopic(),
	)
	asUsage(root)
	a.completing(root)
	return root
}

const rootHelp = `postern signs people in to a Descope project from a terminal: sign up by
scanning a QR code, type codes, stay signed in with the refresh token in the
operating system's keyring, and give any script a valid session token.

By itself it shows who is signed in, and what can be done; without a terminal it
is "status".

With nothing configured it uses the sandbox, a stand-in for Descope that lives
on this computer and needs no account and no network.`

// untilSignal ends the context with a signalError when the process is asked
// to end. What must not be interrupted (a refresh) goes on without it.
func untilSignal(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	go func() {
		select {
		case s := <-caught:
			cancel(signalError{s})
			resumeOutput()
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(caught)
		cancel(nil)
	}
}
