package ui

import (
	"bytes"
	"io"
	"slices"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/cancelreader"
)

// questions are what Bubble Tea asks of every terminal: whether it draws a
// frame at once, how it measures letters, and which keyboard protocol it knows.
// We can do without. An answer that comes after we left, as over a slow link,
// would be typed at the shell's prompt.
var questions = [][]byte{
	[]byte(ansi.RequestModeSynchronizedOutput), []byte(ansi.RequestModeUnicodeCore), []byte(ansi.RequestKittyKeyboard),
}

// atOnce is the size in bytes from which a frame is wrapped into a synchronized
// update, so that no half of it is seen. A terminal that does not know the mode
// ignores it, as any private mode; a digit or the clock is not worth its bytes.
const atOnce = 1024

// unasking is a terminal that is never asked anything.
type unasking struct{ out io.Writer }

// Write passes on all but the questions. Bubble Tea writes a whole frame at a
// time, so that none is cut in two.
func (u unasking) Write(p []byte) (int, error) {
	kept := p
	for _, q := range questions {
		kept = bytes.ReplaceAll(kept, q, nil)
	}
	switch {
	case len(kept) == 0:
		return len(p), nil
	case len(kept) >= atOnce:
		kept = slices.Concat([]byte(ansi.SetModeSynchronizedOutput), kept, []byte(ansi.ResetModeSynchronizedOutput))
	}
	if n, err := u.out.Write(kept); err != nil {
		return min(n, len(p)), err
	}
	return len(p), nil
}

// withoutQuestions is the output for Bubble Tea, still a file when it was one:
// only a file has a size.
func withoutQuestions(out io.Writer) io.Writer {
	if f, ok := out.(cancelreader.File); ok {
		return unaskingFile{f, unasking{out}}
	}
	return unasking{out}
}

type unaskingFile struct {
	cancelreader.File
	unasking unasking
}

func (f unaskingFile) Write(p []byte) (int, error) { return f.unasking.Write(p) }
