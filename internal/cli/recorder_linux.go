package cli

import (
	"bytes"
	"os"
	"slices"
	"strconv"
)

// recorders are programs that write all output of a terminal into a file.
var recorders = []string{"script", "scriptlive", "ttyrec", "asciinema", "termrec"}

// recorder is the name of a program among our ancestors that records this
// terminal, "" for none.
func recorder() string {
	const deepest = 64 // ancestors: nobody nests more shells
	for pid, n := os.Getppid(), 0; pid > 1 && n < deepest; n++ {
		name, parent, ok := process(pid)
		switch {
		case !ok:
			return ""
		case slices.Contains(recorders, name):
			return name
		}
		pid = parent
	}
	return ""
}

// process reads /proc/PID/stat: pid (name) state parent, as in proc(5). A name
// may hold anything.
func process(pid int) (name string, parent int, ok bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if err != nil || open < 0 || end < open {
		return "", 0, false
	}
	fields := bytes.Fields(stat[end+1:])
	if len(fields) < 2 {
		return "", 0, false
	}
	parent, err = strconv.Atoi(string(fields[1]))
	return string(stat[open+1 : end]), parent, err == nil
}
