//go:build linux

package peers

import (
	"fmt"
	"slices"
	"strings"
)

// report is a table of what was measured, and what was said.
type report struct {
	names []string
	rows  map[string]map[string]string // by name, by call
	said  strings.Builder
}

// note puts a value into the table.
func (w *walk) note(name string, value any) {
	r := w.report
	if r.rows == nil {
		r.rows = map[string]map[string]string{}
	}
	if r.rows[name] == nil {
		r.names, r.rows[name] = append(r.names, name), map[string]string{}
	}
	text := fmt.Sprint(value)
	switch value {
	case true:
		text = "yes"
	case false:
		text = "no"
	}
	r.rows[name][w.peer.call] = text
}

// say puts lines of a program below the table.
func (w *walk) say(when string, lines []string) {
	fmt.Fprintf(&w.report.said, "\n%s, %s:\n", w.peer.call, when)
	for _, line := range slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" }) {
		w.report.said.WriteString("    " + line + "\n")
	}
}

// String is the table in Markdown.
func (r *report) String() string {
	var b strings.Builder
	head, rule := "|", "|---|"
	for i, p := range peers {
		fmt.Fprintf(&b, "%c: %s\n", 'A'+i, p.call)
		head += fmt.Sprintf(" | %c", 'A'+i)
		rule += "---|"
	}
	b.WriteString("\n" + head + " |\n" + rule + "\n")
	for _, name := range r.names {
		b.WriteString("| " + name)
		for _, p := range peers {
			value := r.rows[name][p.call]
			if value == "" {
				value = "-"
			}
			b.WriteString(" | " + value)
		}
		b.WriteString(" |\n")
	}
	return b.String() + r.said.String()
}
