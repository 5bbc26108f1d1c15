package keychain

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// kernelKeys keeps keys of type "user" in the kernel's user keyring, see
// keyrings(7) and user-keyring(7).
type kernelKeys struct{}

const userKeyring = unix.KEY_SPEC_USER_KEYRING

// keyPerm gives everything to who possesses the key and to every process of
// its user, nothing to others: KEY_POS_ALL | KEY_USR_ALL of linux/key.h. The
// default lets only possessors read, which a second SSH session is not.
const keyPerm = 0x3f3f0000

func describe(account string) string { return "postern:" + account }

// ready looks for a key that nobody has: "not found" says that looking works.
func (kernelKeys) ready() error {
	_, err := find("ready")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (kernelKeys) get(account string) (string, error) {
	id, err := find(account)
	if err != nil {
		return "", err
	}
	var content [256]byte // an age key is 74 bytes
	n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, content[:], 0)
	if err != nil {
		return "", keyError("read", err)
	}
	if n > len(content) {
		return "", in(Broken, errBadKey)
	}
	return string(content[:n]), nil
}

func (kernelKeys) put(account, key string) error {
	return possessing(func() error {
		id, err := unix.AddKey("user", describe(account), []byte(key), userKeyring)
		if err != nil {
			return keyError("add", err)
		}
		if err := unix.KeyctlSetperm(id, keyPerm); err != nil {
			_, _ = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, userKeyring, 0, 0)
			return keyError("set permissions", err)
		}
		return nil
	})
}

func (kernelKeys) drop(account string) error {
	id, err := find(account)
	if err != nil {
		return err
	}
	return possessing(func() error {
		_, err := unix.KeyctlInt(unix.KEYCTL_UNLINK, id, userKeyring, 0, 0)
		return keyError("unlink", err)
	})
}

func (kernelKeys) expire(account string, after time.Duration) error {
	id, err := find(account)
	if err != nil {
		return err
	}
	seconds := max(1, int(after/time.Second))
	_, err = unix.KeyctlInt(unix.KEYCTL_SET_TIMEOUT, id, seconds, 0, 0)
	return keyError("set time-out", err)
}

// find returns the number of the account's key.
func find(account string) (int, error) {
	id, err := unix.KeyctlSearch(userKeyring, "user", describe(account), 0)
	return id, keyError("search", err)
}

// possessing runs f in a thread that possesses the user keyring. Not every
// session does: a login without pam_keyinit may have a session keyring that
// does not lead there. The link lies in the process keyring and ends with us.
func possessing(f func() error) error {
	runtime.LockOSThread() // keyrings hang on a thread's credentials
	defer runtime.UnlockOSThread()
	_, err := unix.KeyctlInt(unix.KEYCTL_LINK, userKeyring, unix.KEY_SPEC_PROCESS_KEYRING, 0, 0)
	if err != nil {
		return keyError("link", err)
	}
	return f()
}

// keyError gives a keyctl error its state.
func keyError(op string, err error) error {
	switch err {
	case nil:
		return nil
	case unix.ENOKEY, unix.EKEYEXPIRED, unix.EKEYREVOKED:
		return fs.ErrNotExist
	case unix.ENOSYS, unix.EPERM, unix.EOPNOTSUPP:
		// No keyrings in this kernel, or a container's seccomp filter.
		return in(Absent, fmt.Errorf("not allowed here: %s: %w", op, err))
	}
	return in(Broken, fmt.Errorf("%s: %w", op, err))
}
