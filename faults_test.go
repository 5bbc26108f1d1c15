//go:build linux

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// fault is a row of testdata/faults.txt.
type fault struct {
	id      string
	first   bool   // of the first tier
	without string // why no test covers it, empty when one does
}

// Rows that have a test, of all and of the first tier. Whoever takes the test
// of a row away lowers the number here, for everybody to see.
const rowsCovered, firstCovered = 266, 149

// TestEveryFaultIsCoveredOrSaysWhyNot counts the rows, and keeps the numbers
// from falling. That a row's test runs and can fail is shown by its break: see
// TestRowsBrokenOnPurposeTurnRed.
func TestEveryFaultIsCoveredOrSaysWhyNot(t *testing.T) {
	covered := coveredFaults(t)
	type tally struct{ covered, all, firstCovered, first int }
	groups, total := map[string]*tally{}, &tally{}
	var order []string
	for _, f := range faults(t) {
		group := f.id[:1]
		if groups[group] == nil {
			groups[group] = &tally{}
			order = append(order, group)
		}
		switch {
		case covered[f.id] && f.without != "":
			t.Errorf("%s has a test: take %q away", f.id, "-- "+f.without)
		case !covered[f.id] && f.without == "":
			t.Errorf("%s has no test and no reason", f.id)
		}
		for _, sum := range []*tally{groups[group], total} {
			sum.all++
			if f.first {
				sum.first++
			}
			if covered[f.id] {
				sum.covered++
			}
			if covered[f.id] && f.first {
				sum.firstCovered++
			}
		}
		delete(covered, f.id)
	}
	for id := range covered {
		t.Errorf("a test names %s, which is no row", id)
	}
	if total.covered != rowsCovered || total.firstCovered != firstCovered {
		t.Errorf("got %d rows covered, %d of the first tier, want %d and %d", total.covered, total.firstCovered, rowsCovered, firstCovered)
	}
	for _, group := range append(order, "all") {
		sum := groups[group]
		if group == "all" {
			sum = total
		}
		t.Logf("%-3s %3d of %3d rows, %3d of %3d of the first tier", group, sum.covered, sum.all, sum.firstCovered, sum.first)
	}
}

func faults(t *testing.T) (rows []fault) {
	t.Helper()
	text, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^([A-Z]\d\d)([* ]) .+$`)
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		m := form.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("testdata/faults.txt:%d: %q is no row", n+1, line)
		}
		_, without, _ := strings.Cut(line, " -- ")
		rows = append(rows, fault{m[1], m[2] == "*", without})
	}
	return rows
}

// How a test says which row it covers.
var (
	faultTest   = regexp.MustCompile(`func (TestFault\w+)`)
	faultRow    = regexp.MustCompile(`"([A-Z]\d\d(?: [A-Z]\d\d)*)[ "]`)
	faultScript = regexp.MustCompile(`(?m)^#.*`)
	faultID     = regexp.MustCompile(`(?:[NSJKFCTILOGX]\d|E0)\d`)
	faultRange  = regexp.MustCompile(`([A-Z])(\d\d)To[A-Z](\d\d)`)
)

func coveredFaults(t *testing.T) map[string]bool {
	t.Helper()
	covered := map[string]bool{}
	name := func(text string) {
		for _, id := range faultID.FindAllString(text, -1) {
			covered[id] = true
		}
		for _, m := range faultRange.FindAllStringSubmatch(text, -1) {
			from, _ := strconv.Atoi(m[2])
			to, _ := strconv.Atoi(m[3])
			for n := from; n <= to; n++ {
				covered[fmt.Sprintf("%s%02d", m[1], n)] = true
			}
		}
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == "node_modules" {
				return fs.SkipDir
			}
			return err
		}
		forms := []*regexp.Regexp{faultTest, faultRow}
		switch {
		case strings.HasSuffix(path, ".txtar"):
			forms = []*regexp.Regexp{faultScript}
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, form := range forms {
			for _, found := range form.FindAllString(string(text), -1) {
				name(found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return covered
}
