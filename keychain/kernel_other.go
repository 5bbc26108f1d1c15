//go:build !linux

package keychain

import (
	"errors"
	"time"
)

// kernelKeys is absent everywhere but on Linux.
type kernelKeys struct{}

var errNotLinux = in(Absent, errors.New("only Linux has one"))

func (kernelKeys) ready() error                       { return errNotLinux }
func (kernelKeys) get(string) (string, error)         { return "", errNotLinux }
func (kernelKeys) put(string, string) error           { return errNotLinux }
func (kernelKeys) drop(string) error                  { return errNotLinux }
func (kernelKeys) expire(string, time.Duration) error { return errNotLinux }
