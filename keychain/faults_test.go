package keychain

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryFaultOfAStoreHasATestOrAReason reads the names of the tests here: a
// fault's number follows TestFault, several may follow each other. The rows are
// those of the keyring, of files, and of locks and crashes.
func TestEveryFaultOfAStoreHasATestOrAReason(t *testing.T) {
	tested, left := testedFaults(t), leftFaults(t)
	for _, group := range []struct {
		letter      string
		first, last int
	}{{"K", 1, 27}, {"F", 1, 24}, {"C", 5, 9}, {"C", 11, 11}} {
		for n := group.first; n <= group.last; n++ {
			id := fmt.Sprintf("%s%02d", group.letter, n)
			if tested[id] == left[id] {
				t.Errorf("%s: got a test %v and a reason %v, want one of them", id, tested[id], left[id])
			}
		}
	}
}

func testedFaults(t *testing.T) map[string]bool {
	t.Helper()
	paths, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?m)^func TestFault((?:[A-Z]\d\d)+)`)
	tested := map[string]bool{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range named.FindAllSubmatch(content, -1) {
			for ids := string(match[1]); ids != ""; ids = ids[3:] {
				tested[ids[:3]] = true
			}
		}
	}
	return tested
}

// leftFaults reads lines of "ID: reason".
func leftFaults(t *testing.T) map[string]bool {
	t.Helper()
	content, err := os.ReadFile("testdata/faults-left.txt")
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for line := range strings.Lines(string(content)) {
		id, reason, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || len(id) != 3 || len(reason) < 20 {
			t.Errorf("got %q, want ID: reason", line)
		}
		left[id] = true
	}
	return left
}
