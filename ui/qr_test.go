package ui

import (
	"image/color"
	"strings"
	"testing"

	"postern/internal/ptytest"
)

// uri is a provisioning URI of so many bytes: 106 is usual, 134 the most that
// the 80x24 screen was laid out for.
func uri(size int) string {
	const head, tail = "otpauth://totp/Descope:", "?issuer=Descope&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	return head + strings.Repeat("a", size-len(head)-len(tail)) + tail
}

// qrTexts are texts of all sizes that can be met.
var qrTexts = []struct{ name, text string }{
	{"one byte", "x"},
	{"short", "otpauth://totp/a?secret=JBSWY3DP"},
	{"typical", uri(106)},
	{"long", uri(134)},
	{"very long", uri(300)},
}

var qrInks = []qrInk{{}, {basic: true}, {invert: true}, {invert: true, basic: true}}

func mustDrawQR(t *testing.T, text string, form qrForm, quiet int, ink qrInk) qrCode {
	t.Helper()
	code, err := drawQR(text, form, quiet, ink)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// beside puts the code into a screen: text all around it, as in a frame.
func beside(code qrCode) ptytest.Grid {
	rule := "\x1b[7;1mtext" + strings.Repeat(" x", (code.width+10)/2)
	lines := []string{rule}
	for _, row := range code.rows {
		lines = append(lines, "\x1b[7;1;3;9mtext"+row+" text")
	}
	return ptytest.ParseGrid(append(lines, rule)...)
}

func TestQRReadsInEveryFormAndInk(t *testing.T) {
	for _, row := range qrTexts {
		for _, form := range []qrForm{qrHalf, qrFull} {
			for i, ink := range qrInks {
				quiet := []int{qrQuiet, qrQuietThin}[i%2]
				readOn(t, row.text, mustDrawQR(t, row.text, form, quiet, ink), ink, ptytest.Dark)
			}
		}
	}
}

// TestQRReadsOnEveryTheme needs the basic colours only: those of the other ink
// are the same on all, as the next test shows.
func TestQRReadsOnEveryTheme(t *testing.T) {
	for _, theme := range ptytest.Themes {
		for _, ink := range []qrInk{{basic: true}, {basic: true, invert: true}} {
			readOn(t, uri(106), mustDrawQR(t, uri(106), qrHalf, qrQuietThin, ink), ink, theme)
		}
	}
}

// readOn decodes a code that stands in a screen.
func readOn(t *testing.T, text string, code qrCode, ink qrInk, theme ptytest.Theme) {
	t.Helper()
	img := beside(code).Image(theme)
	if ink.invert {
		img = ptytest.Negative(img)
	}
	if got, err := ptytest.DecodeQRZxing(img); got != text {
		t.Errorf("form %d, quiet %d, %+v, %s: got %q (%v), want %q",
			code.form, code.quiet, ink, theme.Name, got, err, text)
	}
}

func TestQRLooksTheSameOnEveryTheme(t *testing.T) {
	for _, form := range []qrForm{qrHalf, qrFull} {
		code := mustDrawQR(t, uri(106), form, qrQuiet, qrInk{})
		for y, line := range ptytest.ParseGrid(code.rows...) {
			for x, cell := range line {
				fg, bg := cell.Colours(ptytest.Dark)
				for _, theme := range ptytest.Themes {
					gotFg, gotBg := cell.Colours(theme)
					if gotFg != fg || gotBg != bg {
						t.Fatalf("form %d, cell %d,%d on %s: got %v on %v, want %v on %v",
							form, x, y, theme.Name, gotFg, gotBg, fg, bg)
					}
				}
			}
		}
	}
}

func TestQRIsLightAllAround(t *testing.T) {
	light := func(c color.RGBA) bool { return c.R == 0xff && c.G == 0xff && c.B == 0xff }
	for _, form := range []qrForm{qrHalf, qrFull} {
		for quiet := 1; quiet <= 4; quiet++ {
			grid := ptytest.ParseGrid(mustDrawQR(t, uri(106), form, quiet, qrInk{}).rows...)
			img := grid.Image(ptytest.Dark)
			edge := quiet * ptytest.CellWidth // a module is as wide as a cell, or as two
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					inside := x >= edge && x < img.Bounds().Dx()-edge && y >= edge && y < img.Bounds().Dy()-edge
					if !inside && !light(img.At(x, y).(color.RGBA)) {
						t.Fatalf("form %d, quiet %d: got a dark pixel at %d,%d in the border", form, quiet, x, y)
					}
				}
			}
		}
	}
}

func TestQRTakesTheRoomThatTheScreenIsLaidOutFor(t *testing.T) {
	for _, row := range []struct {
		bytes, quiet int
		form         qrForm
		rows, cols   int
	}{
		{106, qrQuiet, qrHalf, 21, 41},
		{106, qrQuietThin, qrHalf, 20, 39},
		{107, qrQuiet, qrHalf, 23, 45},
		{134, qrQuiet, qrHalf, 23, 45},
		{134, qrQuietThin, qrHalf, 22, 43},
		{106, qrQuiet, qrFull, 41, 82},
		{134, qrQuiet, qrFull, 45, 90},
	} {
		code := mustDrawQR(t, uri(row.bytes), row.form, row.quiet, qrInk{})
		grid := ptytest.ParseGrid(code.rows...)
		if len(grid) != row.rows || len(grid[0]) != row.cols || code.width != row.cols {
			t.Errorf("%d bytes, form %d, quiet %d: got %d rows x %d columns (width %d), want %d x %d",
				row.bytes, row.form, row.quiet, len(grid), len(grid[0]), code.width, row.rows, row.cols)
		}
	}
}

func TestQRFitsTheFreeArea(t *testing.T) {
	for _, row := range []struct {
		name       string
		bytes      int
		cols, rows int
		utf8       bool
		prefer     qrForm
		quiet      int
		form       qrForm
	}{
		{"plenty of room", 106, 90, 45, true, qrNone, 2, qrFull},
		{"plenty, but not for this text", 300, 90, 45, true, qrNone, 2, qrHalf},
		{"a row short of plenty", 106, 90, 44, true, qrNone, 2, qrHalf},
		{"a column short of plenty", 106, 89, 45, true, qrNone, 2, qrHalf},
		{"full preferred where it just fits", 106, 82, 41, true, qrFull, 2, qrFull},
		{"full preferred, a row short", 106, 82, 40, true, qrFull, 1, qrFull},
		{"full preferred, too small", 106, 80, 24, true, qrFull, 2, qrHalf},
		{"half preferred in plenty of room", 106, 200, 100, true, qrHalf, 2, qrHalf},
		{"half just fits", 134, 45, 23, true, qrNone, 2, qrHalf},
		{"a row short", 134, 45, 22, true, qrNone, 1, qrHalf},
		{"two columns short", 134, 43, 23, true, qrNone, 1, qrHalf},
		{"two rows short", 134, 45, 21, true, qrNone, 0, qrNone},
		{"nothing free", 106, 0, 0, true, qrNone, 0, qrNone},
		{"less than nothing", 106, -3, -3, true, qrNone, 0, qrNone},
		{"without UTF-8, room for full", 106, 82, 41, false, qrNone, 2, qrFull},
		{"without UTF-8, half asked for", 106, 82, 41, false, qrHalf, 2, qrFull},
		{"without UTF-8, a row short", 106, 82, 40, false, qrNone, 1, qrFull},
		{"without UTF-8, no room", 106, 80, 24, false, qrNone, 0, qrNone},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := uri(row.bytes)
			quiet, form, ok := fitQR(text, row.cols, row.rows, row.utf8, row.prefer)
			if quiet != row.quiet || form != row.form || ok != (row.form != qrNone) {
				t.Fatalf("got quiet %d, form %d, %v, want quiet %d, form %d", quiet, form, ok, row.quiet, row.form)
			}
			if !ok {
				return
			}
			if code := mustDrawQR(t, text, form, quiet, qrInk{}); code.width > row.cols || len(code.rows) > row.rows {
				t.Errorf("got %dx%d, want it to fit %dx%d", code.width, len(code.rows), row.cols, row.rows)
			}
		})
	}
}

func TestQROfEveryLengthIsDrawnOrRefused(t *testing.T) {
	for _, size := range []int{1, 17, 18, 32, 33, 2000, 2953} {
		for _, text := range []string{strings.Repeat("a", size), strings.Repeat("A", size), strings.Repeat("7", size)} {
			code := mustDrawQR(t, text, qrHalf, qrQuiet, qrInk{})
			if got, want := len(code.rows), (code.width-4+1)/2+2; got != want {
				t.Errorf("%d of %q: got %d rows, want %d", size, text[:1], got, want)
			}
		}
	}
	for name, text := range map[string]string{"empty": "", "too long": strings.Repeat("a", 2954), "huge": strings.Repeat("7", 1<<20)} {
		if code, err := drawQR(text, qrHalf, qrQuiet, qrInk{}); err == nil {
			t.Errorf("%s: got %d rows, want an error", name, len(code.rows))
		}
		if _, _, ok := fitQR(text, 1000, 1000, true, qrNone); ok {
			t.Errorf("%s: got a form that fits, want none", name)
		}
	}
	if _, err := drawQR("text", qrNone, qrQuiet, qrInk{}); err == nil {
		t.Error("no form: got a drawing, want an error")
	}
}

func TestQRCellsHaveBothColoursAndAreOneGlyphOrBlank(t *testing.T) {
	for _, form := range []qrForm{qrHalf, qrFull} {
		for _, line := range ptytest.ParseGrid(mustDrawQR(t, uri(106), form, qrQuiet, qrInk{}).rows...) {
			for x, cell := range line {
				known := cell.Text == " " || cell.Text == "▄" && form == qrHalf
				if !known || cell.Style.Fg == nil || cell.Style.Bg == nil {
					t.Fatalf("form %d, cell %d: got %q, %v on %v, want ▄ or a blank with both colours",
						form, x, cell.Text, cell.Style.Fg, cell.Style.Bg)
				}
			}
		}
	}
}

func TestQRFullBlocksAreASCII(t *testing.T) {
	rows := strings.Join(mustDrawQR(t, uri(106), qrFull, qrQuiet, qrInk{}).rows, "")
	for i := range len(rows) {
		if rows[i] >= 0x80 {
			t.Fatalf("got byte %#x, want ASCII only", rows[i])
		}
	}
}

func TestQRRowsBeginAndEndWithAReset(t *testing.T) {
	for _, form := range []qrForm{qrHalf, qrFull} {
		for _, row := range mustDrawQR(t, uri(106), form, qrQuiet, qrInk{}).rows {
			if !strings.HasPrefix(row, "\x1b[0;") || !strings.HasSuffix(row, "\x1b[m") {
				t.Errorf("form %d: got row %q, want it to begin and end with a reset", form, row)
			}
		}
	}
}

func TestQRIsSmallToSend(t *testing.T) {
	const limit = 4 << 10 // the first paint of the whole scan screen is to stay below 6.2 KB
	code := mustDrawQR(t, uri(106), qrHalf, qrQuiet, qrInk{})
	if got := len(strings.Join(code.rows, "\r\n")); got > limit {
		t.Errorf("got %d bytes, want %d at most", got, limit)
	}
}
