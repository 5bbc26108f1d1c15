package ptytest_test

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"postern/internal/ptytest"
)

func TestColoursAreResolvedAgainstTheTheme(t *testing.T) {
	red := color.RGBA{0xdc, 0x32, 0x2f, 0xff}
	theme := ptytest.SolarizedLight
	for _, row := range []struct {
		name, sgr string
		fg, bg    color.RGBA
	}{
		{"none", "", theme.Foreground, theme.Background},
		{"basic", "\x1b[31;40m", red, theme.Sixteen[0]},
		{"bright", "\x1b[97;100m", theme.Sixteen[15], theme.Sixteen[8]},
		{"index of the theme", "\x1b[38;5;1m", red, theme.Background},
		{"fixed index", "\x1b[38;5;16;48;5;231m", color.RGBA{0, 0, 0, 0xff}, color.RGBA{0xff, 0xff, 0xff, 0xff}},
		{"truecolor", "\x1b[38;2;1;2;3m", color.RGBA{1, 2, 3, 0xff}, theme.Background},
		{"reverse", "\x1b[31;7m", theme.Background, red},
		{"concealed", "\x1b[31;8m", theme.Background, theme.Background},
	} {
		t.Run(row.name, func(t *testing.T) {
			fg, bg := ptytest.ParseGrid(row.sgr + "x")[0][0].Colours(theme)
			if fg != row.fg || bg != row.bg {
				t.Errorf("got %v on %v, want %v on %v", fg, bg, row.fg, row.bg)
			}
		})
	}
}

func TestGridFindsText(t *testing.T) {
	g := ptytest.ParseGrid("one", "漢 two \x1b[31mthree\x1b[m ")
	if x, y, ok := g.Find("two"); x != 3 || y != 1 || !ok {
		t.Errorf("got %d,%d %v, want 3,1 true", x, y, ok)
	}
	if _, _, ok := g.Find("four"); ok {
		t.Error("got a place for text that is not there")
	}
	if got, want := g.Text(), "one\n漢 two three"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBlocksAreDrawnExactly(t *testing.T) {
	const w, h = ptytest.CellWidth, ptytest.CellHeight
	inks := map[string]int{" ": 0, "█": w * h, "▄": w * h / 2, "▀": w * h / 2, "▌": w * h / 2, "▐": w * h / 2, "x": 6 * 10}
	for text, want := range inks {
		img := ptytest.ParseGrid(text).Image(ptytest.Dark)
		if got := count(img, ptytest.Dark.Foreground); got != want {
			t.Errorf("%q: got %d pixels in the foreground, want %d", text, got, want)
		}
	}
	img := ptytest.ParseGrid("▄").Image(ptytest.Dark)
	if img.At(0, 0) == img.At(0, h-1) {
		t.Error("lower half block: got equal pixels at the top and at the bottom")
	}
}

func count(img image.Image, c color.RGBA) (n int) {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if img.At(x, y) == c {
				n++
			}
		}
	}
	return n
}

// drawn is a QR code as full blocks in fixed colours.
func drawn(t *testing.T, text string) ptytest.Grid {
	t.Helper()
	matrix, err := qrcode.NewQRCodeWriter().EncodeWithoutHint(text, gozxing.BarcodeFormat_QR_CODE, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for y := range matrix.GetHeight() {
		var b strings.Builder
		for x := range matrix.GetWidth() {
			if matrix.Get(x, y) {
				b.WriteString("\x1b[48;5;16m  ")
			} else {
				b.WriteString("\x1b[48;5;231m  ")
			}
		}
		lines = append(lines, b.String())
	}
	return ptytest.ParseGrid(lines...)
}

func TestDecodersReadACodeFromCells(t *testing.T) {
	const text = "otpauth://totp/a:b?secret=ABC&issuer=a"
	grid := drawn(t, text)
	for _, theme := range ptytest.Themes {
		if got, err := ptytest.DecodeQRZxing(grid.Image(theme)); got != text {
			t.Errorf("zxing, %s: got %q (%v), want %q", theme.Name, got, err, text)
		}
	}
	if got := ptytest.DecodeQR(t, grid.Image(ptytest.Dark)); got != text {
		t.Errorf("zbar: got %q, want %q", got, text)
	}
}

func TestDecodersReadNothingWhereNothingIs(t *testing.T) {
	blank := ptytest.ParseGrid("no code here", "none at all").Image(ptytest.Light)
	if got, err := ptytest.DecodeQRZxing(blank); err == nil {
		t.Errorf("zxing: got %q, want an error", got)
	}
	if got := ptytest.DecodeQR(t, blank); got != "" {
		t.Errorf("zbar: got %q, want nothing", got)
	}
}
