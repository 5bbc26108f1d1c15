//go:build linux

package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/internal/needs"
)

// typed is a command of a transcript, and what it must print on both streams.
type typed struct {
	line    int
	command string
	want    []string
}

// story is a chapter of a document: its heading, and what is typed in it.
type story struct {
	title string
	typed []typed
}

// TestStoriesHappenAsTheyAreTold types what docs/stories.md says, and compares.
// The first chapter comes before each of the others, which have a home each.
func TestStoriesHappenAsTheyAreTold(t *testing.T) {
	t.Parallel()
	needs.Tool(t, "oathtool")
	needs.Tool(t, "curl")
	told := stories(t, "docs/stories.md")
	if len(told) != 4 {
		t.Fatalf("got %d chapters with commands, want one to begin with and three stories", len(told))
	}
	api := httptest.NewServer(http.HandlerFunc(report))
	t.Cleanup(api.Close)
	for _, s := range told[1:] {
		t.Run(s.title, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			p.set("API=" + api.URL)
			for _, c := range append(told[0].typed[:len(told[0].typed):len(told[0].typed)], s.typed...) {
				got := p.shell(c.command)
				if !asTold(c.want).MatchString(got) {
					t.Fatalf("docs/stories.md:%d: $ %s\ngot:\n%swant:\n%s", c.line, c.command, got, strings.Join(c.want, "\n"))
				}
			}
		})
	}
}

// TestTranscriptTellsOneOutputFromAnother keeps the comparison honest.
func TestTranscriptTellsOneOutputFromAnother(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		want, got string
		same      bool
	}{
		{"a b c", "a b c\n", true},
		{"a … c", "a b c\n", true},
		{"a … c", "a b\nc\n", false},
		{"a", "a\nb\n", false},
		{"a\nb", "b\na\n", false},
		{"a\n…\nb", "a\nb\n", true},
		{"a\n…\nb", "a\n1\n2\nb\n", true},
		{"a.c", "abc\n", false},
		{"<code>", "123456\n", true},
		{"<code>", "12345\n", false},
		{"", "", true},
		{"", "a\n", false},
	} {
		var lines []string
		if row.want != "" {
			lines = strings.Split(row.want, "\n")
		}
		if same := asTold(lines).MatchString(row.got); same != row.same {
			t.Errorf("%q for %q: got %t, want %t", row.got, row.want, same, row.same)
		}
	}
}

// stories reads the console blocks of a document by chapter. A command goes on
// after a backslash, and to the EOF of a here-document.
func stories(t *testing.T, path string) []story {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var (
		told       []story
		title      string
		in, typing bool
	)
	for n, line := range strings.Split(string(raw), "\n") {
		heading, isHeading := strings.CutPrefix(line, "## ")
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case !in && isHeading:
			title = heading
		case !in:
			in = line == "```console"
		case line == "```":
			in = false
		case typing:
			c := last(&told[len(told)-1].typed)
			c.command += "\n" + line
			typing = goesOn(c.command)
		case isCommand:
			if len(told) == 0 || told[len(told)-1].title != title {
				told = append(told, story{title: title})
			}
			s := last(&told)
			s.typed = append(s.typed, typed{line: n + 1, command: command})
			typing = goesOn(command)
		default:
			if len(told) == 0 {
				t.Fatalf("%s:%d: output of no command", path, n+1)
			}
			c := last(&told[len(told)-1].typed)
			c.want = append(c.want, line)
		}
	}
	return told
}

func last[T any](s *[]T) *T { return &(*s)[len(*s)-1] }

func goesOn(command string) bool {
	return strings.HasSuffix(command, `\`) || strings.Contains(command, "<<'EOF'") && !strings.HasSuffix(command, "\nEOF")
}

// asTold matches these lines and nothing else: … stands for anything in a line,
// a line of it for any lines, and <code> for six digits.
func asTold(lines []string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`\A`)
	for _, line := range lines {
		if line == "…" {
			b.WriteString(`(?:.*\n)*`)
			continue
		}
		q := strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*")
		b.WriteString(strings.ReplaceAll(q, "<code>", `\d{6}`) + `\n`)
	}
	return regexp.MustCompile(b.String() + `\z`)
}

// shell runs a command line without a terminal, and answers both its streams.
func (p *person) shell(command string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Env, cmd.Dir = p.env, p.work
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Sprintf("%s(%v)\n", out, err)
	}
	return string(out)
}

// report is an API that wants a session of two factors.
func report(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		http.Error(w, "no bearer token", http.StatusUnauthorized)
		return
	}
	var claims struct {
		Drn, Sub string
		Exp      int64
		AMR      []string
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		http.Error(w, "not a token of three parts", http.StatusUnauthorized)
		return
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(body, &claims)
	}
	if factors := strings.Join(claims.AMR, ", "); err != nil || claims.Drn != "DS" || claims.Exp < time.Now().Unix() {
		http.Error(w, "not a valid session token", http.StatusUnauthorized)
	} else if !strings.HasSuffix(factors, "mfa") {
		http.Error(w, "a second factor is missing", http.StatusForbidden)
	} else {
		fmt.Fprintf(w, "the report for %s, signed in by %s\n", claims.Sub, factors)
	}
}

// TestSandboxPageNamesAllThatItsHelpDoes holds docs/sandbox.md to the help, for
// faults and variants word by word.
func TestSandboxPageNamesAllThatItsHelpDoes(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	help := personWithNothing(t).want(0, "sandbox", "serve", "--help").stdout
	listed := 0
	for _, l := range []struct{ before, heading string }{
		{"\nFaults:\n", "| `--fault` | what goes wrong |"},
		{"\nVariants, which are how the real service might differ:\n", "| `--variant` | what it does |"},
	} {
		_, list, _ := strings.Cut(help, l.before)
		list, _, _ = strings.Cut(list, "\n\n")
		var rows []string
		for _, line := range strings.Split(list, "\n") {
			name, what, _ := strings.Cut(strings.TrimSpace(line), " ")
			rows = append(rows, fmt.Sprintf("| `%s` | %s |", name, strings.TrimSpace(what)))
		}
		listed += len(rows)
		if want := strings.Join(rows, "\n"); !strings.Contains(page, l.heading+"\n|---|---|\n"+want+"\n\n") {
			t.Errorf("docs/sandbox.md has not below %q what the help has, which is\n%s", l.heading, want)
		}
	}
	_, flags, _ := strings.Cut(help, "\nFlags:\n")
	flags, _, _ = strings.Cut(flags, "\nGlobal Flags:\n")
	named := 0
	for _, flag := range regexp.MustCompile(`(?m)^ +(?:-\w, )?(--[a-z-]+)`).FindAllStringSubmatch(flags, -1) {
		if flag[1] == "--help" {
			continue
		}
		if named++; !strings.Contains(page, "`"+flag[1]+"`") {
			t.Errorf("docs/sandbox.md does not name %s", flag[1])
		}
	}
	if listed < 20 || named < 5 {
		t.Errorf("got %d faults and variants and %d flags of the help: it is not read as it is printed", listed, named)
	}
}
