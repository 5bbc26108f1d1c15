//go:build !unix

package cli

import "errors"

// hide cannot be had here line by line.
func (t *terminal) hide() (show func(), err error) {
	return nil, errors.New("this terminal shows what is typed")
}
