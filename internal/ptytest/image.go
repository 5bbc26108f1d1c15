package ptytest

import (
	"image"
	"image/color"
	"image/draw"
)

// The size of a cell in a picture, in pixels.
const (
	CellWidth  = 10
	CellHeight = 20
)

// Image is a picture of the grid on a theme. Blanks and block characters are
// drawn exactly; any other character is a small blob in its foreground colour,
// enough to disturb a decoder that runs into it.
func (g Grid) Image(t Theme) image.Image {
	cols := 0
	if len(g) > 0 {
		cols = len(g[0])
	}
	img := image.NewRGBA(image.Rect(0, 0, cols*CellWidth, len(g)*CellHeight))
	for y, line := range g {
		for x, cell := range line {
			fg, bg := cell.Colours(t)
			box := image.Rect(x*CellWidth, y*CellHeight, (x+1)*CellWidth, (y+1)*CellHeight)
			fill(img, box, bg)
			fill(img, inked(cell.Text, box), fg)
		}
	}
	return img
}

// Negative is the picture with light and dark exchanged.
func Negative(img image.Image) image.Image {
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	for i := 0; i < len(out.Pix); i += 4 {
		for j := range 3 {
			out.Pix[i+j] = 0xff - out.Pix[i+j]
		}
	}
	return out
}

func fill(img *image.RGBA, box image.Rectangle, c color.RGBA) {
	draw.Draw(img, box, image.NewUniform(c), image.Point{}, draw.Src)
}

// inked is the part of a cell that a character covers with its foreground.
func inked(text string, box image.Rectangle) image.Rectangle {
	middle := image.Pt((box.Min.X+box.Max.X)/2, (box.Min.Y+box.Max.Y)/2)
	switch text {
	case "", " ", "\u00a0":
		return image.Rectangle{}
	case "█":
	case "▄":
		box.Min.Y = middle.Y
	case "▀":
		box.Max.Y = middle.Y
	case "▌":
		box.Max.X = middle.X
	case "▐":
		box.Min.X = middle.X
	default:
		box = image.Rect(middle.X-3, middle.Y-5, middle.X+3, middle.Y+5)
	}
	return box
}
