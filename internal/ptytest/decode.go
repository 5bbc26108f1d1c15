package ptytest

import (
	"bytes"
	"errors"
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

// zbarNothing is what zbarimg exits with when it found no code.
const zbarNothing = 4

// DecodeQR reads the QR code in a picture with zbarimg, and answers "" when
// there is none to be read. Without zbarimg the test is skipped.
func DecodeQR(t testing.TB, img image.Image) string {
	t.Helper()
	tool := needs.Tool(t, "zbarimg")
	file := filepath.Join(t.TempDir(), "screen.png")
	var picture bytes.Buffer
	if err := png.Encode(&picture, img); err != nil {
		t.Fatalf("encode picture: %v", err)
	}
	if err := os.WriteFile(file, picture.Bytes(), 0o600); err != nil {
		t.Fatalf("write picture: %v", err)
	}
	cmd := exec.Command(tool, "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == zbarNothing {
		return ""
	}
	if err != nil {
		t.Fatalf("zbarimg: %v: %s", err, stderr.String())
	}
	return strings.TrimSuffix(string(out), "\n")
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
