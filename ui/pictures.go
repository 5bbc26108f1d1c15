package ui

import (
	"os"
	"path/filepath"
	"sync"

	"rsc.io/qr"

	"postern/client"
)

// pictures draws and saves the one code of a scan screen. It remembers what it
// drew last, because a frame is drawn with every key, and what it saved, so
// that no key stays behind in a file. It is safe for goroutines.
type pictures struct {
	mu    sync.Mutex
	last  drawing
	code  qrCode
	files []string
}

type drawing struct {
	uri   client.Secret
	form  qrForm
	quiet int
	ink   qrInk
}

func (p *pictures) draw(uri client.Secret, form qrForm, quiet int, ink qrInk) (qrCode, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
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

// save writes the picture as PNG where only this user reads it, and says so.
func (p *pictures) save(uri client.Secret) string {
	path, err := p.write(uri)
	if err != nil {
		return saySaveFailed(err)
	}
	return saidSaved(path)
}

func (p *pictures) write(uri client.Secret) (string, error) {
	code, err := qr.Encode(uri.Reveal(), qr.L)
	if err != nil {
		return "", errQRTooLong
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = os.TempDir()
	}
	f, err := os.CreateTemp(dir, "postern-*.png") // 0600
	if err != nil {
		return "", err
	}
	p.mu.Lock()
	p.files = append(p.files, f.Name())
	p.mu.Unlock()
	_, err = f.Write(code.PNG())
	if e := f.Close(); err == nil {
		err = e
	}
	return filepath.Clean(f.Name()), err
}

// clear deletes what was saved and forgets what was drawn.
func (p *pictures) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.files {
		_ = os.Remove(f)
	}
	p.files, p.last, p.code = nil, drawing{}, qrCode{}
}
