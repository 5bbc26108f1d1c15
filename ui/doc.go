// Package ui drives a flow in front of a person or a script, and has every
// sentence that they read.
//
// There are three drivers of the same [flows.Flow]: [Full] draws a screen with
// Bubble Tea, [Plain] prints lines and reads answers, [Silent] answers from
// flags. They know keys, colours and sizes, and nothing of what comes next.
// A key on its way into an authenticator is drawn on the alternate screen
// only, and blanked before that is left.
package ui
