package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// rule is one kind of fault. Each field that is set takes effect.
type rule struct {
	name, help string

	times   int                               // how many calls it hits; 0 means all of them
	delay   time.Duration                     // waited before the reply is sent
	instead func() reply                      // sent instead of doing the work
	lose    func() reply                      // sent instead of the reply when the work is done
	refuse  func(*call) *refusal              // asked once the caller is known
	token   func(payload claims, kid *string) // applied to a token before it is signed
}

// faults are the faults of one sandbox. The zero value has none.
type faults struct {
	mu     sync.Mutex
	active []*fault
}

// fault is a rule at work.
type fault struct {
	rule
	path string // only calls whose path begins like this; "" means all but the key endpoints
	hits int
}

// Faults returns the names that [Options.Faults] takes.
func Faults() []string {
	names := make([]string, 0, len(rules))
	for _, r := range rules {
		names = append(names, r.name)
	}
	return names
}

// FaultHelp returns one line on what a fault does, and "" for an unknown name.
func FaultHelp(name string) string {
	for _, r := range rules {
		if r.name == name {
			return r.help
		}
	}
	return ""
}

func parseFaults(names []string) (*faults, error) {
	set := &faults{}
	for _, text := range names {
		name, path, _ := strings.Cut(text, "@")
		i := slices.IndexFunc(rules, func(r rule) bool { return r.name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown fault %q: want one of %s", name, strings.Join(Faults(), ", "))
		}
		set.active = append(set.active, &fault{rule: rules[i], path: path})
	}
	return set, nil
}

// on returns the rules that hit one call, and counts the hit.
func (f *faults) on(path string) []rule {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hit []rule
	for _, a := range f.active {
		covered := strings.HasPrefix(path, a.path)
		if a.path == "" {
			covered = !strings.HasPrefix(path, keysPath) && !strings.HasPrefix(path, oldKeysPath)
		}
		if !covered || a.times > 0 && a.hits >= a.times {
			continue
		}
		a.hits++
		hit = append(hit, a.rule)
	}
	return hit
}
