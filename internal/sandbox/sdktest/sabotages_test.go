package sdktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"postern/internal/sandbox"
)

// Mistakes that a sandbox could have.

// named is a path as part of a test's name.
func named(path string) string {
	_, rest, _ := strings.Cut(strings.Trim(path, "/"), "/")
	return strings.ReplaceAll(rest, "/", " ")
}

// lacks leaves a field of the reply out; "user.TOTP" is a field of a field.
func lacks(path, field string) sabotage {
	return sabotage{name: named(path) + " lacks " + field, path: path, tell: func(_ *saboteur, a *answer) {
		if o, last := within(a.body, field); o != nil {
			delete(o, last)
		}
	}}
}

// says has another value in a field of the reply.
func says(path, field string, value any) sabotage {
	return sabotage{name: fmt.Sprintf("%s says %s %v", named(path), field, value), path: path, tell: func(_ *saboteur, a *answer) {
		if o, last := within(a.body, field); o != nil {
			o[last] = value
		}
	}}
}

// forgives answers 200 to what is refused, with the last success if there was one.
func forgives(path string) sabotage {
	return sabotage{name: named(path) + " refuses nothing", path: path, tell: func(s *saboteur, a *answer) {
		if a.status == http.StatusOK {
			return
		}
		text, ok := s.past[a.path]
		if !ok {
			text = []byte("{}")
		}
		a.status, a.raw, a.body = http.StatusOK, text, nil
	}}
}

// refuses turns a success into a refusal.
func refuses(path string) sabotage {
	return sabotage{name: named(path) + " is refused", path: path, tell: func(_ *saboteur, a *answer) {
		if a.status == http.StatusOK {
			a.status, a.body = http.StatusBadRequest, object{"errorCode": "E011003", "errorDescription": "sabotage"}
		}
	}}
}

// miscodes refuses with another error code.
func miscodes(path string) sabotage {
	return sabotage{name: named(path) + " has another error code", path: path, tell: func(_ *saboteur, a *answer) {
		if a.status != http.StatusOK && a.body != nil {
			a.body["errorCode"] = "E011001"
		}
	}}
}

// misstates refuses with another status.
func misstates(path string) sabotage {
	return sabotage{name: named(path) + " has another status", path: path, tell: func(_ *saboteur, a *answer) {
		if a.status != http.StatusOK {
			a.status = http.StatusTeapot
		}
	}}
}

// refusal is a refusal that is none, or has another code or status.
func refusal(path string) []sabotage {
	return []sabotage{forgives(path), miscodes(path), misstates(path)}
}

// ignores does not heed a field of the request.
func ignores(path, field string) sabotage {
	return sabotage{name: named(path) + " ignores " + field, path: path, ask: func(_ *saboteur, _ *http.Request, body object) {
		if o, last := within(body, field); o != nil {
			delete(o, last)
		}
	}}
}

// idles answers 200 and does nothing.
func idles(path string) sabotage {
	return sabotage{name: named(path) + " does nothing", path: path,
		ask:  func(_ *saboteur, r *http.Request, _ object) { r.URL.Path = "/nowhere" },
		tell: func(_ *saboteur, a *answer) { a.status, a.body = http.StatusOK, object{} },
	}
}

// does does what another call is for.
func does(path, other string) sabotage {
	return sabotage{name: named(path) + " does " + named(other), path: path,
		ask: func(_ *saboteur, r *http.Request, _ object) { r.URL.Path = other }}
}

// claims has another value in the tokens of the reply; nil leaves it out.
func claims(path, claim string, value any) sabotage {
	return altering(fmt.Sprintf("%s has the claim %s %v", named(path), claim, value), path, func(c object) {
		if c[claim] = value; value == nil {
			delete(c, claim)
		}
	})
}

func altering(name, path string, alter func(object)) sabotage {
	return sabotage{name: name, path: path, tell: func(s *saboteur, a *answer) {
		for _, field := range []string{"sessionJwt", "refreshJwt"} {
			if token, ok := a.body[field].(string); ok {
				a.body[field] = s.sign(token, alter)
			}
		}
	}}
}

// bakes changes the cookies of the reply.
func bakes(name, path, old, changed string) sabotage {
	return sabotage{name: name, path: path, tell: func(_ *saboteur, a *answer) {
		for i, cookie := range a.header["Set-Cookie"] {
			a.header["Set-Cookie"][i] = strings.Replace(cookie, old, changed, 1)
		}
	}}
}

// lists changes a reply that is an array.
func lists(name, path string, change func([]any) []any) sabotage {
	return sabotage{name: name, path: path, tell: func(_ *saboteur, a *answer) {
		var list []any
		if json.Unmarshal(a.raw, &list) == nil {
			a.raw = encode(change(list))
		}
	}}
}

// set is another setting of the project.
func set(name string, setting func(*sandbox.Options)) sabotage {
	return sabotage{name: name, setting: setting}
}

// variant is a sandbox that plays another guess at what is not known.
func variant(name string) sabotage {
	return set("variant "+name, func(o *sandbox.Options) { o.Variants = []string{name} })
}

// within finds the object that holds a field of a field.
func within(o object, field string) (object, string) {
	for {
		first, rest, deeper := strings.Cut(field, ".")
		if !deeper {
			return o, first
		}
		o, _ = o[first].(object)
		field = rest
	}
}
