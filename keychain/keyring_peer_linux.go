package keychain

import (
	"context"
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// listener returns whose process listens on a socket: unix(7), SO_PEERCRED.
func listener(ctx context.Context, socket string) (uid int, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	raw, err := conn.(*net.UnixConn).SyscallConn()
	if err != nil {
		return 0, err
	}
	var peer *unix.Ucred
	var asked error
	err = raw.Control(func(fd uintptr) {
		peer, asked = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err := errors.Join(err, asked); err != nil {
		return 0, err
	}
	return int(peer.Uid), nil
}
