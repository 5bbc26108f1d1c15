package cli

import (
	"fmt"
	"testing"

	"postern/keychain"
)

// Only a record that is lost gives way: not what another key opens, and not for
// want of a key that saving would not mend.
func TestOnlyALostRecordGivesWay(t *testing.T) {
	for err, want := range map[error]bool{
		keychain.ErrDamaged: true, keychain.ErrKeyDamaged: false, keychain.ErrOtherKey: false, keychain.ErrPassphrase: false,
	} {
		if got := damagedRecord(fmt.Errorf("load: %w", err)); got != want {
			t.Errorf("%v: got %t, want %t", err, got, want)
		}
	}
}
