//go:build linux

package pictures

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/internal/ptytest"
	"postern/keychain/keyringtest"
)

var update = flag.Bool("update", false, "draw the pictures anew")

const (
	folder = "../../docs/pictures"
	tour   = "../../docs/tour.md"
)

// TestPicturesShowTheProgramOfToday plays all scenes on the sandbox and
// compares them with the pictures and the transcripts of the tour.
func TestPicturesShowTheProgramOfToday(t *testing.T) {
	bus := keyringtest.Start(t).Address
	transcripts := map[string]*string{}
	t.Run("scenes", func(t *testing.T) {
		for _, part := range parts {
			for _, s := range part.scenes {
				text := new(string)
				transcripts[s.name] = text
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					p := newHome(t, s, bus).draw(s)
					*text = transcript(p)
					for _, theme := range []ptytest.Theme{ptytest.Dark, ptytest.Light} {
						same(t, file(s, theme), svg(p, theme))
					}
					if t.Failed() {
						t.Logf("the screen now:\n%s", p.Text())
					}
				})
			}
		}
	})
	for name, text := range transcripts {
		if *text == "" {
			t.Logf("the page is not compared: no picture of %s was taken here", name)
			return
		}
	}
	same(t, tour, page(transcripts))
}

// TestEveryPictureIsInTheTour finds what a scene that is gone has left behind.
func TestEveryPictureIsInTheTour(t *testing.T) {
	known := map[string]bool{}
	for _, part := range parts {
		for _, s := range part.scenes {
			known[s.name+"-dark.svg"], known[s.name+"-light.svg"] = true, true
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("got %s, want it deleted: no scene draws it", f.Name())
		}
	}
}

// file is where a scene's picture is.
func file(s scene, theme ptytest.Theme) string {
	return filepath.Join(folder, s.name+"-"+theme.Name+".svg")
}

// same compares a file with what should be in it, or writes it.
func same(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s (%v) shows another program than today's; look at it and run with -update", path, err)
	}
}

// transcript is what stands in a picture, but for a QR code at its left.
func transcript(p picture) string {
	left := 0
	for _, line := range p.Grid {
		for x, cell := range line {
			if cell.Text == "▄" && x >= left {
				left = x + 1
			}
		}
	}
	if left == 0 {
		return p.Text()
	}
	lines := []string{"(a QR code at the left; at the right:)"}
	for _, line := range p.Grid {
		text := ptytest.Grid{line[min(left, len(line)):]}.Text()
		lines = append(lines, strings.TrimLeft(text, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

const preface = `# The tour

Every screen of ` + "`postern`" + `, as pictures of the real program on the sandbox. They
are drawn, and this page is written, by

` + "```sh" + `
go test ./internal/pictures -update
` + "```" + `

and the tests compare both with the program of today. Keys, codes and ids are
random otherwise, but the same in each run here; what the clock says is always
the same, too. Each picture is there on a dark and on a light theme, and this page
shows the one that suits yours.
`

// page is docs/tour.md.
func page(transcripts map[string]*string) string {
	var b strings.Builder
	b.WriteString(preface)
	for _, part := range parts {
		fmt.Fprintf(&b, "\n## %s\n", part.title)
		for _, s := range part.scenes {
			fmt.Fprintf(&b, "\n### %s\n\n", s.title)
			if s.note != "" {
				fmt.Fprintf(&b, "%s\n\n", s.note)
			}
			fmt.Fprintf(&b, `<picture><source media="(prefers-color-scheme: dark)" srcset="pictures/%[1]s-dark.svg"><img alt="%[2]s: the text is below" src="pictures/%[1]s-light.svg"></picture>

<details><summary>As text</summary>

`+"```text\n%[3]s\n```"+`

</details>
`, s.name, strings.ReplaceAll(s.title, "`", ""), *transcripts[s.name])
		}
	}
	return b.String()
}
