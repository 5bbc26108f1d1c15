package flows

import (
	"context"
	"errors"
	"unicode/utf8"

	"postern/client"
)

// MinPassphrase is the length of the shortest new passphrase, in characters.
// Whoever has a copy of the files can try them: scrypt with N = 2^18 makes that
// about a second and 256 MiB a try, and 26^8 tries some 6,000 years of one core.
const MinPassphrase = 8

// MaxPassphrase is the length of the longest one, in characters: what every
// field that asks for it takes whole.
const MaxPassphrase = 128

// PassphraseNeeded is an error of a Keeper whose store has to be unlocked
// first. Such a Keeper is an Unlocker.
type PassphraseNeeded struct {
	Create bool // none was chosen yet
	Err    error
}

func (e *PassphraseNeeded) Error() string { return "a passphrase is needed" }
func (e *PassphraseNeeded) Unwrap() error { return e.Err }

// An Unlocker is a Keeper that may answer *PassphraseNeeded.
type Unlocker interface {
	Keeper
	// Unlock opens the store, or closes it with a first passphrase. The error is
	// WrongPassphrase when it is not the one.
	Unlock(ctx context.Context, passphrase client.Secret) error
}

// CheckPassphrase reports why a new passphrase cannot be one, nil when it can.
func CheckPassphrase(text string) error {
	switch n := utf8.RuneCountInString(text); {
	case n < MinPassphrase:
		return ShortPassphrase
	case n > MaxPassphrase || !utf8.ValidString(text):
		return LongPassphrase
	}
	return nil
}

// unlocking asks for the passphrase of the store, a new one twice.
type unlocking struct {
	job
	create bool
	first  client.Secret // a new one that was typed once
	again  state         // what wanted the store
	notice error
}

// locked is the state that asks for a passphrase, if an error wants that, and
// then goes on with again; nil for other errors.
func (j job) locked(err error, again state) state {
	var needed *PassphraseNeeded
	if !errors.As(err, &needed) {
		return nil
	}
	return unlocking{job: j, create: needed.Create, again: again}
}

func (unlocking) want() Request { return nil }

func (s unlocking) screen() Screen {
	step := StepPassphrase
	switch {
	case !s.first.Empty():
		step = StepRepeatPassphrase
	case s.create:
		step = StepNewPassphrase
	}
	return Screen{Step: step, Ask: &askHidden, Notice: s.notice, Can: Can{Back: step == StepRepeatPassphrase, Cancel: true}}
}

func (s unlocking) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.stopped()
	case Back:
		if !s.first.Empty() {
			s.first, s.notice = "", nil
			return s
		}
	case Submit:
		return s.typed(client.Secret(e.Text))
	}
	return nil
}

// stopped gives up, and with it a session that waits.
func (s unlocking) stopped() state {
	if waits, ok := s.again.(rehousing); ok {
		return waits.unwanted()
	}
	return s.job.stop(nil)
}

// typed takes a passphrase as it is: a blank at its end is a part of it.
func (s unlocking) typed(text client.Secret) state {
	s.notice = nil
	switch {
	case !s.create && text.Empty():
		s.notice = Empty
	case !s.create:
		return opening{s, text}
	case s.first.Empty():
		if s.notice = CheckPassphrase(text.Reveal()); s.notice == nil {
			s.first = text
		}
	case s.first != text:
		s.first, s.notice = "", OtherPassphrase
	default:
		return opening{s, text}
	}
	return s
}

// opening unlocks the store.
type opening struct {
	unlocking
	text client.Secret
}

func (s opening) want() Request { return Unlock{s.text} }

func (opening) screen() Screen { return Screen{Step: StepUnlock, Can: Can{Cancel: true}} }

func (s opening) on(e Event) state {
	switch e := e.(type) {
	case Cancel:
		return s.stopped()
	case Done:
		switch r := e.Result.(type) {
		case Unlocked:
			return s.again
		case Failed:
			s.first = ""
			if errors.Is(r.Err, WrongPassphrase) {
				s.notice = WrongPassphrase
				return s.unlocking
			}
			if waits, ok := s.again.(rehousing); ok {
				return waits.failed(r.Err)
			}
			return stuck{job: s.job, err: r.Err, again: s.unlocking}
		}
	}
	return nil
}
