//go:build linux

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestFaultI22ManyKeysAreNotHoarded types far faster than anybody can. What
// comes last is heeded as ever, and no memory is kept for the rest.
func TestFaultI22ManyKeysAreNotHoarded(t *testing.T) {
	t.Parallel()
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			e := enrol(t, 0, m.flags, m.env)
			before := resident(t, e.Pid())
			typed := "z-\b" // a letter that is no command, and what leaves no code
			if e.plain {
				typed = "z-\r"
			}
			for range 2 {
				e.Type(strings.Repeat(typed, 1000))
			}
			began := time.Now()
			if !e.plain {
				e.Type("12")
				e.WaitFor("> 12") // all others were read
			}
			if after := resident(t, e.Pid()); after > before+32<<20 {
				t.Errorf("got %d MiB in the end, %d before", after>>20, before>>20)
			}
			e.Type("\x04")
			e.ends(t, 3)
			if took := time.Since(began); took > limit {
				t.Errorf("got the last key heeded after %v", took)
			}
		})
	}
}

// resident is the memory that a process takes, in bytes.
func resident(t *testing.T, pid int) int {
	t.Helper()
	var all, pages int
	if _, err := fmt.Sscan(read(t, fmt.Sprintf("/proc/%d/statm", pid)), &all, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * 4096
}
