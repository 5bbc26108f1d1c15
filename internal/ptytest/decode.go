package ptytest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"postern/internal/needs"
)

// DecodeQR reads the QR code in a picture with zbarimg, and answers "" when
// there is none to be read. Without zbarimg the test is skipped.
func DecodeQR(t testing.TB, img image.Image) string {
	t.Helper()
	return DecodeQRs(t, img)[0]
}

// DecodeQRs is DecodeQR for many pictures at once, which is faster.
func DecodeQRs(t testing.TB, imgs ...image.Image) []string {
	t.Helper()
	if len(imgs) == 0 {
		return nil
	}
	tool, dir := needs.Tool(t, "zbarimg"), t.TempDir()
	args := []string{"--quiet", "--xml", "--nodbus", "-Sdisable", "-Sqrcode.enable"}
	for i, img := range imgs {
		file := filepath.Join(dir, fmt.Sprintf("screen%d.png", i))
		if err := writePNG(file, img); err != nil {
			t.Fatalf("write picture: %v", err)
		}
		args = append(args, file)
	}
	codes, err := zbar(tool, args)
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(imgs))
	for i := range imgs {
		texts[i] = codes[args[len(args)-len(imgs)+i]]
	}
	return texts
}

// zbarNothing is what zbarimg exits with when a picture has no code.
const zbarNothing = 4

// zbar answers the text of each file's codes, one a line.
func zbar(tool string, args []string) (map[string]string, error) {
	cmd := exec.Command(tool, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == zbarNothing {
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("zbarimg: %w: %s", err, stderr.String())
	}
	var found struct {
		Source []struct {
			File string   `xml:"href,attr"`
			Text []string `xml:"index>symbol>data"`
		} `xml:"source"`
	}
	if err := xml.Unmarshal(out, &found); err != nil {
		return nil, fmt.Errorf("zbarimg: its output: %w", err)
	}
	texts := map[string]string{}
	for _, s := range found.Source {
		texts[s.File] = strings.Join(s.Text, "\n")
	}
	return texts, nil
}

func writePNG(file string, img image.Image) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	// A screen has few colours and long runs of them.
	err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, img)
	return errors.Join(err, f.Close())
}

// DecodeQRZxing reads the QR code in a picture with a decoder written in Go.
func DecodeQRZxing(img image.Image) (string, error) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", err
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_TRY_HARDER: true,
	})
	if err != nil {
		return "", err
	}
	return result.GetText(), nil
}
