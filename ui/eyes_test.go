package ui

import (
	"crypto/sha256"
	"image"
	"testing"

	"postern/internal/ptytest"
)

// eyes look at pictures with two decoders, once at each: many screens are
// equal.
type eyes struct {
	t       *testing.T
	known   map[[sha256.Size]byte]*sight
	waiting []image.Image // for zbar, which takes many at once
	sights  []*sight      // theirs
}

// sight is what the decoders read in a picture.
type sight struct{ zbar, zxing string }

const batch = 16 // pictures: a large window's takes 10 MB

// see looks at a picture. What zbar says is known after read.
func (e *eyes) see(img image.Image) *sight {
	sum := sha256.Sum256(img.(*image.RGBA).Pix)
	if s := e.known[sum]; s != nil {
		return s
	}
	s := &sight{}
	s.zxing, _ = ptytest.DecodeQRZxing(img)
	e.known[sum], e.waiting, e.sights = s, append(e.waiting, img), append(e.sights, s)
	if len(e.waiting) == batch {
		e.read()
	}
	return s
}

func (e *eyes) read() {
	e.t.Helper()
	for i, text := range ptytest.DecodeQRs(e.t, e.waiting...) {
		e.sights[i].zbar = text
	}
	e.waiting, e.sights = nil, nil
}
