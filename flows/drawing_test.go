package flows

import (
	"cmp"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const (
	drawingBegins = "// Here begins the drawing, which go test -run Drawing -update makes.\n//\n"
	drawingEnds   = "// Here ends the drawing.\n"
)

func TestDrawingInDocIsTheMachine(t *testing.T) {
	raw, err := os.ReadFile("doc.go")
	must(err)
	before, rest, ok := strings.Cut(string(raw), drawingBegins)
	_, behind, found := strings.Cut(rest, drawingEnds)
	if !ok || !found {
		t.Fatal("doc.go has no place for the drawing")
	}
	want := before + drawingBegins + drawing(t) + drawingEnds + behind
	if string(raw) == want {
		return
	}
	if *update {
		must(os.WriteFile("doc.go", []byte(want), 0o644))
		return
	}
	t.Errorf("doc.go has another drawing: run go test -run Drawing -update and read the difference\nwant:\n%s", want)
}

// drawing is the comment: the straight ways first, then every state with every
// move that leads out of it.
func drawing(t *testing.T) string {
	var b strings.Builder
	line := func(format string, args ...any) {
		b.WriteString(strings.TrimRight("//\t"+fmt.Sprintf(format, args...), "\t ") + "\n")
	}
	for _, way := range straight() {
		for at, w := range wrapped(names(t, way.begin, way.steps)) {
			line("%-13s%s", map[bool]string{true: way.name}[at == 0], w)
		}
	}
	b.WriteString("//\n")
	for _, n := range nodes() {
		if len(n.edges) == 0 {
			continue // over
		}
		line("%-16s%s", n.name, n.what)
		for _, e := range n.edges {
			line("    %-23s → %s", e.label, strings.Join(e.to, ", "))
		}
		b.WriteString("//\n")
	}
	return b.String()
}

// wrapped sets a way in lines of at most 80 columns.
func wrapped(way []string) []string {
	lines := []string{way[0]}
	for _, n := range way[1:] {
		last := &lines[len(lines)-1]
		if len(*last)+len(n) > 62 {
			lines = append(lines, "→ "+n)
			continue
		}
		*last += " → " + n
	}
	return lines
}

// title is a state's name, and for the last one how it ended.
func title(f Flow) string {
	if o, over := f.Outcome(); over {
		return "over(" + constName("End", int(o.End)) + ")"
	}
	return name(f)
}

// node is one name in the drawing with what leads out of it.
type node struct {
	name, what string
	asks       []Step
	does       []string
	edges      []edge
}

type edge struct {
	label string
	to    []string
}

// nodes draws together all states of one name.
func nodes() []*node {
	var all []*node
	of := map[string]*node{}
	for _, f := range everywhere() {
		n := of[name(f)]
		if n == nil {
			n = &node{name: name(f), what: what(f)}
			of[n.name] = n
			all = append(all, n)
		}
		if step := f.Screen().Step; !slices.Contains(n.asks, step) {
			n.asks = append(n.asks, step)
		}
		if task, open := f.Task(); open {
			if does := reflect.TypeOf(task.Want).Name(); !slices.Contains(n.does, does) {
				n.does = append(n.does, does)
			}
		}
	}
	for _, m := range graph() {
		if !forced(m.from) { // Force makes a live session as good as none, and nothing else
			of[name(m.from)].add(m.label, title(m.to))
		}
	}
	for _, n := range all {
		n.tidy()
	}
	slices.SortFunc(all, func(a, b *node) int { return cmp.Compare(place(a.name), place(b.name)) })
	return all
}

// place orders names as everyState does, a state before itself with a task.
func place(name string) int {
	plain, _, _ := strings.Cut(strings.TrimSuffix(name, "*"), "(")
	at := 2 * slices.IndexFunc(everyState, func(s state) bool { return reflect.TypeOf(s).Name() == plain })
	if strings.HasSuffix(name, "*") {
		at++
	}
	return at
}

// forced reports whether the flow was begun with Plan.Force.
func forced(f Flow) bool {
	p := reflect.ValueOf(f.at).FieldByName("plan")
	return p.IsValid() && p.FieldByName("Force").Bool()
}

// what says in a few words what a state does.
func what(f Flow) string {
	s := f.Screen()
	says := "offers a choice"
	if s.Step == StepMagic {
		says = "asks for a link"
	}
	if _, open := f.Task(); open {
		says = "does ?"
	} else if s.Step == StepSample {
		says = "asks for the number in a picture"
	} else if s.Ask.Code() {
		says = "asks for a code"
	} else if s.Ask != nil && s.Step != StepMagic {
		says = "asks for ?"
	}
	switch s.Show.(type) {
	case Scan:
		says += ", shows the key"
	case Person:
		says += ", shows who was signed in"
	case Sent:
		says += ", shows where it went"
	case Link:
		says += ", shows its number"
	case Ways:
		says += ", shows the methods"
	case Recipient:
		says += ", shows where it goes"
	case Wanted:
		says += ", shows what is wanted of it"
	case Codes:
		says += ", shows the codes"
	case Overview:
		says += ", shows who is signed in"
	}
	return says
}

func (n *node) add(label, to string) {
	i := slices.IndexFunc(n.edges, func(e edge) bool { return e.label == label })
	if i < 0 {
		n.edges, i = append(n.edges, edge{label: label}), len(n.edges)
	}
	if !slices.Contains(n.edges[i].to, to) {
		n.edges[i].to = append(n.edges[i].to, to)
	}
}

// tidy names the questions, gives failures that lead the same way one line,
// and puts the way on before the ways out.
func (n *node) tidy() {
	if len(n.does) > 0 {
		slices.Sort(n.does)
		n.what = strings.Replace(n.what, "?", strings.Join(n.does, ", "), 1)
	} else {
		slices.Sort(n.asks)
		var steps []string
		for _, s := range n.asks {
			steps = append(steps, stepName(s))
		}
		n.what = strings.Replace(n.what, "?", strings.Join(steps, ", "), 1)
	}
	for i := range n.edges {
		slices.SortFunc(n.edges[i].to, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	}
	n.joinFailures()
	slices.SortStableFunc(n.edges, func(a, b edge) int { return cmp.Compare(rank(a.label), rank(b.label)) })
	for i := range n.edges {
		e := &n.edges[i]
		if j := slices.Index(e.to, n.name); j >= 0 && len(e.to) > 1 {
			e.to = append(slices.Delete(e.to, j, j+1), "or "+n.name+" again")
		}
	}
}

// joinFailures writes the failures that most kinds share as one, Failed.
func (n *node) joinFailures() {
	groups := map[string]int{}
	most := ""
	for _, e := range n.edges {
		if k := strings.Join(e.to, " "); strings.HasPrefix(e.label, "Failed(") {
			if groups[k]++; groups[k] > groups[most] {
				most = k
			}
		}
	}
	joined := edge{label: "Failed"}
	n.edges = slices.DeleteFunc(n.edges, func(e edge) bool {
		same := strings.HasPrefix(e.label, "Failed(") && strings.Join(e.to, " ") == most
		if same {
			joined.to = e.to
		}
		return same
	})
	if joined.to != nil {
		n.edges = append(n.edges, joined)
	}
}

// rank orders the moves out of a state.
func rank(label string) int {
	switch {
	case strings.HasPrefix(label, "Failed("):
		return 1
	case label == "Failed":
		return 2
	case label == "Back":
		return 3
	case label == "Cancel":
		return 4
	}
	return 0
}
