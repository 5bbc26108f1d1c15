//go:build !linux

package cli

// recorder is known on Linux only.
func recorder() string { return "" }
