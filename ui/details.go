package ui

import (
	"errors"

	"postern/client"
	"postern/flows"
)

// detailed is the service's reply that a screen speaks of, nil where there is
// none whose details could be asked for by a key. What failed without a reply
// has none: its cause stands in the notice.
func detailed(s flows.Screen) *client.Error {
	var e *client.Error
	asks := s.Ask != nil || len(s.Choices) > 0 || s.Step == flows.StepLink
	if !asks || s.Step == flows.StepHome || titleSays(s.Step) || !errors.As(s.Notice, &e) || e.Status == 0 {
		return nil
	}
	return e
}

// lettersMean reports whether a letter is a command on a screen, and not typed.
func lettersMean(s flows.Screen) bool {
	return s.Step != flows.StepMagic && (s.Ask == nil || s.Ask.Code())
}
