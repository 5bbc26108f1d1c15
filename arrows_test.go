package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"postern/internal/needs"
)

// arrows are all packages of ours that the program is made of, and which of
// the others each may import.
var arrows = map[string][]string{
	"postern":                  {"postern/internal/cli"},
	"postern/internal/cli":     {"postern/client", "postern/flows", "postern/internal/compare", "postern/internal/sandbox", "postern/keychain", "postern/ui"},
	"postern/ui":               {"postern/client", "postern/flows"},
	"postern/flows":            {"postern/client"},
	"postern/client":           {},
	"postern/keychain":         {},
	"postern/internal/compare": {},
	"postern/internal/sandbox": {},
}

func TestPackagesImportOnlyWhatTheyMayKnow(t *testing.T) {
	out, err := exec.Command(needs.Tool(t, "go"), "list", "-deps", "-json=ImportPath,Imports", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for packages := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := packages.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if !ours(p.ImportPath) {
			continue
		}
		seen++
		may, known := arrows[p.ImportPath]
		if !known {
			t.Errorf("%s is part of the program, and no arrow leads to it", p.ImportPath)
		}
		for _, imported := range p.Imports {
			if ours(imported) && !slices.Contains(may, imported) {
				t.Errorf("%s imports %s, which it must not know", p.ImportPath, imported)
			}
		}
	}
	if seen != len(arrows) {
		t.Errorf("got %d packages of ours in the program, want %d", seen, len(arrows))
	}
}

func ours(path string) bool { return path == "postern" || strings.HasPrefix(path, "postern/") }
