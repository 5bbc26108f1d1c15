//go:build linux

package keychain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/keychain/keyringtest"
)

func TestFaultK09StoppedDaemonCostsThreeSecondsOnce(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.Stop()
	k.Patience = time.Minute // it does not answer, so it is not waiting for a person
	start := time.Now()
	_, err := k.Load(t.Context(), account)
	if took := time.Since(start); StateOf(err) != Broken || took < keyringWait || took > keyringWait+time.Second {
		t.Errorf("got %v after %v, want broken after %v", err, took, keyringWait)
	}
	d.Cont()
	within(t, atOnce, func() {
		if err := k.Ready(t.Context()); StateOf(err) != Broken {
			t.Errorf("got %v, want it not called again", err)
		}
	})
}

func TestFaultK09StoppedBusCostsThreeSeconds(t *testing.T) {
	d := keyringtest.StartBus(t)
	cmd := child(t, "load", t.TempDir())
	cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+d.Address)
	d.StopBus()
	within(t, keyringWait+2*time.Second, func() {
		if out := output(t, cmd); !strings.HasPrefix(out, "broken | ") {
			t.Errorf("got %q, want broken", out)
		}
	})
}

func TestFaultK10KilledDaemonComesBackLocked(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.Kill()
	if _, err := k.Load(t.Context(), account); StateOf(err) != Locked {
		t.Errorf("got %v, want locked", err)
	}
	d.Unlock()
	wantRecord(t, k, "record")
}

func TestFaultK11K12DeathDuringAPromptIsNoticed(t *testing.T) {
	for _, row := range []struct {
		name string
		kill func(*keyringtest.Daemon)
		want State
	}{
		{"K11 daemon", (*keyringtest.Daemon).Kill, Broken},
		{"K12 bus", (*keyringtest.Daemon).KillBus, Absent},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := keyringtest.Start(t)
			k := on(t, d)
			d.Lock()
			prompter := d.HoldPrompts(keyringtest.Ignore)
			t.Setenv("DISPLAY", ":99")
			k.Patience = time.Minute
			failed := make(chan error, 1)
			go func() {
				_, err := k.Load(t.Context(), account)
				failed <- err
			}()
			keyringtest.Receive(t, "a prompt", prompter.Opened)
			row.kill(d)
			select {
			case err := <-failed:
				if StateOf(err) != row.want {
					t.Errorf("got %v (%v), want %v", StateOf(err), err, row.want)
				}
			case <-time.After(limit):
				t.Fatal("got no answer")
			}
		})
	}
}

func TestFaultK12DeadBusIsAbsentAndDoesNotPanic(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "record")
	d.KillBus()
	waitFor(t, "the end of the connection", func() bool {
		_, err := k.Load(t.Context(), account)
		return StateOf(err) == Absent
	})
}

func TestFaultK13DaemonKilledDuringSetLeavesOldOrNew(t *testing.T) {
	d := keyringtest.Start(t)
	k := on(t, d)
	save(t, k, "0")
	for i := 1; i <= 10; i++ {
		old, err := k.Load(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		saved := make(chan error, 1)
		go func() { saved <- k.Save(t.Context(), account, []byte(fmt.Sprint(i))) }()
		d.Kill()
		saveErr := <-saved
		d.Unlock()
		got, err := k.Load(t.Context(), account)
		if err != nil || string(got) != string(old) && string(got) != fmt.Sprint(i) || saveErr == nil && string(got) != fmt.Sprint(i) {
			t.Errorf("got %q, %v, want %q or %d; Save said %v", got, err, old, i, saveErr)
		}
	}
}
