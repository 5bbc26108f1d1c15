//go:build unix

package keychain

import (
	"path/filepath"
	"testing"
)

// Another process saves between our open and our look at the file.
func TestFileThatIsReplacedWhileItIsReadIsTheOldOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private", "record")
	if err := writeFile(path, []byte("old"), staleTemp); err != nil {
		t.Fatal(err)
	}
	f, err := openPrivate(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := writeFile(path, []byte("new"), staleTemp); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if err := checkFile(path, info); err != nil {
		t.Errorf("got %v, want no complaint", err)
	}
}
