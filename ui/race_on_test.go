//go:build race

package ui

// underRace says that the race detector is at work: decoders are ten times
// slower then.
const underRace = true
