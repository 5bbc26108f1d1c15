package cli

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlText is a TOML document that a person wrote. It is changed line by line,
// so that their comments and their order stay.
type tomlText struct {
	lines []string // without their ends
	eol   string
	exprs []tomlExpr
}

// tomlExpr is a table's header or a key with its value: lines from (inclusive)
// to to (exclusive).
type tomlExpr struct {
	header   bool
	keys     []string
	from, to int
}

func readTOMLText(text []byte) (*tomlText, error) {
	t := &tomlText{eol: "\n"}
	if bytes.Contains(text, []byte("\r\n")) {
		t.eol = "\r\n"
	}
	t.lines = strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n")
	if len(text) == 0 {
		t.lines = nil
	}
	p := unstable.Parser{KeepComments: true}
	p.Reset(text)
	starts := []int{} // of every expression and comment
	for p.NextExpression() {
		node := p.Expression()
		at := node.Raw
		e := tomlExpr{header: node.Kind != unstable.KeyValue}
		if node.Kind != unstable.Comment {
			for k := node.Key(); k.Next(); {
				if len(e.keys) == 0 {
					at = k.Node().Raw
				}
				e.keys = append(e.keys, string(k.Node().Data))
			}
		}
		e.from = bytes.Count(text[:at.Offset], []byte("\n"))
		starts = append(starts, e.from)
		if len(e.keys) > 0 {
			t.exprs = append(t.exprs, e)
		}
	}
	if err := p.Error(); err != nil {
		return nil, err
	}
	for i := range t.exprs {
		t.exprs[i].to = t.end(t.exprs[i].from, starts)
	}
	return t, nil
}

// end is the line after an expression that begins at from: before the next
// one, and before the blank lines between.
func (t *tomlText) end(from int, starts []int) int {
	to := len(t.lines)
	for _, s := range starts {
		if s > from {
			to = min(to, s)
		}
	}
	for to > from+1 && strings.TrimSpace(t.lines[to-1]) == "" {
		to--
	}
	return to
}

func (t *tomlText) bytes() []byte {
	if len(t.lines) == 0 {
		return nil
	}
	return []byte(strings.Join(t.lines, t.eol) + t.eol)
}

// append adds lines at the end, after a blank one.
func (t *tomlText) append(lines []string) {
	if n := len(t.lines); n > 0 && strings.TrimSpace(t.lines[n-1]) != "" {
		t.lines = append(t.lines, "")
	}
	t.lines = append(t.lines, lines...)
}

// cutTable removes a table: from its header to its last value. It reports
// whether there was one with a header of its own.
func (t *tomlText) cutTable(name ...string) bool {
	for i, e := range t.exprs {
		if !e.header || !slices.Equal(e.keys, name) {
			continue
		}
		to := e.to
		for _, next := range t.exprs[i+1:] {
			if next.header {
				break
			}
			to = next.to
		}
		t.cut(e.from, to)
		return true
	}
	return false
}

// cut removes lines, and one of two blank ones that meet.
func (t *tomlText) cut(from, to int) {
	blank := func(i int) bool { return i < 0 || i >= len(t.lines) || strings.TrimSpace(t.lines[i]) == "" }
	if blank(from-1) && to < len(t.lines) && blank(to) {
		to++
	}
	t.lines = slices.Delete(t.lines, from, to)
	for n := len(t.lines); n > 0 && blank(n-1); n = len(t.lines) {
		t.lines = t.lines[:n-1]
	}
}

// top finds a key that stands above all tables.
func (t *tomlText) top(key string) (tomlExpr, bool) {
	for _, e := range t.exprs {
		if e.header {
			break
		}
		if slices.Equal(e.keys, []string{key}) {
			return e, true
		}
	}
	return tomlExpr{}, false
}

// setTop gives a key above all tables a value. A comment behind the old value
// stays.
func (t *tomlText) setTop(key, value string) {
	if e, there := t.top(key); there {
		line := key + " = " + value
		if _, comment, found := strings.Cut(t.lines[e.from], "#"); found && e.to == e.from+1 {
			line += "  #" + comment
		}
		t.lines = slices.Replace(t.lines, e.from, e.to, line)
		return
	}
	at, insert := 0, []string{key + " = " + value}
	for _, e := range t.exprs {
		if e.header {
			break
		}
		at = e.to
	}
	if at == 0 && len(t.lines) > 0 {
		insert = append(insert, "")
	}
	t.lines = slices.Insert(t.lines, at, insert...)
}

func (t *tomlText) cutTop(key string) {
	if e, there := t.top(key); there {
		t.cut(e.from, e.to)
	}
}

var errUnwritable = errors.New("has characters that cannot be seen")

// tomlString writes a string that has printable characters only.
func tomlString(s string) (string, error) {
	quoted := strconv.Quote(s)
	if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(quoted, `\\`, ""), `\"`, ""), `\`) {
		return "", errUnwritable
	}
	return quoted, nil
}

// profileLines is a profile's table.
func profileLines(name string, p profileFile) ([]string, error) {
	lines := []string{"[profile." + name + "]"}
	var errs []error
	add := func(key, form string, values ...string) {
		var written []string
		for _, v := range values {
			quoted, err := tomlString(v)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", key, err))
			}
			written = append(written, quoted)
		}
		lines = append(lines, key+" = "+fmt.Sprintf(form, strings.Join(written, ", ")))
	}
	for _, f := range []struct{ key, value string }{
		{"project_id", p.ProjectID}, {"base_url", p.BaseURL}, {"store", p.Store}, {"store_key_file", p.StoreKeyFile}, {"method", string(p.Method.name)},
	} {
		if f.value != "" {
			add(f.key, "%s", f.value)
		}
	}
	if len(p.Audience) > 0 {
		add("audience", "[%s]", p.Audience...)
	}
	if len(p.Require) > 0 {
		add("require", "[%s]", factorMFA)
	}
	return lines, errors.Join(errs...)
}
