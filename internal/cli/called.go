package cli

import (
	"os/exec"
	"path/filepath"
	"strings"
)

// calledAs says how a person would call the program again.
func calledAs(arg0 string) string {
	slashed := filepath.ToSlash(arg0)
	if strings.Contains(slashed, "/go-build") && strings.Contains(slashed, "/exe/") {
		return "go run ." // the go command builds into such a directory
	}
	name := filepath.Base(arg0)
	if found, err := exec.LookPath(name); err == nil && (arg0 == name || found == arg0) {
		return strings.TrimSuffix(name, ".exe")
	}
	return arg0
}
