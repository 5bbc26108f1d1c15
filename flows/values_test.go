package flows

import (
	"fmt"
	"reflect"
	"strings"

	"postern/client"
)

// visit calls see for v and everything in it. Pointers and interfaces are
// followed where they lead to this module's own types. see returns false to
// stay out of a value.
func visit(v reflect.Value, see func(reflect.Value) bool) {
	if !v.IsValid() || !see(v) {
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		visit(v.Elem(), see)
	case reflect.Pointer:
		if strings.HasPrefix(v.Type().Elem().PkgPath(), "postern/") {
			visit(v.Elem(), see)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			visit(v.Field(i), see)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			visit(v.Index(i), see)
		}
	}
}

// holds reports whether a value of the type is anywhere in v.
func holds(v any, sought reflect.Type) (found bool) {
	visit(reflect.ValueOf(v), func(v reflect.Value) bool {
		found = found || v.Type() == sought
		return !found
	})
	return found
}

// fingerprint tells states apart by all that they hold, except for the words
// about the new user, which lead nowhere.
func fingerprint(s state) string {
	var b strings.Builder
	visit(reflect.ValueOf(s), func(v reflect.Value) bool {
		if v.Type() == reflect.TypeFor[client.NewUser]() {
			return false
		}
		b.WriteString(v.Type().Name())
		switch v.Kind() {
		case reflect.String:
			fmt.Fprintf(&b, "%q", v.String()) // not through fmt's own way, which hides a Secret
		case reflect.Bool:
			fmt.Fprint(&b, v.Bool())
		case reflect.Int, reflect.Int64:
			fmt.Fprint(&b, v.Int())
		case reflect.Uint64:
			fmt.Fprint(&b, v.Uint())
		case reflect.Pointer:
			fmt.Fprint(&b, v.Pointer())
			return false
		}
		b.WriteByte(' ')
		return true
	})
	return b.String()
}
