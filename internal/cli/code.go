package cli

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/pflag"

	"postern/client"
	"postern/ui"
)

// codeFlags say where a code comes from when nobody types it. None of them
// takes a secret itself.
type codeFlags struct {
	stdin         bool
	file, command string
	enrollment    string
	loginID       string
}

func (c *codeFlags) add(f *pflag.FlagSet, enrolling bool) {
	f.BoolVar(&c.stdin, "code-stdin", false, "read the code, password or magic link from a line of stdin")
	f.StringVar(&c.file, "code-file", "", "read the code, password or magic link from the first line of a file")
	f.StringVar(&c.command, "code-command", "", "read the code, password or magic link from the first line that a command prints")
	if enrolling {
		f.StringVar(&c.enrollment, "enrollment-out", "",
			"write the new key as JSON into this new file before the code is read (secret: mode 0600)")
	}
}

// given reports whether a script answers, so that nobody is asked.
func (c codeFlags) given() bool { return c.stdin || c.file != "" || c.command != "" }

// What a --code-command finds in its environment.
const (
	enrollmentVariable = "POSTERN_ENROLLMENT" // path of --enrollment-out
	methodVariable     = "POSTERN_METHOD"     // as --method takes it
	loginIDVariable    = "POSTERN_LOGIN_ID"
	newVariable        = "POSTERN_NEW_PASSWORD" // 1 where a new password is wanted, not the one that is
)

// answers makes a script's answers of the flags. The new file is made at once:
// a key that could not be written down must not be asked for. done removes it
// again when nothing was written.
func (c codeFlags) answers(a *app) (answers ui.Answers, done func(), err error) {
	answers, done = ui.Answers{LoginID: c.loginID}, func() {}
	switch {
	case c.stdin:
		lines := bufio.NewReader(a.stdin) // one line a code, where there are two
		answers.Code = func(ctx context.Context, _ ui.CodeWanted) (string, error) {
			return await(ctx, func() (string, error) { return nextLine(lines) })
		}
	case c.file != "":
		answers.Code = func(ctx context.Context, w ui.CodeWanted) (string, error) {
			return await(ctx, func() (string, error) { return c.fromFile(w.New) }) // a FIFO may be one
		}
	case c.command != "":
		answers.Code = func(ctx context.Context, w ui.CodeWanted) (string, error) { return c.fromCommand(ctx, a, w) }
	}
	if c.enrollment == "" {
		return answers, done, nil
	}
	f, err := os.OpenFile(c.enrollment, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return ui.Answers{}, nil, usageError{fmt.Errorf("--enrollment-out: %w", err)}
	}
	written := false
	answers.Enrollment = func(e *client.Enrollment) error {
		written = true
		return writeEnrollment(f, e)
	}
	done = func() {
		_ = f.Close()
		if !written {
			_ = os.Remove(c.enrollment)
		}
	}
	return answers, done, nil
}

func (c codeFlags) check() error {
	n := 0
	for _, given := range []bool{c.stdin, c.file != "", c.command != ""} {
		if given {
			n++
		}
	}
	if n > 1 {
		return usageError{errors.New("give one of --code-stdin, --code-file and --code-command")}
	}
	return nil
}

// writeEnrollment writes the trio of the service, before a code is asked.
func writeEnrollment(f *os.File, e *client.Enrollment) error {
	raw, err := json.Marshal(map[string]string{
		"provisioning_url": e.URI.Reveal(),
		"key":              e.Key.Reveal(),
		"image":            base64.StdEncoding.EncodeToString([]byte(e.Image.Reveal())),
	})
	if err == nil {
		_, err = f.Write(append(raw, '\n'))
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("write enrollment: %w", err)
	}
	return nil
}

// fromFile reads the first line, for a new password the second one where there
// is one.
func (c codeFlags) fromFile(second bool) (string, error) {
	f, err := os.Open(c.file)
	if err != nil {
		return "", usageError{fmt.Errorf("--code-file: %w", err)}
	}
	defer f.Close()
	lines := codeLine(f)
	first, err := nextLine(lines)
	if err != nil || !second {
		return first, err
	}
	if next, err := nextLine(lines); err == nil {
		return next, nil
	}
	return first, nil
}

// fromCommand runs the command in a shell, as git does with its helpers.
func (c codeFlags) fromCommand(ctx context.Context, a *app, w ui.CodeWanted) (string, error) {
	shell, flag := "/bin/sh", "-c"
	if runtime.GOOS == "windows" {
		shell, flag = "cmd", "/C"
	}
	cmd := exec.CommandContext(ctx, shell, flag, c.command) // #nosec G204 -- the person names it
	cmd.Env = append(a.env[:len(a.env):len(a.env)], methodVariable+"="+string(w.Method), loginIDVariable+"="+w.LoginID)
	if w.New {
		cmd.Env = append(cmd.Env, newVariable+"=1")
	}
	if c.enrollment != "" {
		path, err := filepath.Abs(c.enrollment)
		if err != nil {
			return "", err
		}
		cmd.Env = append(cmd.Env, enrollmentVariable+"="+path)
	}
	cmd.Stderr = a.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("--code-command: %w", err)
	}
	line, err := nextLine(codeLine(out))
	if werr := cmd.Wait(); werr != nil {
		return "", fmt.Errorf("--code-command: %w", werr)
	}
	return line, err
}

const longestCode = 4096 // bytes of a line: far above any code

func firstLine(ctx context.Context, r io.Reader) (string, error) {
	line, err := await(ctx, func() (string, error) { return nextLine(codeLine(r)) })
	return strings.TrimSpace(line), err
}

func codeLine(r io.Reader) *bufio.Reader { return bufio.NewReader(io.LimitReader(r, longestCode)) }

func nextLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if strings.TrimSpace(line) == "" {
		return "", errors.Join(errNoCode, ignoreEOF(err))
	}
	return strings.TrimRight(line, "\r\n"), nil // a blank may be part of a password
}

var errNoCode = &ui.AnswerNeeded{What: "a code", Flags: []string{"a line with the code in it"}}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
