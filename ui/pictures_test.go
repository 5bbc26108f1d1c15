package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/client"
	"postern/flows"
)

func TestSavedPictureIsPrivateAndGoesWithItsScreen(t *testing.T) {
	t.Parallel()
	var dir string
	s := full(t, flows.Enroll(flows.Plan{LoginID: ada}), func(_ *memory, term *Term) { dir = term.env("XDG_RUNTIME_DIR") })
	saved := func() []string {
		files, err := filepath.Glob(filepath.Join(dir, "postern_*.png"))
		must(err)
		return files
	}
	s.until("Type the code")
	s.keys("s")
	s.until("Picture saved")
	files := saved()
	if len(files) != 1 {
		t.Fatalf("got files %v, want one", files)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want mode 0600", info.Mode(), err)
	}
	s.keys("\x1b")
	s.until("Login ID (an")
	s.wait("the file to go", func() bool { return len(saved()) == 0 })
	s.keys("\r")
	s.until("Type the code")
	s.keys("ss")
	s.until("Picture saved")
	s.keys("\x04")
	s.end()
	if files := saved(); len(files) > 0 {
		t.Errorf("got files %v at the end, want none", files)
	}
}

func TestPictureIsNotSavedAfterItsScreen(t *testing.T) {
	p := &pictures{dir: t.TempDir()}
	age := p.age()
	p.clear()
	if got := p.save(client.Secret(uri(106)), age); !strings.Contains(got, "could not be saved") {
		t.Errorf("got %q, want a refusal", got)
	}
	if files, _ := os.ReadDir(p.dir); len(files) > 0 {
		t.Errorf("got files %v, want none", files)
	}
	p.dir = filepath.Join(p.dir, "not there")
	t.Setenv("TMPDIR", t.TempDir())
	if got := p.save(client.Secret(uri(106)), p.age()); !strings.Contains(got, "saved as") {
		t.Errorf("without the runtime directory: got %q, want it saved", got)
	}
	p.clear()
}
