package ui

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"rsc.io/qr"

	"postern/client"
)

// pictures draws and saves the code of a scan screen. It remembers what it
// drew last, because a frame is drawn with every key, and what it saved, so
// that no key stays behind in a file. It is safe for goroutines; drawing never
// waits for a file.
type pictures struct {
	dir string // where files go, may be empty

	drawing sync.Mutex
	last    drawing
	code    qrCode

	filing sync.Mutex
	files  []string
	ages   atomic.Int32 // how often all was forgotten
}

type drawing struct {
	uri   client.Secret
	form  qrForm
	quiet int
	ink   qrInk
}

func (p *pictures) draw(uri client.Secret, form qrForm, quiet int, ink qrInk) (qrCode, error) {
	p.drawing.Lock()
	defer p.drawing.Unlock()
	want := drawing{uri, form, quiet, ink}
	if p.last == want {
		return p.code, nil
	}
	code, err := drawQR(uri.Reveal(), form, quiet, ink)
	if err == nil {
		p.last, p.code = want, code
	}
	return code, err
}

// age tells one key's time from the next one's.
func (p *pictures) age() int32 { return p.ages.Load() }

// save writes the picture as PNG where only this user reads it, and says so.
// It does nothing when the key's age is over by the time it begins.
func (p *pictures) save(uri client.Secret, age int32) string {
	path, err := p.write(uri, age)
	if err != nil {
		return saySaveFailed(err)
	}
	return saidSaved(path)
}

var errLeft = errors.New("the screen is closed")

func (p *pictures) write(uri client.Secret, age int32) (string, error) {
	code, err := qr.Encode(uri.Reveal(), qr.L)
	if err != nil {
		return "", errQRTooLong
	}
	p.filing.Lock()
	defer p.filing.Unlock()
	if age != p.age() {
		return "", errLeft
	}
	f, err := p.create()
	if err != nil {
		return "", err
	}
	p.files = append(p.files, f.Name())
	_, err = f.Write(code.PNG())
	return f.Name(), errors.Join(err, f.Close())
}

// create makes a new file, mode 0600, in the runtime directory, which no
// backup sees and no restart keeps, or else in the temporary one.
func (p *pictures) create() (*os.File, error) {
	const name = "postern_*.png" // no hyphen, where a line would break
	if p.dir != "" {
		if f, err := os.CreateTemp(p.dir, name); err == nil {
			return f, nil
		}
	}
	return os.CreateTemp("", name)
}

// clear deletes what was saved and forgets what was drawn.
func (p *pictures) clear() {
	p.filing.Lock()
	defer p.filing.Unlock()
	for _, f := range p.files {
		_ = os.Remove(f)
	}
	p.files = nil
	p.ages.Add(1)
	p.drawing.Lock()
	defer p.drawing.Unlock()
	p.last, p.code = drawing{}, qrCode{}
}
