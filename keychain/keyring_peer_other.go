//go:build !linux && !darwin && !windows

package keychain

import (
	"context"
	"errors"
	"os"
	"syscall"
)

// listener returns whose a socket is. Each of these systems has a question of
// its own for the process behind it, and none has sockets without a file.
func listener(_ context.Context, socket string) (uid int, err error) {
	info, err := os.Stat(socket)
	if err != nil {
		return 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, errors.New("it has no known owner")
	}
	return int(stat.Uid), nil
}
