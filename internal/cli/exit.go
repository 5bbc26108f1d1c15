package cli

import (
	"context"
	"errors"
	"os"
	"syscall"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

// Exit codes. They are an interface: scripts branch on them.
const (
	exitOK          = 0
	exitOther       = 1
	exitUsage       = 2
	exitCancelled   = 3
	exitNotSignedIn = 4
	exitFactor      = 5
	exitCode        = 6
	exitRateLimited = 7
	exitStore       = 8
	exitService     = 9
	exitPerson      = 10
	exitConflict    = 11
	exitNo          = 12
	exitConfig      = 13
	exitSecurity    = 14
	exitInternal    = 70
	exitExec        = 125 // as env(1): ours, not the command's
	exitNotRun      = 126
	exitNotFound    = 127
	exitHangup      = 129
	exitInterrupt   = 130
	exitTerminate   = 143
)

// exitRow is what one code, or a few, mean to a script.
type exitRow struct {
	codes   []int
	shown   string // the codes as they are written
	meaning string
}

// exitTable is what `help exit-codes` prints.
var exitTable = []exitRow{
	{[]int{exitOK}, "0", "done, or yes"},
	{[]int{exitOther}, "1", "other failure"},
	{[]int{exitUsage}, "2", "wrong usage"},
	{[]int{exitCancelled}, "3", "cancelled: Esc, no, end of input"},
	{[]int{exitNotSignedIn}, "4", "not signed in, or session over"},
	{[]int{exitFactor}, "5", "second factor, step-up or enrolment needed"},
	{[]int{exitCode}, "6", "code wrong, expired or used; denied"},
	{[]int{exitRateLimited}, "7", "rate limited"},
	{[]int{exitStore}, "8", "store locked, unavailable or damaged"},
	{[]int{exitService}, "9", "network or service unavailable, unreadable reply"},
	{[]int{exitPerson}, "10", "a person or a terminal is needed"},
	{[]int{exitConflict}, "11", "conflict: user exists, unknown user, live session"},
	{[]int{exitNo}, "12", "check: no"},
	{[]int{exitConfig}, "13", "configuration"},
	{[]int{exitSecurity}, "14", "security check failed: TLS, token, identity"},
	{[]int{exitInternal}, "70", "internal error"},
	{[]int{exitExec, exitNotRun, exitNotFound}, "125–127", "exec (125: anything of ours)"},
	{[]int{exitHangup, exitInterrupt, exitTerminate}, "129 / 130 / 143", "HUP / Ctrl-C as key or signal / TERM"},
}

// kindExits is the one map from what went wrong to the exit code.
var kindExits = map[client.Kind]int{
	client.Other:         exitOther,
	client.Unreachable:   exitService,
	client.Unknown:       exitService,
	client.Unavailable:   exitService,
	client.Unreadable:    exitService,
	client.RateLimited:   exitRateLimited,
	client.WrongCode:     exitCode,
	client.CodeExpired:   exitCode,
	client.TooManyTries:  exitCode,
	client.UserExists:    exitConflict,
	client.UserUnknown:   exitConflict,
	client.Refused:       exitOther,
	client.Ended:         exitNotSignedIn,
	client.NotSignedIn:   exitNotSignedIn,
	client.FactorNeeded:  exitFactor,
	client.Misconfigured: exitConfig,
	client.Untrusted:     exitSecurity,
	client.StoreFailed:   exitStore,
	client.NotKept:       exitStore,
	client.LocalReject:   exitUsage,

	client.Pending:         exitCode,
	client.Denied:          exitCode,
	client.PasswordExpired: exitCode,
}

var signalExits = map[os.Signal]int{
	os.Interrupt:    exitInterrupt,
	syscall.SIGTERM: exitTerminate,
	syscall.SIGHUP:  exitHangup,
	syscall.SIGQUIT: exitTerminate,
}

// Errors that only the command line knows.
type (
	usageError  struct{ error }            // wrong flags or arguments
	configError struct{ error }            // the configuration cannot be used
	signalError struct{ signal os.Signal } // the process was asked to end
	aliveError  struct {                   // beside what went wrong,
		error
		why error // why a session that is not wanted could not be ended
	}
)

// errCancelled is a flow that its person stopped.
var errCancelled = errors.New("cancelled")

func (e signalError) Error() string { return "ended by signal: " + e.signal.String() }
func (e usageError) Unwrap() error  { return e.error }
func (e configError) Unwrap() error { return e.error }
func (e aliveError) Unwrap() error  { return e.error }

// exitOf picks the exit code for an error.
func exitOf(err error) int {
	var server *client.Error
	if err == nil {
		return exitOK
	}
	if code, ours := ownExit(err); ours {
		return code
	}
	if code, flow := flowExit(err); flow {
		return code
	}
	switch {
	case errors.As(err, &server):
		return kindExits[server.Kind]
	case errors.Is(err, context.Canceled):
		return exitInterrupt
	}
	return exitOther
}

// ownExit knows the errors that only the command line knows.
func ownExit(err error) (code int, ours bool) {
	var (
		unrun  notRun
		signal signalError
		exec   execError
		no     verdict
		own    *problem
		usage  usageError
		config configError
	)
	switch {
	case errors.As(err, &unrun):
		return unrun.exit(), true
	case errors.As(err, &signal):
		return signalExits[signal.signal], true
	case errors.Is(err, ui.ErrInterrupted):
		return exitInterrupt, true
	case errors.As(err, &exec):
		return exitExec, true
	case errors.Is(err, errCancelled):
		return exitCancelled, true
	case errors.As(err, &no):
		return no.exit, true
	case errors.As(err, &own):
		return own.exit, true
	case errors.As(err, &usage):
		return exitUsage, true
	case errors.As(err, &config):
		return exitConfig, true
	}
	return 0, false
}

// flowExit knows the errors of flows and of those who drive them.
func flowExit(err error) (code int, flow bool) {
	var (
		needed *ui.AnswerNeeded
		input  flows.Input
		length flows.Length
		live   flows.LiveSession
		wait   flows.Wait
		doubt  flows.Doubt
	)
	switch {
	case errors.As(err, &needed):
		return exitPerson, true
	case errors.As(err, &live):
		return exitConflict, true
	case errors.As(err, new(*flows.PassphraseNeeded)), errors.As(err, new(*flows.Damaged)):
		return exitStore, true
	case errors.As(err, &wait):
		return exitRateLimited, true
	case errors.As(err, &doubt), errors.As(err, &length), errors.Is(err, flows.UsedCode), errors.Is(err, flows.UsedSecret), errors.As(err, new(flows.Weak)):
		return exitCode, true
	case errors.Is(err, flows.SameKind), errors.Is(err, flows.CodesAtMost):
		return exitFactor, true
	case errors.As(err, new(flows.Unusable)):
		return exitConflict, true
	case errors.Is(err, flows.Stranger):
		return exitSecurity, true
	case errors.As(err, &input):
		return exitUsage, true
	case errors.Is(err, flows.ErrInternal):
		return exitInternal, true
	}
	return 0, false
}
