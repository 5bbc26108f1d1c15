package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/client"
	"postern/keychain"
)

// handing says how a command gets the token.
type handing struct {
	env    string
	fd     int
	file   bool
	minTTL time.Duration
	by     stateless
}

// The child's variables.
const (
	tokenVariable = "POSTERN_TOKEN"
	fdVariable    = "POSTERN_TOKEN_FD"
	fileVariable  = "POSTERN_TOKEN_FILE"
)

const noFD = -1

func (a *app) execCommand() *cobra.Command {
	var h handing
	cmd := &cobra.Command{
		Use:   "exec [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a command with a valid session token",
		Long: `Run a command with a session token that is valid now. The command alone gets
it: in the variable POSTERN_TOKEN, or in another with --env; with --fd as the
content of a pipe, whose number is in POSTERN_TOKEN_FD; or with --file in a new
file that only you can read, whose path is in POSTERN_TOKEN_FILE, and which is
removed when the command ends.

Signals are passed on, and the exit code is the command's. 125 is anything of
this program's own, 126 a command that cannot be run, 127 one that is not there.
With --json such an error is an object on stdout; else stdout is the command's.

  postern exec -- sh -c 'curl -H "Authorization: Bearer $POSTERN_TOKEN" https://api.example.com'
  postern exec --fd 0 -- docker login --username me --password-stdin registry.example.com
  postern exec --method access-key --key-file FILE -- ./deploy`,
		RunE: func(cmd *cobra.Command, args []string) error {
			err := h.check(args, cmd.Flags().Changed("env"))
			if err == nil {
				err = a.exec(cmd.Context(), h, args)
			}
			if _, passed := err.(passedOn); err == nil || passed {
				return err
			}
			return execError{err}
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return execError{usageError{err}} })
	f := cmd.Flags()
	f.SetInterspersed(false) // what follows the command is the command's
	f.StringVar(&h.env, "env", tokenVariable, "the variable that holds the token")
	f.IntVar(&h.fd, "fd", noFD, "give the token as the content of this file descriptor instead: 0, or 3 to 9")
	f.BoolVar(&h.file, "file", false, "give the token in a file instead")
	h.by.add(f)
	f.DurationVar(&h.minTTL, "min-ttl", 0, "renew a token that is valid for less than this, such as 5m")
	return cmd
}

type (
	execError struct{ error }     // anything of ours: the exit code is not the command's
	passedOn  struct{ code int }  // how the command ended: nothing is said about it
	notRun    struct{ err error } // the command could not be run
)

func (e execError) Unwrap() error { return e.error }
func (e passedOn) Error() string  { return fmt.Sprintf("exec: exit code %d", e.code) }
func (e notRun) Error() string    { return e.err.Error() }
func (e notRun) Unwrap() error    { return e.err }

// exit is as env(1) has it.
func (e notRun) exit() int {
	if errors.Is(e.err, exec.ErrNotFound) || errors.Is(e.err, fs.ErrNotExist) {
		return exitNotFound
	}
	return exitNotRun
}

// withoutTokens leaves out what an outer run gave: the command gets its token in
// the way that was asked for, and no other.
func withoutTokens(env []string) (rest []string) {
	for _, e := range env {
		if name, _, _ := strings.Cut(e, "="); !slices.Contains([]string{tokenVariable, fdVariable, fileVariable}, name) {
			rest = append(rest, e)
		}
	}
	return rest
}

const variableName = `^[A-Za-z_][A-Za-z0-9_]*$`

func (h handing) check(args []string, named bool) error {
	ways := 0
	for _, way := range []bool{named, h.fd != noFD, h.file} {
		if way {
			ways++
		}
	}
	switch {
	case ways > 1:
		return usageError{errors.New("give one of --env, --fd and --file")}
	case !regexp.MustCompile(variableName).MatchString(h.env):
		return usageError{fmt.Errorf("--env: %q is no name of a variable", h.env)}
	case h.fd != noFD && h.fd != 0 && (h.fd < 3 || h.fd > 9):
		return usageError{fmt.Errorf("--fd: want 0, or 3 to 9, got %d", h.fd)}
	case h.fd != noFD && !canPassFDs:
		return usageError{errors.New("--fd: this system has no such descriptors; use --env or --file")}
	case len(args) == 0:
		return usageError{errors.New("no command to run: postern exec -- COMMAND")}
	}
	return nil
}

func (a *app) exec(ctx context.Context, h handing, args []string) error {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return notRun{err}
	}
	byKey, err := h.by.wanted()
	if err != nil {
		return err
	}
	p, err := a.openForData()
	if err != nil {
		return err
	}
	var s *client.Session
	if byKey {
		s, err = h.by.session(ctx, a, p)
	} else if _, s, err = a.session(ctx, p, h.minTTL); err == nil {
		err = p.mayLeave(s)
	}
	if err != nil {
		return err
	}
	a.sayShort(p, s, h.minTTL)
	cmd := exec.Command(path, args[1:]...) // #nosec G204 -- the person names it
	cmd.Args[0] = args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.stdin, a.stdout, a.stderr
	cmd.Env = withoutTokens(a.env)
	done, err := h.give(cmd, s.Token().Reveal(), a.getenv("XDG_RUNTIME_DIR"))
	if err != nil {
		return err
	}
	defer done()
	return runPassingSignals(ctx, cmd, a.hard.start)
}

// give puts the token where the command finds it. done takes back what is left.
func (h handing) give(cmd *exec.Cmd, token, runtimeDir string) (done func(), err error) {
	switch {
	case h.file:
		path, err := writeToken(token, runtimeDir)
		if err != nil {
			return nil, err
		}
		cmd.Env = append(cmd.Env, fileVariable+"="+path)
		return func() { _ = os.Remove(path) }, nil
	case h.fd != noFD:
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		passFD(cmd, h.fd, r)
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", fdVariable, h.fd))
		go func() { // a pipe may be smaller than a token
			_, _ = w.WriteString(token + "\n") // a command that does not read it does not want it
			_ = w.Close()
		}()
		return func() { _ = r.Close() }, nil
	}
	cmd.Env = append(cmd.Env, h.env+"="+token)
	return func() {}, nil
}

// writeToken makes a file that only this user can read, and nobody else replace.
// The runtime directory is memory, and empty after a logout.
func writeToken(token, runtimeDir string) (string, error) {
	if runtimeDir == "" {
		runtimeDir = os.TempDir()
	}
	err := keychain.CheckPlace(runtimeDir)
	if !filepath.IsAbs(runtimeDir) {
		err = fmt.Errorf("%s is not an absolute path", runtimeDir)
	}
	if err != nil {
		return "", &problem{
			exit: exitConfig, what: fmt.Sprintf("The token is not put into a file: %s.", client.Clean(err.Error())),
			do: "Set XDG_RUNTIME_DIR to a directory of mode 0700 that is yours, or use --fd.", err: err,
		}
	}
	f, err := os.CreateTemp(runtimeDir, "postern-token-*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(token + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// runPassingSignals runs the command to its end. Signals that come meanwhile
// are the command's: what it makes of them decides how it ends, and we wait.
func runPassingSignals(ctx context.Context, cmd *exec.Cmd, start func(*exec.Cmd) error) error {
	caught := make(chan os.Signal, 8) // more at once than anybody sends
	signal.Notify(caught, passedSignals...)
	defer signal.Stop(caught)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if err := start(cmd); err != nil {
		return notRun{err}
	}
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-caught:
				passSignal(cmd.Process, s)
			case <-ended:
				return
			}
		}
	}()
	err := cmd.Wait()
	close(ended)
	if err == nil {
		return nil
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return passedOn{codeOf(exit.ProcessState)}
	}
	return err
}
