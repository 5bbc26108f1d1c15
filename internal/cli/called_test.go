package cli

import "testing"

func TestCalledAsAPersonWouldCallItAgain(t *testing.T) {
	for _, row := range []struct{ name, arg0, want string }{
		{"by its name", "postern", "postern"},
		{"by a path", "./postern", "./postern"},
		{"by its whole path", "/opt/postern", "/opt/postern"},
		{"on Windows", `postern.exe`, "postern"},
		{"go run", "/tmp/go-build123/b001/exe/postern", "go run ."},
	} {
		if got := calledAs(row.arg0); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
