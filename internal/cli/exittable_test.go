package cli

import (
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"postern/client"
	"postern/flows"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file below testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}

func TestHelpTellsEveryExitCode(t *testing.T) { golden(t, "exit-codes.txt", exitHelp()+"\n") }

// Every constant that is named like an exit code stands in the table, and
// every code that an error can lead to is one of them.
func TestEveryExitCodeOfTheCodeIsInTheTable(t *testing.T) {
	var told []int
	for _, row := range exitTable {
		for _, code := range row.codes {
			if slices.Contains(told, code) {
				t.Errorf("%d stands in the table twice", code)
			}
			told = append(told, code)
		}
	}
	consts := exitConstants(t)
	if len(consts) < 15 {
		t.Fatalf("got constants %v, want all of exit.go", consts)
	}
	for name, code := range consts {
		if !slices.Contains(told, code) {
			t.Errorf("%s = %d is not in the table", name, code)
		}
	}
	for kind := client.Other; kind <= client.LocalReject; kind++ {
		code, known := kindExits[kind]
		if !known || !slices.Contains(told, code) {
			t.Errorf("%v: got exit %d, want one of the table", kind, code)
		}
	}
	for s, code := range signalExits {
		if !slices.Contains(told, code) {
			t.Errorf("%v: got exit %d, want one of the table", s, code)
		}
	}
}

func exitConstants(t *testing.T) map[string]int {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "exit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "exit") {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
			if found[spec.Names[0].Name], err = strconv.Atoi(lit.Value); err != nil {
				t.Fatal(err)
			}
		}
		return true
	})
	return found
}

func TestUnfinishedFlowsSayWhatTheServerMayHaveDone(t *testing.T) {
	unknown := &client.Error{Op: "totp verify", Kind: client.Unknown}
	away := &client.Error{Op: "logout", Kind: client.Unreachable}
	for _, row := range []struct {
		name string
		out  flows.Outcome
		exit int
		says []string
	}{
		{"stopped", flows.Outcome{End: flows.Stopped}, 3, []string{"cancelled. Nothing was stored."}},
		{"stopped before a question", flows.Outcome{End: flows.Stopped, Err: flows.Empty}, 3, []string{"cancelled. Nothing was stored."}},
		{"stopped while a code was on its way", flows.Outcome{End: flows.Stopped, Err: unknown}, 3,
			[]string{"cancelled.", "the server may have carried it out"}},
		{"broken", flows.Outcome{Err: away}, 9, []string{"cannot be reached"}},
		{"broken, and the session lives on", flows.Outcome{Err: flows.Stranger, Old: away}, 14,
			[]string{"somebody else", "The new session could not be ended at the server"}},
		{"broken for no reason", flows.Outcome{}, 70, []string{"inside this program"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := unfinished(row.out)
			if got := exitOf(err); got != row.exit {
				t.Errorf("got exit %d, want %d", got, row.exit)
			}
			what := (&app{called: "postern"}).explain(err).What
			for _, words := range row.says {
				if !strings.Contains(what, words) {
					t.Errorf("got %q, want %q in it", what, words)
				}
			}
		})
	}
}

func TestMissingFactorExitsFive(t *testing.T) {
	err := fmt.Errorf("token: %w", &client.Error{Op: "step-up", Kind: client.FactorNeeded})
	if got := exitOf(errors.Join(err)); got != exitFactor {
		t.Errorf("got exit %d, want 5", got)
	}
}
