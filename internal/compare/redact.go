package compare

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Word is what may be published of a reply. A constant becomes one by itself;
// of the text of a reply only this file makes one, out of lists of its own,
// numbers and shapes.
type Word string

// answer is a reply's status, its error code, and whether it could be read.
func answer(r reply) Word {
	out := strconv.Itoa(r.status)
	switch {
	case r.code() != "":
		out += " " + published(r.code())
	case r.empty:
		out += " empty"
	case !r.json:
		out += " not JSON"
	}
	return Word(out)
}

const codeForm = `^E[0-9]{6}$`

// published is an error code if it has the form of Descope's.
func published(code string) string {
	if code == "" || regexp.MustCompile(codeForm).MatchString(code) {
		return code
	}
	return "with a code of another form"
}

func number(n int) Word { return Word(strconv.Itoa(n)) }

// small is a number that is too small to name anybody, or else its kind.
func small(o map[string]any, name string) Word {
	if n, isNumber := o[name].(float64); isNumber && n >= 0 && n <= 1000 {
		return number(int(n))
	}
	return field(o, name)
}

func yes(is bool) Word {
	if is {
		return "yes"
	}
	return "no"
}

// listed is s if it is one of these words.
func listed(s string, words ...string) Word {
	if slices.Contains(words, s) {
		return Word(s)
	}
	if s == "" {
		return "none"
	}
	return "another one"
}

// kind tells nothing of a JSON value but whether it is empty, and its type.
func kind(v any, there bool) Word {
	if !there {
		return "left out"
	}
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return Word(strconv.FormatBool(v))
	case float64:
		if v == 0 {
			return "0"
		}
		return "number"
	case string:
		if v == "" {
			return `""`
		}
		return "text"
	case []any:
		if len(v) == 0 {
			return "[]"
		}
		return "list"
	case map[string]any:
		if len(v) == 0 {
			return "{}"
		}
	}
	return "object"
}

// field is the kind of one field.
func field(o map[string]any, name string) Word {
	v, there := o[name]
	return kind(v, there)
}

var emptyKinds = []Word{"null", "false", "0", `""`, "[]", "{}"}

// fields are the names of an object's fields, of those that are empty and of
// the others, which bring their kind. Names that are not public are counted.
func fields(o map[string]any, public ...string) (empty, full []Word) {
	unlisted := 0
	for _, name := range slices.Sorted(maps.Keys(o)) {
		switch k := kind(o[name], true); {
		case !slices.Contains(public, name):
			unlisted++
		case slices.Contains(emptyKinds, k):
			empty = append(empty, Word(name))
		default:
			full = append(full, Word(name)+":"+k)
		}
	}
	if unlisted > 0 {
		full = append(full, Word(fmt.Sprintf("%d with other names", unlisted)))
	}
	return orNone(empty), orNone(full)
}

func orNone(words []Word) []Word {
	if len(words) == 0 {
		return []Word{"none"}
	}
	return words
}

// factors is an amr claim, in its order.
func factors(claims map[string]any) []Word {
	list, _ := claims["amr"].([]any)
	var out []Word
	for _, f := range list {
		out = append(out, listed(text(f), "email", "sms", "voice", "whatsapp", "im", "totp", "pwd", "webauthn", "oauth", "fed", "mfa"))
	}
	return orNone(out)
}

// claimNames are the public claims with their kinds. One claim says when the
// session's end is told as text, so times tell their form.
func claimNames(claims map[string]any) []Word {
	var out []Word
	unlisted := 0
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		switch {
		case !slices.Contains(publicClaims, name):
			unlisted++
		case slices.Contains([]string{"exp", "iat", "nbf", "rexp"}, name):
			out = append(out, Word(name)+":"+timeForm(claims[name]))
		default:
			out = append(out, Word(name)+":"+kind(claims[name], true))
		}
	}
	if unlisted > 0 {
		out = append(out, number(unlisted)+" of the project's own")
	}
	return orNone(out)
}

const longestMask = 80

// mask is the shape of a masked address: its letters and digits are replaced.
func mask(s string) Word {
	if s == "" {
		return "none"
	}
	if len(s) > longestMask {
		return "longer than any address"
	}
	return Word(strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '9'
		case strings.ContainsRune("*@.+-() ", r):
			return r
		}
		return 'a'
	}, s))
}

// timeForm tells how a time is written.
func timeForm(v any) Word {
	switch v := v.(type) {
	case float64:
		switch {
		case v > 1e11:
			return "number of milliseconds"
		case v > 1e8:
			return "number of seconds"
		}
		return "number"
	case string:
		if regexp.MustCompile(rfc3339Form).MatchString(v) {
			return "RFC 3339"
		}
		return "text"
	case nil:
		return "none"
	}
	return "another type"
}

const rfc3339Form = `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`
