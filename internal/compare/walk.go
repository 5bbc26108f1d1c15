package compare

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"
)

// MostUsers is how many users a walk makes.
const MostUsers = 4

// cleanWait is how long deleting them may take, also after Ctrl-C.
// A rate limit may have to be waited for first.
const cleanWait = mostWait + 30*time.Second

// Note is one observation.
type Note struct {
	Item  string // the number of an open question, see [Questions]
	Step  string
	What  string
	Value []Word
}

// Walked is what one side answered.
type Walked struct {
	Notes []Note
	Steps int
	Calls int
	Left  []string // login IDs that could not be deleted
}

// step is one thing to try.
type step struct {
	item string
	name string
	try  func(*walk)
}

// steps is the walk, in its order: what a step uses, one before it made.
var steps = slices.Concat(enterSteps, totpSteps, codeSteps, sessionSteps, linkSteps, lastSteps)

// walk is one side's walk under way.
type walk struct {
	ctx    context.Context
	side   *Side
	at     step
	notes  []Note
	calls  int
	err    error
	offset time.Duration // server's clock minus ours
	half   uint64        // the time step that steady found

	test          *member // a test user, who signs in with generated codes
	ann, bob, cid *member // sign up with an authenticator
}

// member is a user that the walk makes.
type member struct {
	login string
	keys  []string // of authenticators, the newest last
	tokens
	asked bool // a call that makes it was sent, and not clearly refused
}

// making notes that a call makes m, before it is sent. What it returns is told
// the reply: a refusal made nobody.
func (m *member) making() func(reply) {
	before := m.asked
	m.asked = true
	return func(r reply) {
		if r.status >= 400 && r.status < 500 {
			m.asked = before
		}
	}
}

// Walk makes users at a side, tries everything, and deletes them. The error is
// an *Error, or that of the context; what was noted until then comes with it.
func Walk(ctx context.Context, side Side) (Walked, error) {
	w := &walk{
		ctx: ctx, side: &side,
		test: newMember(), ann: newMember(), bob: newMember(), cid: newMember(),
	}
	for _, s := range steps {
		if w.err == nil {
			w.at = s
			s.try(w)
		}
	}
	left := w.clean()
	return Walked{Notes: w.notes, Steps: len(steps), Calls: w.calls, Left: left}, w.err
}

// newMember is somebody nobody else is: below example.com no mail arrives
// (RFC 2606 §3).
func newMember() *member {
	return &member{login: "postern-compare-" + strings.ToLower(rand.Text()[:12]) + "@example.com"}
}

// note writes down an observation of the step that is tried.
func (w *walk) note(what string, value ...Word) {
	if w.err == nil {
		w.notes = append(w.notes, Note{w.at.item, w.at.name, what, value})
	}
}

// limited notes a reply of the rate limit, whatever is tried.
func (w *walk) limited(r reply) {
	w.notes = append(w.notes, Note{
		"12", "rate limit", "answer", []Word{answer(r), "Retry-After: " + yes(r.header.Get("Retry-After") != "")},
	})
}

// clean deletes the users that were made, also when the walk was interrupted,
// and returns those that may be left.
func (w *walk) clean() (left []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), cleanWait)
	defer cancel()
	del := &walk{ctx: ctx, side: w.side} // without a reply to one, the others are not tried
	for _, m := range []*member{w.test, w.ann, w.bob, w.cid} {
		if !m.asked {
			continue
		}
		if r := del.do(call{path: "/v1/mgmt/user/delete", manage: true, body: fill{"loginId": m.login}}); !gone(r) {
			left = append(left, m.login)
		}
	}
	return left
}

// gone reports whether a reply says that there is no such user, any more or at
// all (descope/go-sdk, descope/errors.go).
func gone(r reply) bool { return r.ok() || r.code() == "E112102" || r.code() == "E062108" }

// fill is a request's JSON.
type fill map[string]any
