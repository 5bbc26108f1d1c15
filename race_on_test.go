//go:build race

package main

// underRace says that the race detector is at work: everything takes ten times
// longer then.
const underRace = true
