package keychain

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

func TestFaultK14K15LargeRecordGoesIntoASealedFileAndBack(t *testing.T) {
	for _, row := range []struct {
		name  string
		limit int
	}{{"Windows", 2560}, {"macOS", 2900}} {
		t.Run(row.name, func(t *testing.T) {
			k, ring := fakeKeyring(t)
			ring.limit = row.limit
			for _, size := range []int{10, maxItem, maxItem + 1, 3000, MaxRecord, 4000, 10, 2600, 0} {
				record := strings.Repeat("x", size)
				save(t, k, record)
				wantRecord(t, k, record)
				if got, want := fileThere(t, k.files), size > maxItem; got != want {
					t.Errorf("%d bytes: got a sealed file %v, want %v", size, got, want)
				}
			}
			save(t, k, strings.Repeat("x", 3000))
			if err := k.Delete(t.Context(), account); err != nil {
				t.Error(err)
			}
			wantNothing(t, k)
			if fileThere(t, k.files) {
				t.Error("got a sealed file after Delete")
			}
		})
	}
}

// TestCrashAtAnyCallLeavesOldOrNew: from its first, second, third … call on, the
// keyring does nothing any more.
func TestCrashAtAnyCallLeavesOldOrNew(t *testing.T) {
	large, larger := strings.Repeat("a", 3000), strings.Repeat("b", 4000)
	for _, row := range []struct{ name, before, after string }{
		{"growing", "small", large}, {"shrinking", large, "small"}, {"first, large", "", large},
		{"staying large", large, larger}, {"staying small", "small", "new"},
	} {
		t.Run(row.name, func(t *testing.T) {
			crashes := 0
			for saved := false; !saved; crashes++ {
				k, ring := fakeKeyring(t)
				if row.before != "" {
					save(t, k, row.before)
				}
				calls := 0
				ring.misbehave(func(string) error {
					if calls++; calls > crashes {
						return errors.New("crashed")
					}
					return nil
				})
				saved = k.Save(t.Context(), account, []byte(row.after)) == nil
				ring.misbehave(nil)
				got, err := k.Load(t.Context(), account)
				isOld := string(got) == row.before && (err == nil) == (row.before != "")
				isNew := string(got) == row.after && err == nil
				if !isNew && (saved || !isOld) {
					t.Errorf("crash %d: got %.10q (%d bytes), %v, saved %v, want old or new", crashes, got, len(got), err, saved)
				}
				save(t, k, larger)
				wantRecord(t, k, larger)
			}
			if crashes < 2 {
				t.Errorf("got %d crashes, want one at least", crashes-1)
			}
		})
	}
}

func TestRecordThatLooksLikeAKeyIsKeptAsARecord(t *testing.T) {
	k, _ := fakeKeyring(t)
	record := sealedMark + "not a key"
	save(t, k, record)
	wantRecord(t, k, record)
}

func TestSealedFileOfAKeyringItemMayBeGoneOrDamaged(t *testing.T) {
	k, _ := fakeKeyring(t)
	large := strings.Repeat("x", 3000)
	save(t, k, large)
	path := sealedPath(t, k.files)
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Load(t.Context(), account); !errors.Is(err, ErrDamaged) || StateOf(err) != Broken {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	save(t, k, large)
	wantRecord(t, k, large)
	if _, err := os.Stat(path + ".damaged"); err != nil {
		t.Errorf("got %v, want the damaged file kept", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wantNothing(t, k)
	save(t, k, large)
	wantRecord(t, k, large)
}

func TestFaultK16RecordAboveTheLimitIsRefusedBeforeTheKeyring(t *testing.T) {
	k, ring := fakeKeyring(t)
	for _, size := range []int{MaxRecord + 1, 16 << 20} {
		if err := k.Save(t.Context(), account, make([]byte, size)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%d bytes: got %v, want ErrTooLarge", size, err)
		}
	}
	if ring.made() != 0 {
		t.Errorf("got %d calls, want none", ring.made())
	}
}

func TestErrorsNeverHoldTheRecord(t *testing.T) {
	k, ring := fakeKeyring(t)
	ring.items["postern-test/"+account] = sealedMark + "CANARY"
	_, err := k.Load(t.Context(), account)
	if err == nil || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("got %v, want an error without the item", err)
	}
	ring.items["postern-test/"+account] = "x"
	ring.misbehave(func(call string) error {
		if call == "set" {
			return keyring.ErrSetDataTooBig
		}
		return nil
	})
	if err := k.Save(t.Context(), account, []byte("CANARY")); err == nil || strings.Contains(err.Error(), "CANARY") {
		t.Errorf("got %v, want an error without the record", err)
	}
}
