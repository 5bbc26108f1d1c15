package sdktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"postern/client"
)

// sent is one request as far as it means something to a server. Tokens, codes
// and keys have become names such as <refresh>.
type sent struct {
	call    string // method, path and query
	auth    string
	kind    string // Content-Type
	project string // x-descope-project-id
	body    any
}

// recorder notes what passes by.
type recorder struct {
	next  http.Handler
	names *strings.Replacer

	mu   sync.Mutex
	seen []sent
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	text, err := io.ReadAll(req.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	req.Body = io.NopCloser(bytes.NewReader(text))
	s := sent{
		call: req.Method + " " + r.names.Replace(req.URL.RequestURI()), auth: r.names.Replace(req.Header.Get("Authorization")),
		kind: req.Header.Get("Content-Type"), project: r.names.Replace(req.Header.Get("X-Descope-Project-Id")),
	}
	_ = json.Unmarshal([]byte(r.names.Replace(string(text))), &s.body) // no JSON: nil, like no body
	r.mu.Lock()
	r.seen = append(r.seen, s)
	r.mu.Unlock()
	r.next.ServeHTTP(w, req)
}

// differences are what the client sends in another way than the SDK, each as
// one line.
func differences(ours, theirs []sent) []string {
	var out []string
	for _, o := range ours {
		i := slices.IndexFunc(theirs, func(s sent) bool { return s.call == o.call })
		if i < 0 {
			out = append(out, "only the client sends "+o.call)
			continue
		}
		t := theirs[i]
		theirs = slices.Delete(slices.Clone(theirs), i, i+1)
		out = append(out, differ("Authorization", o.auth, t.auth)...)
		out = append(out, differ("Content-Type", o.kind, t.kind)...)
		out = append(out, differ("project header", o.project, t.project)...)
		out = append(out, differ("body", o.body, t.body)...)
	}
	for _, t := range theirs {
		out = append(out, "only the SDK sends "+t.call)
	}
	return out
}

// differ compares values, and objects field by field.
func differ(name string, ours, theirs any) []string {
	o, isObject := ours.(object)
	t, areBoth := theirs.(object)
	if !isObject || !areBoth {
		if reflect.DeepEqual(ours, theirs) {
			return nil
		}
		return []string{fmt.Sprintf("%s: client %s, SDK %s", name, shown(ours), shown(theirs))}
	}
	fields := maps.Clone(o)
	maps.Copy(fields, t)
	var out []string
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		out = append(out, differ(name+"."+field, o[field], t[field])...)
	}
	return out
}

func shown(v any) string {
	if v == nil || v == "" {
		return "none"
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // <refresh> stays readable
	if err := enc.Encode(v); err != nil {
		panic(err) // it was JSON before
	}
	return strings.TrimSpace(text.String())
}

// stage is one call on two desks: one for the client, one for the SDK.
type stage struct {
	call         call
	ours, theirs fixture
	seen         [2]*recorder
}

func (b *bench) stage(i int, c call) *stage {
	b.t.Helper()
	s := &stage{call: c}
	for side, f := range []*fixture{&s.ours, &s.theirs} {
		id := fmt.Sprintf("%d-%d", i, side)
		rec := &recorder{}
		d := b.open(id, nil, func(next http.Handler) http.Handler { rec.next = next; return rec })
		*f = b.prepare(d)
		f.Call, f.Base, f.ProjectID = c.name, b.url+"/"+id, b.identity.ProjectID
		if c.authKey {
			f.AuthKey = b.identity.AuthManagementKey
		}
		c.before(b, d, f)
		rec.names, s.seen[side] = f.names(b), rec
	}
	return s
}

// carryOut makes our side of a call.
func (s *stage) carryOut(ctx context.Context, b *bench) error {
	project, err := client.NewProject(s.ours.ProjectID, s.ours.Base)
	if err != nil {
		return err
	}
	on, err := b.sessionOf(ctx, s.ours)
	if err != nil {
		return err
	}
	s.ours.Session = on.Token().Reveal()
	s.seen[0].names = s.ours.names(b)
	cl := client.New(client.Config{Project: project, AuthKey: client.Secret(s.ours.AuthKey)})
	return s.call.make(ctx, cl, s.ours, on)
}

func TestClientSendsWhatTheNodeSDKSends(t *testing.T) {
	t.Parallel()
	node := nodeSDK(t)
	b := newBench(t)
	all := calls()
	stages, runs := map[string]*stage{}, []fixture{}
	for i, c := range all {
		stages[c.name] = b.stage(i, c)
		runs = append(runs, stages[c.name].theirs)
	}
	theirs := map[string]outcome{}
	for _, line := range runNode(t, node, runs, "parity.mjs") {
		var o outcome
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatalf("node printed %q: %v", line, err)
		}
		theirs[o.Call] = o
	}
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			s, o := stages[c.name], theirs[c.name]
			if want := !newcomers.covers(c.name); o.OK != want {
				t.Errorf("got well %v of the SDK, want %v", o.OK, want)
			}
			if err := s.carryOut(t.Context(), b); (err == nil) != o.OK || o.Error != "" {
				t.Errorf("got %v of the client, and well %v %s of the SDK, want the same outcome", err, o.OK, o.Error)
			}
			if len(s.seen[0].seen) == 0 || len(s.seen[1].seen) == 0 {
				t.Fatal("nothing was sent")
			}
			judgeDifferences(t, c.name, differences(s.seen[0].seen, s.seen[1].seen))
		})
	}
}

// judgeDifferences fails for one that is not allowed, and for one that is and
// does not occur.
func judgeDifferences(t *testing.T, call string, all []string) {
	t.Helper()
	for _, a := range allowed {
		if !a.covers(call) {
			continue
		}
		i := slices.Index(all, a.difference)
		if i < 0 {
			t.Errorf("allowed, and does not occur: %s", a.difference)
			continue
		}
		all = slices.Delete(all, i, i+1)
	}
	for _, d := range all {
		t.Errorf("not allowed: %s", d)
	}
}

func TestEachAllowedDifferenceIsOfSomeCall(t *testing.T) {
	for _, a := range allowed {
		for _, pattern := range strings.Split(a.calls, "|") {
			one := allowance{calls: pattern}
			if !slices.ContainsFunc(calls(), func(c call) bool { return one.covers(c.name) }) {
				t.Errorf("no call is named %q", pattern)
			}
		}
		if a.reason == "" {
			t.Errorf("%s: %s has no reason", a.calls, a.difference)
		}
	}
}

// newcomers are in no tenant: calls that sign one up to a tenant are refused,
// and compared all the same.
var newcomers = allowance{calls: "*sign-up*options"}

// outcome is what parity.mjs says of a call.
type outcome struct {
	Call  string `json:"call"`
	OK    bool   `json:"ok"`
	Error string `json:"error"` // thrown by the SDK
}

// allowance is a difference that is meant.
type allowance struct {
	calls      string // names, with * as in path.Match; several stand on both sides of a |
	difference string
	reason     string
}

func (a allowance) covers(name string) bool {
	return slices.ContainsFunc(strings.Split(a.calls, "|"), func(pattern string) bool {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	})
}
