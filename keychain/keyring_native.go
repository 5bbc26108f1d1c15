//go:build darwin || windows

package keychain

import (
	"context"
	"errors"
	"os/exec"
	"syscall"

	"github.com/zalando/go-keyring"
)

// native is the keychain of macOS or the credential manager of Windows. Both
// are always there; what is wrong shows when they are used.
type native struct{}

func newRing(Dirs) ring { return native{} }

func (native) ready(context.Context) error          { return nil }
func (native) unlock(context.Context, func()) error { return nil }
func (native) alive(context.Context) bool           { return true }

func (native) Get(service, account string) (string, error) {
	text, err := keyring.Get(service, account)
	return text, nativeError(err)
}

func (native) Set(service, account, secret string) error {
	return nativeError(keyring.Set(service, account, secret))
}

func (native) Delete(service, account string) error {
	return nativeError(keyring.Delete(service, account))
}

// nativeError gives the states that can be told. /usr/bin/security exits with
// the last byte of an OSStatus of SecBase.h; Windows returns an error number.
func nativeError(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		switch exit.ExitCode() {
		case 36: // errSecInteractionNotAllowed, -25308: locked, over SSH
			return in(Locked, errors.New("the keychain is locked"))
		case 37: // errSecNoDefaultKeychain, -25307
			return in(Absent, ErrNoCollection)
		case 128: // errSecUserCanceled, -128
			return in(Locked, ErrDismissed)
		}
	}
	var number syscall.Errno
	if errors.As(err, &number) && number == 1312 { // ERROR_NO_SUCH_LOGON_SESSION
		return in(Absent, errors.New("this logon session has no credentials"))
	}
	return err
}
