//go:build !darwin && !windows

package keychain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/godbus/dbus/v5"
)

// busVariable is where a session says how to reach its bus, and where the
// library looks.
const busVariable = "DBUS_SESSION_BUS_ADDRESS"

// address returns where the session bus listens: one socket of this machine,
// with us or root behind it, as the token goes there in the clear. It leaves
// nothing else in the environment for the library, which would connect to
// whatever stands there, and without an address run dbus-launch, which leaves
// two daemons behind a call.
func (b bus) address(ctx context.Context) (string, error) {
	why := errors.New("no session bus")
	for _, offered := range b.offered() {
		address, err := localSocket(ctx, offered)
		if err == nil {
			return address, os.Setenv(busVariable, address)
		}
		if !errors.Is(why, ErrUnsafe) { // what was refused is said before what is not there
			why = fmt.Errorf("session bus: %w", err)
		}
	}
	return "", in(Absent, why)
}

// offered returns the addresses to try: the environment's, or else those of a
// bus that systemd or elogind started.
func (b bus) offered() []string {
	if given := os.Getenv(busVariable); given != "" && given != "autolaunch:" {
		return strings.Split(given, ";")
	}
	var found []string
	for _, dir := range []string{
		b.runtime, os.Getenv("XDG_RUNTIME_DIR"), "/run/user/" + strconv.Itoa(os.Getuid()),
	} {
		if !filepath.IsAbs(dir) {
			continue
		}
		path := filepath.Join(dir, "bus")
		// #nosec G703 -- the place of the bus is the environment's to say (XDG base directories)
		if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
			found = append(found, "unix:path="+dbus.EscapeBusAddressValue(path))
		}
	}
	return found
}

// localSocket returns the address of the socket that offered means, without the
// links on the way. Who listens there is we or root, whose are all sockets
// anyway, and nobody else can put another in its place.
func localSocket(ctx context.Context, offered string) (string, error) {
	kind, keys, _ := strings.Cut(offered, ":")
	if kind != "unix" {
		return "", unsafeFile(fmt.Sprintf("%.80q", offered), "not a unix: socket", "")
	}
	path, abstract := busKey(keys, "path"), busKey(keys, "abstract")
	switch {
	case abstract != "" && path == "":
		err := checkListener(ctx, offered, "@"+abstract)
		return "unix:abstract=" + dbus.EscapeBusAddressValue(abstract), err
	case abstract != "" || !filepath.IsAbs(path): // also path=@x, which is an abstract one to Go
		return "", fmt.Errorf("%.80q names no socket", offered)
	}
	// Not wrapped: a socket that is not there is no record that is not there.
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", fmt.Errorf("%v", err)
	}
	if err := CheckPlace(filepath.Dir(real)); err != nil {
		return "", err
	}
	return "unix:path=" + dbus.EscapeBusAddressValue(real), checkListener(ctx, offered, real)
}

// checkListener accepts a socket that we or root listen on.
func checkListener(ctx context.Context, offered, socket string) error {
	uid, err := listener(ctx, socket)
	if err != nil {
		return fmt.Errorf("%v", err)
	}
	if uid != 0 && uid != os.Geteuid() {
		return unsafeFile(fmt.Sprintf("%.80q", offered), fmt.Sprintf("user %d listens there, not %d", uid, os.Geteuid()), "")
	}
	return nil
}

// busKey returns a value of an address; "" where it is not there.
// https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
func busKey(keys, name string) string {
	for pair := range strings.SplitSeq(keys, ",") {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			plain, err := dbus.UnescapeBusAddressValue(value)
			if err != nil {
				return ""
			}
			return plain
		}
	}
	return ""
}
