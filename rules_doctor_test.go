package main

import (
	"go/ast"
	"go/token"
	"strings"
)

// What stands in the report of `doctor` may be posted because of its type: this
// rule holds that only one file makes such text of what it is given.
func init() {
	rules = append(rules, rule{
		"a report is made of words of ours", makesPostable, nil,
		[]string{
			`func f(s string) Postable { return Postable(s) }`, `import "postern/ui"; func f(s string) ui.Postable { return ui.Postable(s + "!") }`,
			`type Finding struct { Found string }`, `func f(s string) Postable { return Version(s, s, s, s) }`,
		},
		`func f() Postable { return Fill("% of it", Postable("all")) }; type Finding struct { Found, Do Postable }`,
	})
}

func makesPostable(s source) (found []breach) {
	if s.path == "ui/postable.go" {
		return nil
	}
	s.within(func(n ast.Node, place string) {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := lastName(n.Fun)
			if name == "Postable" && !literal(n.Args[0]) || name == "Version" && len(n.Args) == 4 && !s.buildFacts(n.Args) {
				found = append(found, breach{place, n.Pos()})
			}
		case *ast.StructType:
			if !strings.HasSuffix(place, " Finding") && !strings.HasSuffix(place, " Check") {
				return
			}
			for _, f := range n.Fields.List {
				if t := lastName(f.Type); t != "Postable" && t != "Finding" {
					found = append(found, breach{place, f.Pos()})
				}
			}
		}
	})
	return found
}

// buildFacts reports whether these are what the program was built with: the
// version, and package runtime's words.
func (s source) buildFacts(args []ast.Expr) bool {
	for i, arg := range args {
		if call, ok := arg.(*ast.CallExpr); ok {
			arg = call.Fun
		}
		x, ok := arg.(*ast.SelectorExpr)
		if i == 0 && lastName(arg) == "Version" && !ok {
			continue
		}
		if !ok || lastName(x.X) != s.localName("runtime") {
			return false
		}
	}
	return true
}

func literal(e ast.Expr) bool {
	l, ok := e.(*ast.BasicLit)
	return ok && l.Kind == token.STRING
}

// lastName is what stands behind the last dot.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
