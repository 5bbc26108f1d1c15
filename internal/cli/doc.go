// Package cli is the command line: it reads flags, environment and profile,
// plugs the parts together, and picks the exit code. It knows no step of a
// flow, no HTTP and no drawing.
package cli
