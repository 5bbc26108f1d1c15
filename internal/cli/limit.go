package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"time"

	"postern/client"
	"postern/flows"
	"postern/keychain"
)

// Messages cost money and patience, and a code that is asked for twice makes
// the first one useless.
const (
	coolDown    = 30 * time.Second // between two messages to one address
	sendsAnHour = 5                // to one address, without --force
)

const sendsName = "sends.json"

// limiter keeps count of messages on disk, for all processes. It satisfies
// flows.Forgiver.
type limiter struct {
	place *place
	force bool // the hourly limit does not hold; the cool-down does
	now   func() time.Time
}

// Allow implements flows.Limiter: it counts the message as sent.
func (l limiter) Allow(ctx context.Context, s client.Send) (next time.Time, err error) {
	whom := l.addresses(s)
	var now time.Time
	err = l.change(ctx, func(sends map[string][]time.Time) error {
		now = l.now() // under the lock: else what another process just counted lies in the future
		var wait time.Duration
		for _, who := range whom {
			sends[who] = lately(sends[who], now, time.Hour)
			wait = max(wait, l.tooEarly(sends[who], now))
		}
		if wait > 0 {
			return flows.Wait{Left: wait}
		}
		for _, who := range whom {
			sends[who] = append(sends[who], now)
		}
		return nil
	})
	return now.Add(coolDown), err
}

// Forgive implements flows.Forgiver: the last message was none.
func (l limiter) Forgive(ctx context.Context, s client.Send) {
	whom := l.addresses(s)
	_ = l.change(ctx, func(sends map[string][]time.Time) error { // at worst the next one waits
		for _, who := range whom {
			if n := len(sends[who]); n > 0 {
				sends[who] = sends[who][:n-1]
			}
		}
		return nil
	})
}

// change reads the counts, changes them and writes them, alone.
func (l limiter) change(ctx context.Context, f func(map[string][]time.Time) error) error {
	unlock, err := l.place.keyring.Lock(ctx, "sends")
	if err != nil {
		return &client.Error{Op: "lock", Kind: client.StoreFailed, Err: err}
	}
	defer unlock()
	files := keychain.NewFiles(l.place.paths.state)
	sends, err := readSends(files)
	if err != nil {
		return err
	}
	if err := f(sends); err != nil {
		return err
	}
	for k, times := range sends {
		if sends[k] = lately(times, l.now(), time.Hour); len(sends[k]) == 0 {
			delete(sends, k)
		}
	}
	raw, err := json.Marshal(sends)
	if err == nil {
		err = files.Save(sendsName, raw)
	}
	if err != nil {
		return &client.Error{Op: "count messages", Kind: client.StoreFailed, Err: err}
	}
	return nil
}

func (l limiter) tooEarly(recent []time.Time, now time.Time) time.Duration {
	if len(recent) == 0 {
		return 0
	}
	if since := now.Sub(recent[len(recent)-1]); since < coolDown {
		return coolDown - since
	}
	if len(recent) >= sendsAnHour && !l.force {
		return time.Hour - now.Sub(recent[len(recent)-sendsAnHour])
	}
	return 0
}

// addresses are hashes: whom one writes to is nobody's business. A link counts as
// a code that goes the same way.
func (l limiter) addresses(s client.Send) (whom []string) {
	p := l.place.client.Project()
	for _, address := range s.Addresses() {
		sum := sha256.Sum256([]byte(p.Base.String() + "\x00" + p.ID + "\x00" + string(s.Method.Channel()) + "\x00" + address))
		whom = append(whom, hex.EncodeToString(sum[:8]))
	}
	return whom
}

// readSends reads the counts. Damaged ones are begun anew: the worst that
// follows is one message too many.
func readSends(files *keychain.Files) (map[string][]time.Time, error) {
	sends := map[string][]time.Time{}
	raw, err := files.Load(sendsName)
	if errors.Is(err, fs.ErrNotExist) {
		return sends, nil
	}
	if err != nil {
		return nil, &client.Error{Op: "count messages", Kind: client.StoreFailed, Err: err}
	}
	if json.Unmarshal(raw, &sends) != nil {
		sends = map[string][]time.Time{}
	}
	return sends, nil
}

// lately keeps the times of the last span; one in the future, from before a
// clock was set back, is dropped.
func lately(times []time.Time, now time.Time, span time.Duration) []time.Time {
	var kept []time.Time
	for _, t := range times {
		if age := now.Sub(t); age >= 0 && age < span {
			kept = append(kept, t)
		}
	}
	return kept
}
