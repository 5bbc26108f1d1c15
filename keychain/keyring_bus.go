//go:build !darwin && !windows

package keychain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

// Names of the Secret Service API,
// https://specifications.freedesktop.org/secret-service/latest/.
const (
	secretsName    = "org.freedesktop.secrets"
	secretsPath    = dbus.ObjectPath("/org/freedesktop/secrets")
	serviceIface   = "org.freedesktop.Secret.Service"
	collectionFace = "org.freedesktop.Secret.Collection"
	// The library takes this collection if there is one, else the default.
	loginPath = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
)

// bus is the Secret Service on the session bus.
type bus struct{ runtime string }

func newRing(d Dirs) ring { return bus{runtime: d.Runtime} }

func (bus) Get(service, account string) (string, error) { return keyring.Get(service, account) }

func (bus) Set(service, account, secret string) error { return keyring.Set(service, account, secret) }

func (bus) Delete(service, account string) error { return keyring.Delete(service, account) }

// ready costs one question on the connection that the library uses as well.
func (b bus) ready(ctx context.Context) error {
	conn, err := b.connect(ctx)
	if err != nil {
		return err
	}
	_, locked, err := collection(ctx, conn)
	switch {
	case err != nil:
		return err
	case !locked:
		return nil
	case hasDisplay():
		return in(Waiting, errLocked)
	}
	return in(Locked, errLocked)
}

var errLocked = errors.New("the keyring is locked")

// hasDisplay reports whether a prompt would be seen by who started us.
func hasDisplay() bool {
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// alive works while a prompt is open.
func (b bus) alive(ctx context.Context) bool {
	conn, err := b.connect(ctx)
	if err != nil {
		return false
	}
	ping := conn.Object(secretsName, secretsPath).CallWithContext(ctx, "org.freedesktop.DBus.Peer.Ping", 0)
	return ping.Err == nil
}

// collection returns the collection that the library would use, and whether it
// is locked. It starts the service, if the bus knows how to.
func collection(ctx context.Context, conn *dbus.Conn) (dbus.ObjectPath, bool, error) {
	locked, err := isLocked(ctx, conn, loginPath)
	if err == nil {
		return loginPath, locked, nil
	}
	if !isNoSuchObject(err) {
		return "", false, busError(ctx, err)
	}
	var path dbus.ObjectPath
	service := conn.Object(secretsName, secretsPath)
	err = service.CallWithContext(ctx, serviceIface+".ReadAlias", 0, "default").Store(&path)
	if err != nil {
		return "", false, busError(ctx, err)
	}
	if path == "/" { // the specification's "no such collection"
		return "", false, in(Absent, ErrNoCollection)
	}
	locked, err = isLocked(ctx, conn, path)
	return path, locked, busError(ctx, err)
}

func isLocked(ctx context.Context, conn *dbus.Conn, path dbus.ObjectPath) (locked bool, err error) {
	err = conn.Object(secretsName, path).
		CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, collectionFace, "Locked").
		Store(&locked)
	return locked, err
}

// isNoSuchObject: each service has its own word for it.
func isNoSuchObject(err error) bool {
	var e dbus.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Name {
	case "org.freedesktop.DBus.Error.UnknownObject", "org.freedesktop.DBus.Error.UnknownMethod",
		"org.freedesktop.DBus.Error.UnknownInterface", "org.freedesktop.DBus.Error.UnknownProperty",
		"org.freedesktop.DBus.Error.InvalidArgs", "org.freedesktop.DBus.Error.Failed",
		"org.freedesktop.Secret.Error.NoSuchObject":
		return true
	}
	return false
}

// busError gives an error of the bus its state.
func busError(ctx context.Context, err error) error {
	var e dbus.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, dbus.ErrClosed):
		return in(Absent, errors.New("the session bus went away"))
	case errors.As(err, &e) && (strings.HasSuffix(e.Name, ".ServiceUnknown") ||
		strings.HasSuffix(e.Name, ".NameHasNoOwner") || strings.Contains(e.Name, ".Spawn.")):
		return in(Absent, errors.New("no secret service on the session bus"))
	}
	return in(Broken, fmt.Errorf("secret service: %w", err))
}

// connect returns the library's own connection, so that there is only one. It
// must not be closed.
func (b bus) connect(ctx context.Context) (*dbus.Conn, error) {
	if _, err := b.address(ctx); err != nil {
		return nil, err
	}
	conn, err := dbus.SessionBus()
	if err != nil {
		// Not wrapped: a socket that is not there is no record that is not there.
		return nil, in(Absent, fmt.Errorf("session bus: %v", err))
	}
	return conn, nil
}
