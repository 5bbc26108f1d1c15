//go:build linux

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	namedTest  = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
	testFunc   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	asvsRow    = regexp.MustCompile(`(?m)^\| v5\.0\.0-(\d+)\.(\d+)\.(\d+) \| (.*) \| (.*) \|$`)
	linkToFile = regexp.MustCompile(`\]\(([^)#:]+)\)`)
)

// page is the text of one of our own pages.
func page(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// testNames are all tests and fuzz targets of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, m := range testFunc.FindAllStringSubmatch(page(t, path), -1) {
			names[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestSecurityPagesNameTestsThatExist: a claim whose test was renamed or taken
// away is a claim without one.
func TestSecurityPagesNameTestsThatExist(t *testing.T) {
	exist := testNames(t)
	for path, least := range map[string]int{"docs/security.md": 80, "docs/asvs.md": 100, ".ci/lint": 1} {
		named := namedTest.FindAllString(page(t, path), -1)
		if len(named) < least {
			t.Errorf("%s: got %d names of tests, want %d at least", path, len(named), least)
		}
		for _, name := range named {
			if !exist[name] {
				t.Errorf("%s: got %s, which is no test", path, name)
			}
		}
	}
}

// TestEveryRequirementHasATestOrAReason reads the tables of requirements.
func TestEveryRequirementHasATestOrAReason(t *testing.T) {
	covered := coveredFaults(t)
	text := page(t, "docs/asvs.md")
	rows := asvsRow.FindAllStringSubmatch(text, -1)
	if got := strings.Count(text, "| v5.0.0-"); got != len(rows) || got < 100 {
		t.Errorf("got %d rows of %d in the form of one, want all, and 100 at least", len(rows), got)
	}
	var last []int
	for _, row := range rows {
		var id []int
		for _, number := range row[1:4] {
			n, _ := strconv.Atoi(number)
			id = append(id, n)
		}
		if slices.Compare(last, id) >= 0 {
			t.Errorf("got %v after %v, want each once and in order", id, last)
		}
		last = id
		if shown := row[5]; !namedTest.MatchString(shown) && !strings.HasPrefix(shown, "no test") {
			t.Errorf("%v: got %q, want a test or a reason", id, shown)
		}
		for _, fault := range regexp.MustCompile(`\b[NSJKFCTILOX]\d\d\b`).FindAllString(row[5], -1) {
			if !covered[fault] {
				t.Errorf("%v: got %s, which no test covers", id, fault)
			}
		}
	}
}

func TestLinksBetweenPagesLead(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, path := range append(pages, "README.md", "SECURITY.md") {
		for _, m := range linkToFile.FindAllStringSubmatch(page(t, path), -1) {
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if links < 10 {
		t.Errorf("got %d links, want 10 at least", links)
	}
}
