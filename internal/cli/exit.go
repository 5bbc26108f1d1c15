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
	exitCode        = 6
	exitRateLimited = 7
	exitStore       = 8
	exitService     = 9
	exitPerson      = 10
	exitConflict    = 11
	exitConfig      = 13
	exitSecurity    = 14
	exitInternal    = 70
	exitHangup      = 129
	exitInterrupt   = 130
	exitTerminate   = 143
)

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
	client.Misconfigured: exitConfig,
	client.Untrusted:     exitSecurity,
	client.StoreFailed:   exitStore,
	client.NotKept:       exitStore,
	client.LocalReject:   exitUsage,
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
)

// errCancelled is a flow that its person stopped.
var errCancelled = errors.New("cancelled")

func (e signalError) Error() string { return "ended by signal: " + e.signal.String() }
func (e usageError) Unwrap() error  { return e.error }
func (e configError) Unwrap() error { return e.error }

// exitOf picks the exit code for an error.
func exitOf(err error) int {
	var (
		usage  usageError
		config configError
		signal signalError
		needed *ui.AnswerNeeded
		input  flows.Input
		length flows.Length
		live   flows.LiveSession
		wait   flows.Wait
		doubt  flows.Doubt
		server *client.Error
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &signal):
		return signalExits[signal.signal]
	case errors.Is(err, ui.ErrInterrupted):
		return exitInterrupt
	case errors.Is(err, errCancelled):
		return exitCancelled
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &config):
		return exitConfig
	case errors.As(err, &needed):
		return exitPerson
	case errors.As(err, &live):
		return exitConflict
	case errors.As(err, &wait):
		return exitRateLimited
	case errors.As(err, &doubt), errors.As(err, &length), errors.Is(err, flows.UsedCode):
		return exitCode
	case errors.Is(err, flows.Stranger):
		return exitSecurity
	case errors.As(err, &input):
		return exitUsage
	case errors.Is(err, flows.ErrInternal):
		return exitInternal
	case errors.As(err, &server):
		return kindExits[server.Kind]
	case errors.Is(err, context.Canceled):
		return exitInterrupt
	}
	return exitOther
}
