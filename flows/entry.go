package flows

import (
	"time"

	"postern/client"
)

// entry is a field with its memory: what the states share that take an answer
// to be verified.
type entry struct {
	job
	try try
}

// newEntry is an empty field that remembers what was typed into others.
func newEntry(j job, notice error) entry { return entry{j, try{past: j.past, notice: notice}} }

// asking reports whether an answer is taken: none is on its way.
func (n entry) asking() bool { return n.try.sending.Empty() }

// left is the job with what the field has learned.
func (n entry) left() job {
	n.job.past = n.try.past
	return n.job
}

// leave is the question before. Who goes there while an answer is on its way is
// told that it may count all the same.
func (n entry) leave() state {
	next := n.left().back()
	if n.asking() || n.try.held {
		return next
	}
	return noticing(next, n.try.lost(n.method))
}

// noticing is a question with a notice, where it takes one.
func noticing(next state, notice error) state {
	switch next := next.(type) {
	case naming:
		next.notice = notice
		return next
	case choosing:
		next.notice = notice
		return next
	}
	return next
}

// resend is the state that has another message sent, once the pause after the
// one before is over. Nil leaves the field where it is, with the reason.
func (n *entry) resend(at time.Time) state {
	if n.try.notice = n.left().tooEarly(at); n.try.notice != nil {
		return nil
	}
	return n.left().send()
}

// answered is where the answer to a verification leads. With an error the field
// is the place, and has taken it in.
func (n *entry) answered(m client.Method, d Done) (next state, err error) {
	switch r := d.Result.(type) {
	case SignedIn:
		return n.job.entered(r.Session), nil
	case Failed:
		if next := n.left().diverted(r.Err); next != nil {
			return next, nil
		}
		n.try = n.try.failed(m, r.Err, d.At, nil)
		return nil, r.Err
	}
	return nil, nil
}
