package cli

import (
	"path/filepath"
	"strings"
)

// calledAs says how a person would call the program again: as they did. A
// shell hands on the name that was typed, or the path.
func calledAs(arg0 string) string {
	slashed := filepath.ToSlash(arg0)
	if strings.Contains(slashed, "/go-build") && strings.Contains(slashed, "/exe/") {
		return "go run ." // the go command builds into such a directory
	}
	return strings.TrimSuffix(arg0, ".exe")
}
