//go:build !linux

package cli

func resumeOutput() {}
