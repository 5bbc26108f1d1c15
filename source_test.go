//go:build linux

package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sources are the files that the program is made of.
func sources(t *testing.T) (set *token.FileSet, files map[string]*ast.File) {
	t.Helper()
	set, files = token.NewFileSet(), map[string]*ast.File{}
	broken := replaced(t)
	apart := []string{"node_modules", ".git", "testdata", "ptytest", "keyringtest", "needs"} // those are for tests
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(apart, d.Name()):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		from, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		if broken[from] != "" {
			from = broken[from]
		}
		text, err := os.ReadFile(from)
		if err == nil {
			files[path], err = parser.ParseFile(set, path, text, 0)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 100 {
		t.Fatalf("got %d files, want those of the program", len(files))
	}
	return set, files
}

// replaced are the files in whose place the go command is given others: see
// TestRowsBrokenOnPurposeTurnRed.
func replaced(t *testing.T) map[string]string {
	t.Helper()
	plan, given := strings.CutPrefix(os.Getenv("GOFLAGS"), "-overlay=")
	if !given {
		return map[string]string{}
	}
	var by struct{ Replace map[string]string }
	if err := json.Unmarshal([]byte(read(t, plan)), &by); err != nil {
		t.Fatal(err)
	}
	return by.Replace
}

// TestFaultT09OnlyMainEndsTheProcess: an end from anywhere else would leave the
// terminal as it is.
func TestFaultT09OnlyMainEndsTheProcess(t *testing.T) {
	t.Parallel()
	ends := []string{"os.Exit", "syscall.Exit", "unix.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "runtime.Goexit"}
	set, files := sources(t)
	for path, file := range files {
		if path == "main.go" {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if in, ok := s.X.(*ast.Ident); ok && slices.Contains(ends, in.Name+"."+s.Sel.Name) {
					t.Errorf("%s: %s.%s, want it in main.go alone", set.Position(n.Pos()), in.Name, s.Sel.Name)
				}
			}
			return true
		})
	}
}

// harmless are goroutines that need no recover, by the function that they begin
// in: they run nothing that could panic but the runtime itself.
var harmless = map[string]string{
	"internal/cli/exec.go give":              "writes a token into a pipe",
	"internal/cli/exec.go runPassingSignals": "passes signals on",
	"internal/cli/main.go untilSignal":       "waits for a signal",
	"internal/cli/prompt.go prompter":        "reads lines",
	"internal/cli/way.go lineOfStdin":        "reads a line",
	"internal/sandbox/serve.go Serve":        "net/http recovers in its handlers",
	"ui/full.go watch":                       "waits for an end",
	"ui/plain.go Plain":                      "reads lines",
	"ui/waking_unix.go watchWaking":          "waits for a signal",
}

// TestFaultT08GoroutinesRecover: a panic in a goroutine of its own ends the
// process with its text on a terminal that nobody restores. All foreign work is
// done where it is recovered from.
func TestFaultT08GoroutinesRecover(t *testing.T) {
	t.Parallel()
	set, files := sources(t)
	seen := map[string]bool{}
	for path, file := range files {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				g, ok := n.(*ast.GoStmt)
				where := filepath.ToSlash(path) + " " + f.Name.Name
				switch {
				case !ok || recovers(g):
				case harmless[where] == "":
					t.Errorf("%s: a goroutine without a recover", set.Position(n.Pos()))
				default:
					seen[where] = true
				}
				return true
			})
		}
	}
	for where := range harmless {
		if !seen[where] {
			t.Errorf("%s has no goroutine without a recover any more", where)
		}
	}
}

// recovers reports whether a goroutine's function defers a recover, or does no
// more than send on what flows.Runner.Run answers, which recovers.
func recovers(g *ast.GoStmt) (found bool) {
	body, ok := g.Call.Fun.(*ast.FuncLit)
	if !ok {
		return false
	}
	for _, s := range body.Body.List {
		if send, ok := s.(*ast.SendStmt); ok && len(body.Body.List) == 1 {
			if call, ok := send.Value.(*ast.CallExpr); ok {
				run, ok := call.Fun.(*ast.SelectorExpr)
				return ok && run.Sel.Name == "Run"
			}
		}
		if d, ok := s.(*ast.DeferStmt); ok {
			ast.Inspect(d, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				found = found || ok && id.Name == "recover"
				return true
			})
		}
	}
	return found
}
