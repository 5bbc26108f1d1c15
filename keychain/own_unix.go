//go:build unix

package keychain

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// openOwn opens for reading, through links, and never waits for a FIFO.
func openOwn(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
}

// checkOwn accepts a regular file that only we or root can change.
func checkOwn(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return unsafeFile(path, "is not a regular file", "")
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return unsafeFile(path, "has no known owner", "")
	case stat.Uid != 0 && int(stat.Uid) != os.Geteuid():
		return unsafeFile(path, fmt.Sprintf("belongs to user %d, not to %d", stat.Uid, os.Geteuid()), "")
	case othersWrite(info.Mode(), stat.Gid):
		return unsafeFile(path, fmt.Sprintf("has mode %04o", info.Mode().Perm()), "chmod go-w")
	}
	return nil
}

// othersWrite reports whether a mode lets somebody else write. The group may
// where it is only ours: there a umask of 002 is usual.
func othersWrite(mode fs.FileMode, gid uint32) bool {
	return mode&0o002 != 0 || mode&0o020 != 0 && !privateGroup(gid)
}

// privateGroup reports whether a group has our name, and nobody else in it. One
// that does not stand in /etc/group is not known to be so.
func privateGroup(gid uint32) bool {
	me, err := user.Current()
	if err != nil {
		return false
	}
	groups, err := os.ReadFile("/etc/group")
	return err == nil && isPrivate(string(groups), me.Username, gid)
}

// isPrivate reads lines of group(5): name:password:gid:members.
func isPrivate(groups, name string, gid uint32) bool {
	found := false
	for line := range strings.Lines(groups) {
		fields := strings.Split(strings.TrimSpace(line), ":")
		if len(fields) != 4 || fields[2] != strconv.FormatUint(uint64(gid), 10) {
			continue
		}
		if fields[0] != name || fields[3] != "" && fields[3] != name {
			return false
		}
		found = true
	}
	return found
}
