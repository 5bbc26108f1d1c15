package pictures

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"postern/internal/ptytest"
)

var update = flag.Bool("update", false, "draw the pictures anew")

const folder = "../../docs/pictures"

// What differs from run to run.
var (
	theKey   = regexp.MustCompile(`^(Key )?([A-Z2-7]{4} ?)+$`)
	theClock = regexp.MustCompile(`next code in +\d+ s`)
)

// transcript is what stands beside the picture, without what differs from run
// to run.
func transcript(g ptytest.Grid) string {
	left, _, _ := g.Find("Sandbox:")
	var b strings.Builder
	b.WriteString("(a QR code at the left; at the right:)\n")
	for _, line := range strings.Split(g.Text(), "\n") {
		cells := []rune(line)
		text := string(cells[min(left, len(cells)):])
		text = theKey.ReplaceAllString(text, "${1}(differs)")
		b.WriteString(theClock.ReplaceAllString(text, "next code in .. s") + "\n")
	}
	return b.String()
}

// TestPicturesShowTheProgramOfToday signs up on the sandbox and compares the
// scan screen with the transcript beside the pictures.
func TestPicturesShowTheProgramOfToday(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "postern")
	if out, err := exec.Command("go", "build", "-o", bin, "postern").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	s := ptytest.Start(t, ptytest.Options{
		Path: bin, Args: []string{"--profile", "sandbox", "--store", "none", "signup", "ada@example.com"},
		Env: []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8"},
	})
	s.WaitFor("next code in")
	screen := s.Cells()
	s.Type("\x03")
	s.Wait()

	path := filepath.Join(folder, "scan.txt")
	got := transcript(screen)
	if *update {
		save(t, path, got)
		save(t, filepath.Join(folder, "scan-dark.svg"), svg(screen, ptytest.Dark))
		save(t, filepath.Join(folder, "scan-light.svg"), svg(screen, ptytest.Light))
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the scan screen is another one now; look at it and run with -update\ngot:\n%s\nwant:\n%s", got, want)
	}
}

func save(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
