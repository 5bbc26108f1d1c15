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

// likened is one name for the methods that differ in their message only, or, in
// most states, in nothing. A magic link to a phone goes the way of a code to
// one, and then that of any other magic link: the random tests follow it.
func likened(m client.Method, in state) string {
	switch m {
	case client.SMS, client.WhatsApp:
		return string(client.Voice)
	case client.MagicSMS, client.MagicWhatsApp:
		return string(client.MagicLink)
	case client.Recovery:
		switch in.(type) {
		case typing, denied, choosing, stuck:
		default:
			return string(client.Password)
		}
	}
	return string(m)
}

// counted is how many codes of either kind were refused: which ones they were
// makes no other difference, and two are as many as more.
func counted(p reflect.Value) (n [2]int) {
	refused := p.FieldByName("refused")
	for i := range refused.Len() {
		kind := 0
		if refused.Index(i).FieldByName("method").String() != string(client.TOTP) {
			kind = 1
		}
		n[kind] = min(n[kind]+1, 2)
	}
	return n
}

// bearing is what an answer of the client that a state holds still makes a
// difference to: whether it left something open, or says to wait, or that a
// method is closed. Where it led was settled when it came.
func bearing(e reflect.Value) string {
	kind := client.Kind(e.FieldByName("Kind").Int())
	switch {
	case kind == client.Unknown || kind == client.RateLimited:
		return constName("Kind", int(kind))
	case e.FieldByName("Code").String() == string(closedCode):
		return "closed"
	}
	return "any"
}

// fingerprint tells states apart by all that they hold, except for the words
// about the new user and most of what an error says, which lead nowhere, and for
// which message it is that goes to a phone number, which leads the same way.
func fingerprint(s state) string {
	var b strings.Builder
	visit(reflect.ValueOf(s), func(v reflect.Value) bool {
		if v.Type() == reflect.TypeFor[client.NewUser]() {
			return false
		}
		b.WriteString(v.Type().Name())
		switch v.Type() {
		case reflect.TypeFor[client.Error]():
			b.WriteString(bearing(v))
			return false
		case reflect.TypeFor[past]():
			fmt.Fprint(&b, counted(v), v.FieldByName("until").FieldByName("ext"))
			return false
		case reflect.TypeFor[client.Method]():
			b.WriteString(likened(client.Method(v.String()), s))
			return false
		}
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
			if v.Type() == reflect.TypeFor[*client.Error]() {
				return true
			}
			fmt.Fprint(&b, v.Pointer())
			return false
		}
		b.WriteByte(' ')
		return true
	})
	return b.String()
}

// memories counts what a state has learned in the fields before it: codes that
// were refused, of either kind, a pause, and letters that wait for their codes.
func memories(f Flow) (n int) {
	s := reflect.ValueOf(f.at)
	job := s.FieldByName("job")
	if !job.IsValid() {
		return 0
	}
	p := job.FieldByName("past")
	if field := s.FieldByName("try"); field.IsValid() {
		p = field.FieldByName("past")
	}
	count := counted(p)
	inField := false
	switch f.at.(type) {
	case delivered, pasting, waiting:
		inField = true
	}
	for _, there := range []bool{
		count[0] > 0, count[1] > 0, !p.FieldByName("until").FieldByName("ext").IsZero(),
		job.FieldByName("letter").FieldByName("method").String() != "" && !inField,
	} {
		if there {
			n++
		}
	}
	return n + 2*job.FieldByName("plan").FieldByName("sent").Len() // never followed: each is as many states again
}
