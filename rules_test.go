package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rule is one of our own that no compiler holds. It answers what breaks it in a
// file, each as a place that an allow-list may name.
type rule struct {
	name  string
	find  func(source) []breach
	allow map[string]string // place: why it may be there
	bad   []string          // planted: the body of a file in which the rule finds something
	good  string            // and one in which it finds nothing
}

type source struct {
	path string // from the root of the repository
	file *ast.File
}

// breach is where a rule is broken.
type breach struct {
	place string // "client/token.go judge", and what else the rule says
	pos   token.Pos
}

var rules = []rule{
	{
		"certificates are always checked", names("InsecureSkipVerify"), nil,
		[]string{`import "crypto/tls"; var c = tls.Config{InsecureSkipVerify: true}`, `func f() { c.InsecureSkipVerify = true }`},
		`import "crypto/tls"; var c = tls.Config{MinVersion: tls.VersionTLS12}`,
	},
	{
		"requests go through the pinned transport", selects("net/http", "DefaultClient", "DefaultTransport", "Get", "Post", "PostForm", "Head", "Client"), nil,
		[]string{`import "net/http"; var x, _ = http.Get("")`, `import web "net/http"; var x = web.DefaultClient`, `import "net/http"; var c http.Client`},
		`import "net/http"; var x http.Transport; var h http.Header; var y = h.Get("x")`,
	},
	{
		"main alone ends the process", selects("os", "Exit"), map[string]string{"main.go main": "with the number of internal/cli"},
		[]string{`import "os"; func f() { os.Exit(1) }`}, `import "os"; var x = os.Args`,
	},
	{
		"nothing logs", imports("log"), nil,
		[]string{`import "log"; var x = log.Default()`, `import _ "log"`}, `import "log/slog"; var x slog.Value`,
	},
	{
		"no guessable chance", imports("math/rand", "math/rand/v2"), nil,
		[]string{`import "math/rand"; var x = rand.Int()`, `import r "math/rand/v2"; var x = r.Int()`}, `import "crypto/rand"; var x = rand.Text()`,
	},
	{
		"nothing sleeps", selects("time", "Sleep"), nil,
		[]string{`import "time"; func f() { time.Sleep(1) }`}, `import "time"; var x = time.NewTimer(1)`,
	},
	{
		"secrets are revealed where it is known why", reveals, revealed,
		[]string{`func f(s Secret) string { return s.Reveal() }`, `var x = y.Token().Reveal()`, `var f = s.Reveal`},
		`func f(s Secret) bool { return s.Empty() }`,
	},
	{
		"no secret is formatted", formatsRevealed, map[string]string{
			"internal/cli/token.go printToken": "it was asked for",
		},
		[]string{
			`import "fmt"; func f(s Secret) string { return fmt.Sprintf("%s", s.Reveal()) }`, `import "errors"; var e = errors.New("x" + s.Reveal())`,
			`import "fmt"; func f(s Secret) error { return fmt.Errorf("x: %w", g(s.Reveal())) }`,
		},
		`import "fmt"; func f(s Secret) string { return fmt.Sprint(s) + s.Reveal() }`,
	},
	{
		"programs are run where it is known which", selects("os/exec", "Command", "CommandContext"), map[string]string{
			"internal/cli/code.go fromCommand": "what --code-command names; no secret is in its arguments or its environment",
			"internal/cli/exec.go exec":        "what the person runs; the token is in its environment, a pipe or a file, never in its arguments",
		},
		[]string{`import "os/exec"; func f() { exec.Command("x").Run() }`, `import x "os/exec"; var c = x.CommandContext`},
		`import "os/exec"; var x, _ = exec.LookPath("x")`,
	},
	{
		"a server's words are Text", rawFields, rawFieldsKnown,
		[]string{
			"type r struct { Name string `json:\"name\"` }", "type r struct { Names []string `json:\"names\"` }",
			"func f() { var w struct { X map[string]any `json:\"x\"` } }", "type r struct { X json.RawMessage `json:\"x\"` }",
		},
		"type r struct { Name Text `json:\"name\"`; N int `json:\"n\"`; S Secret `json:\"s\"`; inner string }",
	},
}

// TestOurRulesHoldEverywhere reads all files of the program.
func TestOurRulesHoldEverywhere(t *testing.T) {
	sources := programSources(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			used := map[string]bool{}
			for _, s := range sources {
				for _, b := range r.find(s.source) {
					if _, may := r.allow[b.place]; may {
						used[b.place] = true
					} else {
						t.Errorf("%s: %s", s.set.Position(b.pos), b.place)
					}
				}
			}
			for place := range r.allow {
				if !used[place] {
					t.Errorf("%s may, and does not any more: take it off the list", place)
				}
			}
		})
	}
}

// TestOurRulesFindWhatBreaksThem plants what each rule is against.
func TestOurRulesFindWhatBreaksThem(t *testing.T) {
	for _, r := range rules {
		for i, body := range append(slices.Clone(r.bad), r.good) {
			file, err := parser.ParseFile(token.NewFileSet(), "planted.go", "package p\n"+body, parser.SkipObjectResolution)
			if err != nil {
				t.Fatalf("%s: %q: %v", r.name, body, err)
			}
			found := r.find(source{"client/planted.go", file})
			if bad := i < len(r.bad); bad != (len(found) > 0) {
				t.Errorf("%s: found %d breaches in %q", r.name, len(found), body)
			}
		}
	}
}

type parsed struct {
	source
	set *token.FileSet
}

// programSources are the files that the program is built of, on any system.
func programSources(t *testing.T) (all []parsed) {
	t.Helper()
	for pkg := range arrows {
		dir := strings.TrimPrefix(strings.TrimPrefix(pkg, "postern"), "/")
		if dir == "" {
			dir = "."
		}
		paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, raw, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, parsed{source{filepath.ToSlash(path), file}, set})
		}
	}
	if len(all) < 100 {
		t.Fatalf("got %d files of the program, want all", len(all))
	}
	return all
}

// within answers the place of every node: its file, and the function or type
// that it is in.
func (s source) within(visit func(n ast.Node, place string)) {
	for _, d := range s.file.Decls {
		place := s.path
		switch d := d.(type) {
		case *ast.FuncDecl:
			place += " " + d.Name.Name
		case *ast.GenDecl:
			if form, ok := d.Specs[0].(*ast.TypeSpec); ok {
				place += " " + form.Name.Name
			}
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if n != nil {
				visit(n, place)
			}
			return true
		})
	}
}

// names finds an identifier, whatever it belongs to.
func names(name string) func(source) []breach {
	return func(s source) (found []breach) {
		s.within(func(n ast.Node, place string) {
			if id, ok := n.(*ast.Ident); ok && id.Name == name {
				found = append(found, breach{place, id.Pos()})
			}
		})
		return found
	}
}

// imports finds packages that are imported.
func imports(paths ...string) func(source) []breach {
	return func(s source) (found []breach) {
		for _, i := range s.file.Imports {
			if path, _ := strconv.Unquote(i.Path.Value); slices.Contains(paths, path) {
				found = append(found, breach{s.path, i.Pos()})
			}
		}
		return found
	}
}

// selects finds what is taken of a package, under whatever name.
func selects(pkg string, members ...string) func(source) []breach {
	return func(s source) (found []breach) {
		local := s.localName(pkg)
		s.within(func(n ast.Node, place string) {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || local == "" || !slices.Contains(members, sel.Sel.Name) {
				return
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == local {
				found = append(found, breach{place, sel.Pos()})
			}
		})
		return found
	}
}

// localName is what a file calls a package, "" when it does not import it.
func (s source) localName(pkg string) string {
	for _, i := range s.file.Imports {
		if path, _ := strconv.Unquote(i.Path.Value); path != pkg {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return pkg[strings.LastIndex(pkg, "/")+1:]
	}
	return ""
}
