//go:build linux

package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"postern/internal/needs"
	"postern/internal/ptytest"
)

// fonts are xterm's options for letters of seven sizes, in pixels and points.
// The short names, 9x15 and the like, stand for fonts that lack half blocks.
// Where a cell's height is odd, half a cell is not quite half of it.
var fonts = []struct {
	name    string
	options []string
}{
	{"5x8", []string{"-fn", "-misc-fixed-medium-r-normal--8-80-75-75-c-50-iso10646-1"}},
	{"6x13", []string{"-fn", "-misc-fixed-medium-r-semicondensed--13-120-75-75-c-60-iso10646-1"}},
	{"8x13", []string{"-fn", "-misc-fixed-medium-r-normal--13-120-75-75-c-80-iso10646-1"}},
	{"9x15", []string{"-fn", "-misc-fixed-medium-r-normal--15-140-75-75-c-90-iso10646-1"}},
	{"10x20", []string{"-fn", "-misc-fixed-medium-r-normal--20-200-75-75-c-100-iso10646-1"}},
	{"DejaVu 8", []string{"-fa", "DejaVu Sans Mono", "-fs", "8"}},
	{"DejaVu 13", []string{"-fa", "DejaVu Sans Mono", "-fs", "13"}},
}

// decoders are four programs that have nothing in common.
var decoders = []struct {
	name string
	read func(*testing.T, image.Image) string
}{
	{"zbar", func(t *testing.T, img image.Image) string { return ptytest.DecodeQR(t, img) }},
	{"gozxing", func(_ *testing.T, img image.Image) string { text, _ := ptytest.DecodeQRZxing(img); return text }},
	{"zxing-cpp", readZxingCPP},
	{"jsQR", readJsQR},
}

// TestScanScreenIsReadInXterm takes photographs of a real xterm: of 28 looks 25
// have to succeed. Keys differ from run to run, and gozxing, which reads nearly
// everything that is drawn exactly, fails on one photograph in six whatever is
// done for it. So bad luck may be tried once more, with other keys.
func TestScanScreenIsReadInXterm(t *testing.T) {
	for _, tool := range []string{"Xvfb", "xterm", "zbarimg", "ZXingReader", "node"} {
		needs.Tool(t, tool)
	}
	_, err := os.Stat("testdata/jsqr/node_modules/jsqr")
	needs.Part(t, "jsqr (npm ci in testdata/jsqr)", err)
	for _, theme := range []struct{ name, option string }{{"black on white", "+rv"}, {"white on black", "-rv"}} {
		all := len(fonts) * len(decoders)
		got, want := looks(t, theme.name, theme.option), all-3
		t.Logf("%s: read %d of %d", theme.name, got, all)
		if got < want {
			got = looks(t, theme.name+", other keys", theme.option)
			t.Logf("%s, other keys: read %d of %d", theme.name, got, all)
		}
		if got < want {
			t.Errorf("%s: got %d of %d read, want %d", theme.name, got, all, want)
		}
	}
}

// looks has every decoder look at the screen in every font, and counts.
func looks(t *testing.T, name, option string) int {
	var read atomic.Int32
	t.Run(name, func(t *testing.T) {
		for _, font := range fonts {
			t.Run(font.name, func(t *testing.T) {
				t.Parallel()
				photo := photograph(t, append(font.options[:len(font.options):len(font.options)], option)...)
				for _, d := range decoders {
					if strings.HasPrefix(d.read(t, photo), "otpauth://totp/") {
						read.Add(1)
						continue
					}
					t.Logf("not read by %s", d.name)
				}
			})
		}
	})
	return int(read.Load())
}

// photograph signs somebody up in an xterm of 80 by 24, and answers what the
// display shows once a code has been drawn whole.
func photograph(t *testing.T, options ...string) image.Image {
	t.Helper()
	d := newDisplay(t)
	p := newPerson(t)
	p.set("DISPLAY=" + d.name)
	cmd := exec.Command("xterm", append(options, "-b", "0", "+sb", "-geometry", "80x24+0+0", "-e",
		"sh", "-c", `echo $$ >pid; exec postern --profile sandbox signup ann@example.com --name Ann --phone +15550100`)...)
	cmd.Env, cmd.Dir = p.env, p.work
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		if raw, err := os.ReadFile(p.path("pid")); err == nil {
			if pid, err := strconv.Atoi(strings.TrimSpace(string(raw))); err == nil && pid > 1 {
				_ = syscall.Kill(pid, syscall.SIGTERM) // xterm goes with it
			}
		}
		select {
		case <-ended:
		case <-time.After(limit):
			_ = cmd.Process.Kill()
			t.Errorf("xterm does not end: %s", stderr.String())
		}
	})
	var first, last image.Image
	eventually(t, "a code on the display, and a tick of its clock after that", func() bool {
		select {
		case err := <-ended:
			t.Fatalf("xterm ended: %v: %s", err, stderr.String())
		default:
		}
		last = d.look()
		switch {
		case last == nil:
			return false
		case first == nil && anybodyReads(t, last):
			first = last
		case first != nil:
			return !bytes.Equal(first.(*image.RGBA).Pix, last.(*image.RGBA).Pix)
		}
		return false
	})
	return last
}

// anybodyReads asks the two that are quick.
func anybodyReads(t *testing.T, img image.Image) bool {
	_, err := ptytest.DecodeQRZxing(img)
	return err == nil || ptytest.DecodeQR(t, img) != ""
}

// display is an X server without a screen. What it shows lies in a file.
type display struct {
	name string // :1
	file string
}

func newDisplay(t *testing.T) *display {
	t.Helper()
	dir := t.TempDir()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1000x640x24", "-fbdir", dir, "-nolisten", "tcp", "-noreset", "-nocursor")
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err = cmd.Start()
	_ = w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it takes its lock file with it
		late := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
		defer late.Stop()
		_ = cmd.Wait()
	})
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb names no display: %v", err)
	}
	return &display{":" + strings.TrimSpace(number), filepath.Join(dir, "Xvfb_screen0")}
}

// look reads the display's file, in the format of xwd(1): a header of 32-bit
// numbers, most significant byte first, a colour map, and the pixels. nil is a
// display that has not begun.
func (d *display) look() image.Image {
	raw, err := os.ReadFile(d.file)
	if err != nil || len(raw) < 100 {
		return nil
	}
	field := func(n int) int { return int(binary.BigEndian.Uint32(raw[4*n:])) }
	headerSize, width, height, stride, colours := field(0), field(4), field(5), field(12), field(19)
	from := headerSize + 12*colours
	if len(raw) < from+stride*height || field(11) != 32 {
		return nil
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		row := raw[from+y*stride:]
		for x := range width {
			img.SetRGBA(x, y, color.RGBA{row[4*x+2], row[4*x+1], row[4*x], 0xff})
		}
	}
	return img
}

// readZxingCPP reads with zxing-cpp's own program.
func readZxingCPP(t *testing.T, img image.Image) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "photo.png")
	var picture bytes.Buffer
	if err := errors.Join(png.Encode(&picture, img), os.WriteFile(file, picture.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command("ZXingReader", "-format", "QRCode", file).Output() // it fails where it finds nothing
	_, text, _ := strings.Cut(string(out), "Text:")
	text, _, _ = strings.Cut(text, "\n")
	return strings.Trim(text, " \"")
}

// readJsQR reads with a decoder in JavaScript.
func readJsQR(t *testing.T, img image.Image) string {
	t.Helper()
	picture := binary.BigEndian.AppendUint32(nil, uint32(img.Bounds().Dx()))
	picture = binary.BigEndian.AppendUint32(picture, uint32(img.Bounds().Dy()))
	cmd := exec.Command("node", "read.mjs")
	cmd.Dir, cmd.Stdin = "testdata/jsqr", bytes.NewReader(append(picture, img.(*image.RGBA).Pix...))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("jsQR: %v", err)
	}
	return string(out)
}
