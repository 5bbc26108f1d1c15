package ui

import (
	"fmt"
	"strings"
)

// How a sentence is put together: always out of whole ones, so that each can be
// translated. A translation may name its parts in another order (%[2]s), has a
// Counted with as many forms as its language has, a Listing with its own "and",
// and a Sentences with what its script sets between two of them.

// Fill puts texts in the place of the %s of a sentence.
func Fill[T ~string](form T, with ...T) T {
	parts := make([]any, len(with))
	for i, w := range with {
		parts[i] = w
	}
	return T(fmt.Sprintf(string(form), parts...))
}

// Counted is a number in the form of a sentence for one, or for any other.
func Counted[T ~string](n int, one, other T) T {
	form := other
	if n == 1 {
		form = one
	}
	return Fill(form, T(fmt.Sprint(n)))
}

// Listing names all of them: "a", "a and b", "a, b and c".
func Listing[T ~string](all []T) T { return listed("%s and %s", all) }

// Either names all of them, of which any will do: "a, b or c".
func Either[T ~string](all []T) T { return listed("%s or %s", all) }

func listed[T ~string](form T, all []T) T {
	if len(all) < 2 {
		return T(strings.Join(texts(all), ""))
	}
	last := len(all) - 1
	return Fill(form, T(strings.Join(texts(all[:last]), ", ")), all[last])
}

// Sentences sets whole sentences one after another, and leaves out empty ones.
func Sentences[T ~string](all ...T) T {
	var there []string
	for _, text := range texts(all) {
		if text != "" {
			there = append(there, text)
		}
	}
	return T(strings.Join(there, " "))
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, text := range all {
		out[i] = string(text)
	}
	return out
}
