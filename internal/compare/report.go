package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Report is what two walks tell about each other.
type Report struct {
	Rows     []Row // all observations, in the order of the sandbox's walk
	Steps    int
	NotAsked []Question
}

// Row is one observation at both sides. No words means that it was not made:
// what it is about did not come so far there.
type Row struct {
	Item, Step, What string
	There, Sandbox   []Word
}

// Same reports whether both sides answered alike.
func (r Row) Same() bool { return slices.Equal(r.There, r.Sandbox) }

// Question is something that a walk cannot ask.
type Question struct {
	Item string `json:"item"`
	What string `json:"what"`
	Why  string `json:"why"`
}

// New compares a walk with that of the sandbox.
func New(there, sandbox Walked) Report {
	r := Report{Steps: sandbox.Steps, NotAsked: questions}
	for _, n := range sandbox.Notes {
		r.Rows = append(r.Rows, Row{n.Item, n.Step, n.What, nil, n.Value})
	}
	for _, n := range there.Notes {
		i := slices.IndexFunc(r.Rows, func(row Row) bool { return row.Step == n.Step && row.What == n.What })
		if i < 0 {
			r.Rows = append(r.Rows, Row{n.Item, n.Step, n.What, n.Value, nil})
			continue
		}
		r.Rows[i].There = n.Value
	}
	return r
}

// Differences are the rows that are not the same.
func (r Report) Differences() []Row {
	return slices.DeleteFunc(slices.Clone(r.Rows), Row.Same)
}

// Counts is the report in one line.
func (r Report) Counts() string {
	return fmt.Sprintf("%d steps, %d observations, %d differences, %d not asked",
		r.Steps, len(r.Rows), len(r.Differences()), len(r.NotAsked))
}

// Write prints the differences, or all observations and what was not asked, as
// a Markdown table: it is to be posted where others can read it.
func (r Report) Write(out io.Writer, all bool) error {
	rows := r.Differences()
	if all {
		rows = r.Rows
	}
	var b strings.Builder
	if len(rows) > 0 {
		table := [][]string{{"item", "step", "there", "sandbox"}}
		for _, row := range rows {
			there, here := cells(row)
			table = append(table, []string{row.Item, row.Step + ": " + row.What, there, here})
		}
		writeTable(&b, table)
		b.WriteString("\n")
	}
	if all {
		table := [][]string{{"item", "not asked", "why"}}
		for _, q := range r.NotAsked {
			table = append(table, []string{q.Item, q.What, q.Why})
		}
		writeTable(&b, table)
		b.WriteString("\n")
	}
	b.WriteString(r.Counts() + "\n")
	_, err := io.WriteString(out, b.String())
	return err
}

const shortList = 6 // words; of longer lists only what the other has not is shown

// cells are a row's two answers.
func cells(r Row) (there, here string) {
	if r.Same() {
		return cell(r.There), "the same"
	}
	if max(len(r.There), len(r.Sandbox)) <= shortList || r.There == nil || r.Sandbox == nil {
		return cell(r.There), cell(r.Sandbox)
	}
	return only(r.There, r.Sandbox), only(r.Sandbox, r.There)
}

func cell(words []Word) string {
	if words == nil {
		return "(did not come so far)"
	}
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = string(w)
	}
	return strings.Join(parts, ", ")
}

// only are the words that the other list has not.
func only(words, other []Word) string {
	own := slices.DeleteFunc(slices.Clone(words), func(w Word) bool { return slices.Contains(other, w) })
	switch len(own) {
	case 0:
		return fmt.Sprintf("%d alike, no more", len(words))
	case len(words):
		return cell(words)
	}
	return fmt.Sprintf("%d alike, and %s", len(words)-len(own), cell(own))
}

func writeTable(b *strings.Builder, rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], len([]rune(cell)))
		}
	}
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(b, "| %-*s ", width[i], cell)
		}
		b.WriteString("|\n")
		if n > 0 {
			continue
		}
		for _, w := range width {
			b.WriteString("|" + strings.Repeat("-", w+2))
		}
		b.WriteString("|\n")
	}
}

// MarshalJSON writes a row for scripts.
func (r Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Item    string `json:"item"`
		Step    string `json:"step"`
		What    string `json:"what"`
		There   []Word `json:"there"`
		Sandbox []Word `json:"sandbox"`
		Same    bool   `json:"same"`
	}{r.Item, r.Step, r.What, r.There, r.Sandbox, r.Same()})
}
