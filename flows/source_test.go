package flows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"sync"
)

// source is what the package's own text says that reflection cannot.
type source struct {
	methods map[string][]string // method name → types that have it, as declared
	consts  map[string][]string // type → names of its constants, in iota order
}

var readSource = sync.OnceValue(func() source {
	s := source{map[string][]string{}, map[string][]string{}}
	files, err := filepath.Glob("*.go")
	must(err)
	for _, path := range append(files, "../client/error.go", "../client/otp.go") { // these for their constants
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		must(err)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if !strings.HasPrefix(path, "..") {
					s.addMethod(d)
				}
			case *ast.GenDecl:
				s.addConsts(d)
			}
		}
	}
	return s
})

func (s source) addMethod(d *ast.FuncDecl) {
	if d.Recv == nil {
		return
	}
	of := d.Recv.List[0].Type
	if p, ok := of.(*ast.StarExpr); ok {
		of = p.X
	}
	s.methods[d.Name.Name] = append(s.methods[d.Name.Name], of.(*ast.Ident).Name)
}

func (s source) addConsts(d *ast.GenDecl) {
	typed := ""
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.CONST {
			return
		}
		if id, ok := v.Type.(*ast.Ident); ok {
			typed = id.Name
		}
		s.consts[typed] = append(s.consts[typed], v.Names[0].Name)
	}
}

// constName is the name of an iota constant.
func constName(typed string, value int) string { return readSource().consts[typed][value] }
