package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/client"
	"postern/ui"
)

func TestFirstLineIsTheCode(t *testing.T) {
	for _, row := range []struct{ name, input, want string }{
		{"a line", "123456\n", "123456"},
		{"no end of line", "123456", "123456"},
		{"blanks around", "  123 456\r\n", "123 456"},
		{"more lines", "123456\n654321\n", "123456"},
	} {
		if got, err := firstLine(t.Context(), strings.NewReader(row.input)); err != nil || got != row.want {
			t.Errorf("%s: got %q, %v, want %q", row.name, got, err, row.want)
		}
	}
	var needed *ui.AnswerNeeded
	for _, input := range []string{"", "\n123456\n", "   "} {
		if _, err := firstLine(t.Context(), strings.NewReader(input)); !errors.As(err, &needed) {
			t.Errorf("%q: got %v, want that a code is needed", input, err)
		}
	}
	if got, _ := firstLine(t.Context(), strings.NewReader(strings.Repeat("1", 5<<20))); len(got) != longestCode {
		t.Errorf("a line of 5 MB: got %d bytes, want %d", len(got), longestCode)
	}
}

func TestUnusedEnrollmentFileIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.json")
	_, done, err := codeFlags{enrollment: path}.answers(&app{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("before the key is asked for: %v, want a file that it can be written to", err)
	}
	done()
	if _, err := os.Stat(path); err == nil {
		t.Error("an empty file stayed")
	}
}

func TestWrittenEnrollmentFileStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.json")
	answers, done, err := codeFlags{enrollment: path}.answers(&app{})
	if err != nil {
		t.Fatal(err)
	}
	if err := answers.Enrollment(&client.Enrollment{Key: "JBSWY3DPEHPK3PXP", URI: "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP", Image: "\x89PNG"}); err != nil {
		t.Fatal(err)
	}
	done()
	raw, err := os.ReadFile(path)
	want := `{"image":"iVBORw==","key":"JBSWY3DPEHPK3PXP","provisioning_url":"otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"}` + "\n"
	if err != nil || string(raw) != want {
		t.Errorf("got %q, %v, want %q", raw, err, want)
	}
}
