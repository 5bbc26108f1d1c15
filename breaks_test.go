//go:build linux

package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// breakage is a row of testdata/breaks.txt: one way to break the product such
// that the tests of one fault turn red.
type breakage struct {
	id, pkg, run string // the row of faults.txt, and where its tests are
	file         string
	old, new     string
	without      string // why there is none, empty when there is one
}

// brokenGroups are the groups of faults.txt where each row that has a test is
// broken, or says why it is not.
const brokenGroups = "KFCJSNTILEOX"

// TestEveryBreakStandsWhereItIsListed keeps the list true; the tests of the
// rows themselves run with -breaks.
func TestEveryBreakStandsWhereItIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, b := range breakages(t) {
		if listed[b.id] {
			t.Errorf("%s is listed twice", b.id)
		}
		if listed[b.id] = true; b.without != "" {
			continue
		}
		source, err := os.ReadFile(b.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), b.old); n != 1 || b.old == b.new {
			t.Errorf("%s: found %d times in %s, want once, and another text for it: %s", b.id, n, b.file, b.old)
		}
		if !strings.Contains(b.run, b.id) {
			t.Errorf("%s: got tests %s, want the row's own", b.id, b.run)
		}
	}
	for _, f := range faults(t) {
		if !listed[f.id] && f.without == "" && strings.Contains(brokenGroups, f.id[:1]) {
			t.Errorf("%s has tests and is never broken", f.id)
		}
		if listed[f.id] && f.without != "" {
			t.Errorf("%s is broken and has no tests", f.id)
		}
		delete(listed, f.id)
	}
	for id := range listed {
		t.Errorf("%s is broken and is no row of faults.txt", id)
	}
}

// breakages reads the list: paragraphs of a head, a file, and lines that go and
// come.
func breakages(t *testing.T) (all []breakage) {
	t.Helper()
	text, err := os.ReadFile("testdata/breaks.txt")
	if err != nil {
		t.Fatal(err)
	}
	for paragraph := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		if strings.HasPrefix(paragraph, "#") {
			continue
		}
		b, err := readBreakage(paragraph)
		if err != nil {
			t.Fatalf("testdata/breaks.txt: %v:\n%s", err, paragraph)
		}
		all = append(all, b)
	}
	return all
}

var (
	breakHead = regexp.MustCompile(`^([A-Z]\d\d) (\S+) (\S+)$`)
	breakNone = regexp.MustCompile(`^([A-Z]\d\d) -- (.+)$`)
)

func readBreakage(paragraph string) (breakage, error) {
	lines := strings.Split(paragraph, "\n")
	if m := breakNone.FindStringSubmatch(lines[0]); m != nil && len(lines) == 1 {
		return breakage{id: m[1], without: m[2]}, nil
	}
	m := breakHead.FindStringSubmatch(lines[0])
	if m == nil || len(lines) < 3 {
		return breakage{}, fmt.Errorf("%q begins no break", lines[0])
	}
	b := breakage{id: m[1], pkg: m[2], run: m[3], file: lines[1]}
	for _, line := range lines[2:] {
		switch {
		case strings.HasPrefix(line, "-"):
			b.old += line[1:] + "\n"
		case strings.HasPrefix(line, "+"):
			b.new += line[1:] + "\n"
		default:
			return b, fmt.Errorf("%q neither goes nor comes", line)
		}
	}
	if b.old == "" {
		return b, fmt.Errorf("%s takes nothing away", b.id)
	}
	return b, nil
}
