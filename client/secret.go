package client

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a value that must not be seen: a token, a code, a key. It prints
// as "(hidden)" under every verb, in JSON and in slog. Reveal gives the value.
//
// Three things no method can hide: a Secret in an unexported field, which fmt
// reads without asking (give that struct a Format of its own, as [Session]
// has); one under %p, or under %w anywhere but alone; and one as the key of a
// map in JSON.
type Secret string

const hidden = "(hidden)"

// Reveal returns the secret itself. Each call is a place to look at in a review.
func (s Secret) Reveal() string { return string(s) }

// Empty reports whether there is nothing to hide.
func (s Secret) Empty() bool { return s == "" }

// Format stands in for String and GoString: fmt prints a Stringer's raw value
// under a verb that strings do not have, such as %d.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText hides the secret from every text and JSON encoder.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the secret from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
