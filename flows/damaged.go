package flows

import (
	"context"
	"errors"
)

// Damaged is the error of Prepare where a session is stored that cannot be
// read any more. Such a Keeper is a Mender.
type Damaged struct{ Err error }

func (e *Damaged) Error() string { return "the stored session is damaged: " + e.Err.Error() }
func (e *Damaged) Unwrap() error { return e.Err }

// A Mender is a Keeper that may answer *Damaged.
type Mender interface {
	Keeper
	// Overlook lets the next Keep take the place of a damaged record, which is
	// kept beside it. Prepare then answers as if there were none.
	Overlook(ctx context.Context) error
}

// mending asks before a damaged session gives way.
type mending struct {
	job
	err *Damaged
}

func (mending) want() Request { return nil }

func (s mending) screen() Screen {
	return Screen{Step: StepDamaged, Choices: []Choice{OverDamaged, Stop}, Notice: s.err, Can: Can{Cancel: true}}
}

func (s mending) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.broke(s.err)
	case Pick:
		switch e.Index {
		case 0:
			return overlooking{s.job}
		case 1:
			return s.job.broke(s.err)
		}
	}
	return nil
}

// overlooking goes on as if nothing were stored.
type overlooking struct{ job }

func (overlooking) want() Request { return Overlook{} }

func (overlooking) screen() Screen { return Screen{Step: StepPrepare, Can: Can{Cancel: true}} }

func (s overlooking) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.job.stop(nil)
	case Done:
		if f, failed := e.Result.(Failed); failed && errors.As(f.Err, new(*Damaged)) {
			return stuck{job: s.job, err: f.Err, again: s} // never round by itself
		}
		return s.job.prepared(e.Result, s)
	}
	return nil
}
