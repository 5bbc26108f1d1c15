package ui

import (
	"errors"
	"io"
	"sync"

	"github.com/muesli/cancelreader"
)

// ending is an input that says when it has come to its end. Bubble Tea goes on
// without input: on a terminal that is gone it would draw for ever.
type ending struct {
	in     io.Reader
	sifted *sieve
	gone   chan struct{}
	once   sync.Once
}

func newEnding(in io.Reader) *ending {
	return &ending{in: in, sifted: newSieve(in), gone: make(chan struct{})}
}

func (e *ending) ended() bool {
	select {
	case <-e.gone:
		return true
	default:
		return false
	}
}

// Read gives every error as the end of the input: a terminal that is gone is
// not read from again, whatever it calls that.
func (e *ending) Read(p []byte) (int, error) {
	n, err := e.sifted.Read(p)
	if err == nil || errors.Is(err, cancelreader.ErrCanceled) {
		return n, err
	}
	e.once.Do(func() { close(e.gone) })
	return n, io.EOF
}

// reader is the input for Bubble Tea, still a file when it was one: only a
// file is put into raw mode.
func (e *ending) reader() io.Reader {
	if f, ok := e.in.(cancelreader.File); ok {
		return &endingFile{f, e}
	}
	return e
}

type endingFile struct {
	cancelreader.File
	end *ending
}

func (f *endingFile) Read(p []byte) (int, error) { return f.end.Read(p) }
