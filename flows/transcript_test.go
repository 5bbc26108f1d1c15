package flows

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTranscripts plays testdata/*.txt. A line that is not indented is what a
// person, the driver or the world does; the indented ones below it are what the
// flow answers:
//
//	enroll, signin, second, stepup, replace, reset, change, codes, pictures, home, answer WORD…
//	                       begins anew at noon: login=ID name=N email=E phone=P method=M mfa=M details force or-sign-up
//	                       require begun=ID; answer also takes its code's: sign-up add raise magic
//	> TEXT                 types it; {now}, {-2m} and {wrong} stand for codes, "…" is a Go string
//	N times > TEXT         types it and presses Enter N times
//	pick CHOICE, back, cancel, resend, another, lost
//	                       N counts from 1
//	= RESULT               answers the open task
//	wait D                 time passes
//	computer D             this computer's clock is ahead of the server's and the phone's
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	must(err)
	if len(files) == 0 {
		t.Fatal("no transcripts")
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(path)
			must(err)
			got := (&stage{t: t}).play(string(raw))
			if *update {
				must(os.WriteFile(path, []byte(got), 0o644))
				return
			}
			have, want := strings.Split(got, "\n"), strings.Split(string(raw), "\n")
			for i := range min(len(have), len(want)) {
				if have[i] != want[i] {
					t.Fatalf("%s:%d: got %q, want %q\nall of it:\n%s", path, i+1, have[i], want[i], got)
				}
			}
			if len(have) != len(want) {
				t.Errorf("%s: got %d lines, want %d:\n%s", path, len(have), len(want), got)
			}
		})
	}
}

// stage is where a transcript is played.
type stage struct {
	t      *testing.T
	f      Flow
	now    time.Time     // this computer's clock
	offset time.Duration // the server's minus it
}

func (s *stage) play(script string) string {
	var b strings.Builder
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "\t") {
			continue
		}
		b.WriteString(line + "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		for _, out := range s.step(line) {
			b.WriteString("\t" + out + "\n")
		}
	}
	return b.String()
}

// step does one line and returns what came of it.
func (s *stage) step(line string) []string {
	verb, rest, _ := strings.Cut(line, " ")
	before := s.f
	if begin := tasks[verb]; begin != nil {
		s.f, s.now, s.offset = begin(plan(rest)), noon, 0
		return s.view()
	}
	switch verb {
	case "answer":
		s.f, s.now, s.offset = answering(rest), noon, 0
		return s.view()
	case "wait":
		s.now = s.now.Add(duration(rest))
		return nil
	case "computer":
		s.offset = -duration(rest)
		s.now = s.now.Add(-s.offset)
		return nil
	case ">":
		s.f = s.f.Next(Submit{s.typed(rest), s.now})
	case "pick":
		n := slices.IndexFunc(s.f.Screen().Choices, func(c Choice) bool { return constName("Choice", int(c)) == rest })
		if n < 0 {
			s.t.Fatalf("%q: %s offers no such choice", line, name(s.f))
		}
		s.f = s.f.Next(Pick{n})
	case "back":
		s.f = s.f.Next(Back{})
	case "cancel":
		s.f = s.f.Next(Cancel{})
	case "resend":
		s.f = s.f.Next(Resend{s.now})
	case "another":
		s.f = s.f.Next(Another{})
	case "lost":
		s.f = s.f.Next(Lost{})
	case "=":
		task, open := s.f.Task()
		if !open {
			s.t.Fatalf("%q: %s has no task", line, name(s.f))
		}
		if _, held := task.Want.(Pause); held && rest != "paused" { // it goes by
			s.f = s.f.Next(Done{task.ID, Paused{}, s.now})
			task, _ = s.f.Task()
		}
		s.f = s.f.Next(Done{task.ID, s.result(rest), s.now})
	default:
		return s.times(line)
	}
	if s.f.turn == before.turn {
		return []string{"nothing moves"}
	}
	return s.view()
}

// times presses Enter again and again, and counts the tasks that this opens.
func (s *stage) times(line string) []string {
	var n int
	count, text, ok := strings.Cut(line, " times > ")
	if _, err := fmt.Sscan(count, &n); err != nil || !ok {
		s.t.Fatalf("%q means nothing", line)
	}
	ids := map[int]bool{}
	for range n {
		s.f = s.f.Next(Submit{s.typed(text), s.now})
		if task, open := s.f.Task(); open {
			ids[task.ID] = true
		}
	}
	return append(s.view(), fmt.Sprintf("tasks: %d", len(ids)))
}

var codeWord = regexp.MustCompile(`\{[^}]*\}`)

func (s *stage) typed(text string) string {
	text = codeWord.ReplaceAllStringFunc(text, func(w string) string {
		switch w = strings.Trim(w, "{}"); w {
		case "wrong":
			return wrongCode
		case "now":
			return codeAt(s.now.Add(s.offset))
		}
		return codeAt(s.now.Add(s.offset + duration(w)))
	})
	if plain, err := strconv.Unquote(text); err == nil {
		return plain
	}
	return text
}

func duration(s string) time.Duration {
	d, err := time.ParseDuration(s)
	must(err)
	return d
}
