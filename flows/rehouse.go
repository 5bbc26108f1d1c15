package flows

import "errors"

// rehousing makes another store ready for a session that is signed in already.
// What that store may need first is asked on the way.
type rehousing struct {
	unkept
	store Store
}

func (s rehousing) want() Request { return UseStore{s.store} }

func (s rehousing) screen() Screen {
	return Screen{Step: StepPrepare, LoginID: s.loginID, Can: Can{Cancel: true}}
}

func (s rehousing) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.unwanted()
	case Done:
		switch r := e.Result.(type) {
		case Prepared:
			return keeping{s.job, s.keep}
		case Failed:
			return s.refused(r.Err)
		}
	}
	return nil
}

func (s rehousing) refused(err error) state {
	if next := s.job.locked(err, s); next != nil {
		return next
	}
	return s.failed(err)
}

// failed says so where the person can choose again.
func (s rehousing) failed(err error) state {
	options := s.options()
	var not NotStored
	if errors.As(err, &not) {
		err = not.Err
	}
	s.err = NotStored{options, err}
	return s.unkept
}
