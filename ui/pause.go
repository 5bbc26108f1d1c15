package ui

import (
	"errors"
	"fmt"
	"time"

	"postern/client"
	"postern/flows"
)

// saidHeld says how long a code waits after wrong ones.
func saidHeld(left time.Duration) string {
	return fmt.Sprintf("A pause after a wrong one: sent in %s.", seconds(left))
}

// triesLeft says how often a code may be tried after one that was refused, ""
// where nobody knows.
func triesLeft(s flows.Screen) string {
	sent, ok := s.Show.(flows.Sent)
	switch {
	case !ok || sent.Tries == 0 || !errors.Is(s.Notice, client.WrongCode):
		return ""
	case sent.Tries == 1:
		return "One try is left."
	}
	return fmt.Sprintf("%d tries are left.", sent.Tries)
}
