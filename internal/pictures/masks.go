package pictures

import (
	"regexp"

	"postern/internal/ptytest"
)

// masks put one value in the place of what comes from the clock, so that a
// picture is the same whenever it is drawn. All else that differs from run to
// run is random, and the program is given dice that always fall alike.
var masks = []struct {
	what *regexp.Regexp
	as   string
}{
	{regexp.MustCompile(`next code in +\d+ s`), "next code in 21 s"},
	{regexp.MustCompile(`another one in +\d+ s`), "another one in 28 s"},
	{regexp.MustCompile(`Try again in \d+ s`), "Try again in 25 s"},
	{regexp.MustCompile(`Sandbox phone: \d{3} \d{3}`), "Sandbox phone: 492 039"},
	{regexp.MustCompile(`\bin 0 s|\d s ago`), "1 s ago"},
	{regexp.MustCompile(`\d+ min \d+ s|\b5\d s left`), "9 min 58 s"},
	{regexp.MustCompile(`\d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d`), "12 May 2026, 09:30"},
	{regexp.MustCompile(`20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?|\b\d\d:\d\d:\d\d\b`), "09:30:12"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:8080"},
}

// maskedCode is every code that an app made.
const maskedCode = "492039"

// masked is a screen with all values replaced that are the clock's, and the
// codes that were typed. Lines keep their length.
func masked(g ptytest.Grid, codes []string) ptytest.Grid {
	out := make(ptytest.Grid, len(g))
	for y, line := range g {
		out[y] = line
		for _, m := range masks {
			out[y] = replaced(out[y], m.what, m.as)
		}
		for _, code := range codes {
			out[y] = replaced(out[y], regexp.MustCompile(code), maskedCode)
		}
	}
	return out
}

// replaced puts text in the place of what matches, in the style of its first
// cell.
func replaced(line ptytest.Line, what *regexp.Regexp, as string) ptytest.Line {
	text, at := "", []int{} // at: the cell of each byte
	for x, cell := range line {
		for range len(cell.Text) {
			at = append(at, x)
		}
		text += cell.Text
	}
	var out ptytest.Line
	from := 0
	for _, match := range what.FindAllStringIndex(text, -1) {
		start, end := at[match[0]], at[match[1]-1]+1
		out = append(out, line[from:start]...)
		out = append(out, written(as, line[start])...)
		from = end
	}
	out = append(out, line[from:]...)
	for len(out) < len(line) {
		out = append(out, ptytest.Cell{Text: " "})
	}
	return out[:len(line)]
}

// written is text in the style of a cell.
func written(text string, like ptytest.Cell) (line ptytest.Line) {
	for _, r := range text {
		like.Text = string(r)
		line = append(line, like)
	}
	return line
}
