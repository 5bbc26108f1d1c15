package main

import (
	"bytes"
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// Sentences are whole, and those of package ui stand in its files of words: so
// they can be found, read as one voice, and translated.
func init() {
	rules = append(rules, rule{
		"a sentence of ui stands in a file of words", strayWords, map[string]string{
			"ui/postable.go Called": "how the program may be called",
		},
		[]string{`var x = "No such thing."`, `func f() string { return "no such %s" }`, "var x = map[string]string{\"a\": `two\nwords`}"},
		`import "errors"; import "fmt"; var e = errors.New("draw QR: no text"); func (x T) Error() string { return "x failed" }
		func f() { panic("in a command") }; var g = fmt.Errorf("x: got %d", 1); type t struct { A string "json:\"a b\"" }; var h = "  %-8s %s"`,
	}, rule{
		"no sentence is glued", glued, map[string]string{
			"internal/cli/token.go printToken":   "a header of HTTP",
			"internal/cli/authkey.go keyAccount": "the name of a record",
			"ui/postable.go Called":              "it is cut off, not said",
		},
		[]string{
			`var x = "Sign in: " + called`, `var x = called + " login"`, `func f() { x += "and more" + y }`, `func f() { x += "; it was so" }`,
			`var x = "Sign in: "`, `var x = " (later)"`, `var x = "or else"`, `var x = "this and"`, `var x = f("a b" + g() + "c")`, `var x = "," + "for %s it is"+ y`,
		},
		`var x = "one " + "sentence."; var y = "  " + z; var w = z + ": "; func (e T) Error() string { return "x op: " + e.s }; var u = "  %-8s %s\n"`,
	})
}

// strayWords finds what a person would read outside of ui's files of words.
func strayWords(s source) (found []breach) {
	base := path.Base(s.path)
	if !s.planted() && (!strings.HasPrefix(s.path, "ui/") || base == "words.go" || strings.HasPrefix(base, "words_")) {
		return nil
	}
	s.said(func(n ast.Node, place string) {
		if text, ok := literalText(n); ok && words.MatchString(verbs.ReplaceAllString(text, "x")) && word.MatchString(verbs.ReplaceAllString(text, "")) {
			found = append(found, breach{place, n.Pos()})
		}
	})
	return found
}

// glued finds sentences that are put together of pieces, in what people are
// shown: in ui and in internal/cli.
func glued(s source) (found []breach) {
	if !s.planted() && !strings.HasPrefix(s.path, "ui/") && !strings.HasPrefix(s.path, "internal/cli/") {
		return nil
	}
	whole := map[ast.Node]bool{} // parts of a literal that is written in several lines
	s.said(func(n ast.Node, place string) {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op != token.ADD || whole[n] {
				return
			}
			parts := leaves(n, whole)
			constant := true
			for _, p := range parts {
				_, ok := literalText(p)
				constant = constant && ok
			}
			for _, p := range parts {
				if text, ok := literalText(p); ok && !constant && saysMore(text) {
					found = append(found, breach{place, p.Pos()})
				}
			}
		case *ast.AssignStmt:
			if text, ok := literalText(n.Rhs[0]); ok && n.Tok == token.ADD_ASSIGN && saysMore(text) {
				found = append(found, breach{place, n.Pos()})
			}
		case *ast.BasicLit:
			if text, ok := literalText(n); ok && !whole[n] && half(text) {
				found = append(found, breach{place, n.Pos()})
			}
		}
	})
	return found
}

// words are two of them, one behind the other.
var words = regexp.MustCompile(`\pL[\pL\d'’.,;:)…]*[ \n]+[(]?\pL`)

var verbs = regexp.MustCompile(`%[-+# 0]*(\[\d+\])?(\d+|\*)?(\.\d+)?[a-z]`)

// word is more than the sign of a unit.
var word = regexp.MustCompile(`\pL{2}`)

// saysMore reports whether a text is more than the layout of one.
func saysMore(text string) bool {
	text = verbs.ReplaceAllString(text, "")
	return strings.Contains(text, " ") && strings.ContainsFunc(text, unicode.IsLetter)
}

// half reports whether a text goes on elsewhere: it begins or ends with a blank
// or a conjunction.
func half(text string) bool {
	bare := verbs.ReplaceAllString(text, "")
	if !strings.ContainsFunc(bare, unicode.IsLetter) {
		return false
	}
	return strings.HasPrefix(text, " ") && !strings.HasPrefix(text, "  ") || strings.HasSuffix(text, " ") || joint.MatchString(text)
}

// joint is a conjunction at an end of a text.
var joint = regexp.MustCompile(`^(and|or|but|; .*|, .*)( |$)| (and|or|but)$`)

// said visits what is written in a file but for imports, tags and errors of the
// program's own.
func (s source) said(visit func(n ast.Node, place string)) {
	skip := map[ast.Node]bool{}
	s.within(func(n ast.Node, place string) {
		switch n := n.(type) {
		case *ast.ImportSpec:
			skip[n.Path] = true
			return
		case *ast.Field:
			skip[n.Tag] = n.Tag != nil
		case *ast.CallExpr:
			if name := lastName(n.Fun); name == "Errorf" || name == "panic" || name == "New" && s.isErrors(n.Fun) {
				skipAll(n, skip)
			}
		case *ast.FuncDecl:
			if n.Name.Name == "Error" {
				skipAll(n, skip)
			}
		}
		if !skip[n] {
			visit(n, place)
		}
	})
}

func (s source) isErrors(fun ast.Expr) bool {
	sel, ok := fun.(*ast.SelectorExpr)
	return ok && lastName(sel.X) == "errors"
}

func skipAll(n ast.Node, skip map[ast.Node]bool) {
	ast.Inspect(n, func(inner ast.Node) bool {
		if inner != nil && inner != n {
			skip[inner] = true
		}
		return true
	})
}

// leaves are what a sum is made of; what was seen of it is noted.
func leaves(e ast.Expr, seen map[ast.Node]bool) []ast.Expr {
	seen[e] = true
	if sum, ok := e.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
		return append(leaves(sum.X, seen), leaves(sum.Y, seen)...)
	}
	return []ast.Expr{e}
}

func literalText(n ast.Node) (string, bool) {
	l, ok := n.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// planted reports whether it is a test's own.
func (s source) planted() bool { return path.Base(s.path) == "planted.go" }

// TestFilesOfWordsAreReadAtOnce keeps each topic as short as other files.
func TestFilesOfWordsAreReadAtOnce(t *testing.T) {
	const most = 250 // lines
	paths, err := filepath.Glob("ui/words*.go")
	if err != nil || len(paths) < 10 {
		t.Fatalf("got %d files of words, %v, want all", len(paths), err)
	}
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(raw, []byte("\n")); n > most {
			t.Errorf("%s: got %d lines, want %d at most: find a topic that is two", p, n, most)
		}
	}
}
