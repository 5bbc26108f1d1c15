//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCalledAsAPersonWouldCallItAgain(t *testing.T) {
	dir := t.TempDir()
	inPath := filepath.Join(dir, "postern")
	if err := os.WriteFile(inPath, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	for _, row := range []struct{ name, arg0, want string }{
		{"by its name", "postern", "postern"},
		{"by the path that its name has", inPath, "postern"},
		{"by a path", "./postern", "./postern"},
		{"another one than PATH's", "/opt/postern", "/opt/postern"},
		{"a name that is not there", "other", "other"},
		{"go run", "/tmp/go-build123/b001/exe/postern", "go run ."},
	} {
		if got := calledAs(row.arg0); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
