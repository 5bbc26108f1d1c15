package main

import (
	"go/ast"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// revealed are the places where a secret becomes a string, and why.
var revealed = map[string]string{
	"client/record.go store":                     "the record, which goes into the vault",
	"client/call.go authorization":               "the header of a request",
	"client/enrollment.go buildURI":              "the URI is a Secret again",
	"client/enrollment.go is":                    "a code is made with it",
	"client/enrollment.go read":                  "a code is made with it, to see that one can be",
	"client/inspect.go Inspect":                  "it is taken apart and judged",
	"client/inspect.go takeApart":                "likewise",
	"client/password.go Lacks":                   "its length and letters are counted",
	"client/password.go ReplacePassword":         "the body of a request",
	"client/password.go SetPassword":             "the body of a request",
	"client/password.go SignUpPassword":          "the body of a request",
	"client/record.go sealFor":                   "it is encrypted",
	"client/token.go checkWith":                  "it is taken apart and judged",
	"client/verify.go request":                   "the body of a request",
	"flows/code.go failed":                       "a code that was refused is compared with the phone's clock",
	"internal/cli/code.go writeEnrollment":       "the file of --enrollment-out, 0600",
	"internal/cli/compare.go compared":           "keys of a project, which the comparison calls with",
	"internal/cli/exec.go exec":                  "the person's command gets the token",
	"flows/newpassword.go on":                    "it is compared with what is typed the second time",
	"internal/cli/recovery.go codesToStdout":     "the person asked for the codes as JSON",
	"internal/cli/recovery.go codeLines":         "the person asked for the codes, on stdout or in a file of 0600",
	"ui/plainhidden.go sayCodes":                 "the person asked for the codes, line by line",
	"ui/recovery.go codesText":                   "the codes, on the alternate screen",
	"internal/cli/unlock.go ask":                 "the passphrase goes into the store",
	"internal/cli/storepass.go changePassphrase": "both passphrases go into the store",
	"flows/passphrase.go typed":                  "it is compared with what is typed the second time",
	"internal/cli/token.go printToken":           "the person asked for the token",
	"ui/pictures.go draw":                        "the QR code",
	"ui/pictures.go write":                       "the picture that the person saves, 0600",
	"ui/plainkeys.go command":                    "the person asked for the key or the link",
	"ui/plainkeys.go printPicture":               "the QR code",
	"ui/pages.go pageLines":                      "the link, on the alternate screen",
	"ui/scan.go layout":                          "the QR code is measured",
	"ui/scan.go scanColumn":                      "the key, on the alternate screen",
	"ui/scan.go wantsWindow":                     "the QR code is measured",
	"ui/term.go copying":                         "the person copies the key",
}

// reveals finds where a Secret is asked for its value.
func reveals(s source) (found []breach) {
	s.within(func(n ast.Node, place string) {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Reveal" {
			found = append(found, breach{place, sel.Pos()})
		}
	})
	return found
}

// formatsRevealed finds a revealed secret in what is formatted or becomes an
// error.
func formatsRevealed(s source) (found []breach) {
	s.within(func(n ast.Node, place string) {
		call, ok := n.(*ast.CallExpr)
		if !ok || !s.formats(call) {
			return
		}
		for _, arg := range call.Args {
			ast.Inspect(arg, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Reveal" {
					found = append(found, breach{place, sel.Pos()})
				}
				return true
			})
		}
	})
	return found
}

// formats reports whether a call makes text for people of its arguments.
func (s source) formats(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && slices.ContainsFunc([]string{"fmt", "errors", "log", "log/slog"}, func(pkg string) bool {
		return x.Name == s.localName(pkg)
	})
}

// sentOnly are forms of what goes to the server or into the store: the words
// in them are a person's or a program's own.
var sentOnly = []string{
	"client/accesskey.go exchangeKey", "client/options.go wireOptions", "client/otp.go body", "client/record.go record",
	"client/totp.go SignUp", "client/user.go NewUser",
}

// rawFieldsKnown are the fields of replies that are no Text and no Secret, and
// why no view gets a server's words by them.
var rawFieldsKnown = map[string]string{
	"client/enrollment.go enrollment.provisioningURL": "it is read and built anew",
	"client/enrollment.go enrollment.key":             "it becomes a Secret",
	"client/enrollment.go enrollment.image":           "it becomes a Secret",
	"client/keys.go storedKeys.body":                  "keys",
	"client/keys.go parseKeys.keys":                   "keys",
	"client/session.go jwtReply.cookieName":           "it is compared",
	"client/session.go jwtReply.sessionCookieName":    "it is compared",
	"client/session.go jwtReply.user":                 "it is decoded as a User",
	"client/token.go wireClaims.drn":                  "it is compared, and cleaned where it is wrong",
	"client/token.go wireClaims.iss":                  "it is compared, and cleaned for Claims.Issuer",
	"client/token.go wireClaims.sub":                  "only one that is clean is taken",
	"client/token.go wireClaims.dsub":                 "only one that is clean is taken",
	"client/token.go wireClaims.jkt":                  "it is compared with nothing",
	"client/token.go wireClaims.rexp":                 "it becomes a time",
	"client/token.go wireClaims.aud":                  "it is compared",
	"client/token.go wireClaims.dct":                  "it is decoded as Text",
	"client/token.go wireClaims.roles":                "it is decoded as Text",
	"client/token.go wireClaims.permissions":          "it is decoded as Text",
	"client/token.go wireClaims.tenants":              "it is decoded as Text, and ids that are not clean are left out",
}

// rawFields finds fields of JSON that take any words: in package client alone,
// where the server's replies are read.
func rawFields(s source) (found []breach) {
	if !strings.HasPrefix(s.path, "client/") {
		return nil
	}
	s.within(func(n ast.Node, place string) {
		form, ok := n.(*ast.StructType)
		if !ok || slices.Contains(sentOnly, place) {
			return
		}
		for _, f := range form.Fields.List {
			if f.Tag == nil || !takesAnyWords(f.Type) {
				continue
			}
			tag, _ := strconv.Unquote(f.Tag.Value)
			if name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ","); name != "" && name != "-" {
				found = append(found, breach{place + "." + name, f.Pos()})
			}
		}
	})
	return found
}

func takesAnyWords(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name == "string" || t.Name == "any"
	case *ast.StarExpr:
		return takesAnyWords(t.X)
	case *ast.ArrayType:
		return takesAnyWords(t.Elt)
	case *ast.MapType:
		return takesAnyWords(t.Key) || takesAnyWords(t.Value)
	case *ast.SelectorExpr:
		return t.Sel.Name == "RawMessage"
	}
	return false
}
