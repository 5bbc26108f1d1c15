//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"postern/internal/needs"
)

var (
	breaks      = flag.Int("breaks", 0, "break so many rows of testdata/breaks.txt on purpose, and see their tests fail")
	breakSeed   = flag.Uint64("seed", 1, "which rows -breaks picks")
	breakGroups = flag.String("groups", brokenGroups, "the groups that -breaks picks rows from, and single rows, such as KF or K05,C08")
)

const (
	brokenLimit = time.Minute     // of one row's tests: a broken program may wait for ever
	buildLimit  = 5 * time.Minute // of one test program, on a busy machine
)

// TestRowsBrokenOnPurposeTurnRed asks of tests that they can fail. No file of
// the checkout is changed: the go command is given other texts for some.
//
//	go test -run TestRowsBrokenOnPurposeTurnRed -breaks 20 -seed 1 -groups KFC -timeout 1h -v .
func TestRowsBrokenOnPurposeTurnRed(t *testing.T) {
	if *breaks == 0 {
		t.Skip("takes minutes: run with -breaks 20")
	}
	picked := pickBreakages(t)
	wantGreen(t, picked)
	var table strings.Builder
	columns := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	var green []string
	for _, b := range picked {
		red, took := brokenRun(t, b)
		if red == "" {
			green = append(green, b.id)
			red = "GREEN"
		}
		t.Logf("%s %s (%.1f s)", b.id, red, took.Seconds()) // at once: the table comes minutes later
		_, _ = fmt.Fprintf(columns, "%s\t%s\t%.1f s\t%s\n", b.id, b.file, took.Seconds(), red)
	}
	_ = columns.Flush()
	t.Logf("%d of %d rows turned red, seed %d, groups %s\n%s", len(picked)-len(green), len(picked), *breakSeed, *breakGroups, table.String())
	if len(green) > 1 {
		t.Errorf("got %d rows green, %s, want at most one", len(green), strings.Join(green, " "))
	}
}

// pickBreakages takes as many rows of the groups as were asked for.
func pickBreakages(t *testing.T) []breakage {
	t.Helper()
	all := slices.DeleteFunc(breakages(t), func(b breakage) bool {
		return b.without != "" || !strings.Contains(*breakGroups, b.id) && !strings.Contains(groupLetters(*breakGroups), b.id[:1])
	})
	random := rand.New(rand.NewPCG(*breakSeed, 0))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	picked := all[:min(*breaks, len(all))]
	if len(picked) == 0 {
		t.Fatalf("got no row of %q, want one", *breakGroups)
	}
	return picked
}

// groupLetters leaves the ids of single rows out.
func groupLetters(groups string) string { return faultID.ReplaceAllString(groups, "") }

// wantGreen builds each package as it is, once, and runs the tests of its rows:
// a test that fails anyway, or is skipped here, proves nothing.
func wantGreen(t *testing.T, picked []breakage) {
	t.Helper()
	packages := map[string][]breakage{}
	for _, b := range picked {
		packages[b.pkg] = append(packages[b.pkg], b)
	}
	for _, pkg := range slices.Sorted(maps.Keys(packages)) {
		packageIsGreen(t, pkg, packages[pkg])
	}
}

func packageIsGreen(t *testing.T, pkg string, rows []breakage) {
	t.Helper()
	dir, remove := breakDir(t)
	defer remove()
	binary, err := buildTests(t, dir, pkg, "")
	if err != nil {
		t.Fatal(err)
	}
	done := map[string]string{}
	for _, b := range rows {
		if done[b.run] == "" {
			out, err := runTests(t, dir, binary, "", b)
			if done[b.run] = out; err != nil {
				t.Fatalf("%s: unbroken, %s fails: %v\n%s", b.id, b.run, err, out)
			}
		}
		if !passed(done[b.run], b.id) {
			t.Fatalf("%s: got no test that passes with %s in %s, want one\n%s", b.id, b.run, pkg, done[b.run])
		}
	}
}

// passed reports whether a test whose name has the id ran and passed.
func passed(out, id string) bool {
	return regexp.MustCompile(`(?m)^ *--- PASS: \S*` + id).MatchString(out)
}

// brokenRun runs the tests of a row with its break in place, and says which of
// them failed.
func brokenRun(t *testing.T, b breakage) (red string, took time.Duration) {
	t.Helper()
	dir, remove := breakDir(t)
	defer remove()
	plan := overlay(t, dir, b)
	binary, err := buildTests(t, dir, b.pkg, plan)
	if err != nil {
		t.Errorf("%s: %v", b.id, err)
		return "", 0
	}
	began := time.Now()
	out, err := runTests(t, dir, binary, plan, b)
	took = time.Since(began)
	switch {
	case err == nil:
		return "", took
	case errors.Is(err, context.DeadlineExceeded), strings.Contains(out, "panic: test timed out"):
		return "waits for ever", took
	}
	failed := regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)|^panic: (.+)`).FindAllStringSubmatch(out, -1)
	if failed == nil {
		t.Logf("%s: got %v and no failed test, which is not red:\n%s", b.id, err, out)
	}
	for _, f := range failed {
		if red = f[1] + f[2]; strings.Contains(red, "/") {
			break // the row of a table
		}
	}
	return red, took
}

// overlay writes the broken file, and the plan that puts it in place.
func overlay(t *testing.T, dir string, b breakage) (plan string) {
	t.Helper()
	source, err := os.ReadFile(b.file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), b.old); n != 1 {
		t.Fatalf("%s: found %d times in %s, want once: %s", b.id, n, b.file, b.old)
	}
	file, err := filepath.Abs(b.file)
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dir, "broken.go")
	plan = filepath.Join(dir, "plan.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {file: broken}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, broken, strings.Replace(string(source), b.old, b.new, 1))
	write(t, plan, string(text))
	return plan
}

// buildTests builds the package's tests. A break that does not build is none.
func buildTests(t *testing.T, dir, pkg, plan string) (binary string, err error) {
	t.Helper()
	binary = filepath.Join(dir, "x.test")
	cmd := exec.Command(needs.Tool(t, "go"), "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", plan, "-o", binary, "./"+pkg)
	cmd.Env = append(os.Environ(), "GOFLAGS=-p=1")
	if out, err := together(cmd, buildLimit); err != nil {
		return "", fmt.Errorf("%s does not build: %w\n%s", pkg, err, out)
	}
	return binary, nil
}

// runTests runs the tests of the row, with little memory and time. What they
// build or read themselves is broken as well.
func runTests(t *testing.T, dir, binary, plan string, b breakage) (out string, err error) {
	t.Helper()
	const bounded = `ulimit -v 8000000; exec "$0" "$@"` // KiB
	cmd := exec.Command("sh", "-c", bounded, binary, "-test.v", "-test.count=1",
		"-test.run", b.run, "-test.timeout", brokenLimit.String())
	cmd.Dir = b.pkg
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	if plan != "" {
		cmd.Env = append(cmd.Env, "GOFLAGS=-overlay="+plan)
	}
	out, err = together(cmd, brokenLimit+5*time.Second) // it ends itself first, and says where it stood
	return out, errors.Join(err, endBelow(dir))
}
