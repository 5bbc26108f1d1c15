package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"postern/client"
)

// debugWait is how long a line may wait for whoever reads it, as from a FIFO.
const debugWait = time.Second

// debugLog writes a JSON line for each finished call. What may be in it is
// listed here: nothing else is written, so no secret can be. A FIFO that nobody
// reads is an error, and one that is no longer read is not waited for.
func (a *app) debugLog() (func(client.Call), error) {
	if a.flags.debug == "" {
		return nil, nil
	}
	f, err := os.OpenFile(a.flags.debug, os.O_APPEND|os.O_CREATE|os.O_WRONLY|syscall.O_NONBLOCK, 0o600)
	if errors.Is(err, syscall.ENXIO) { // open(2)
		err = fmt.Errorf("nobody reads from %s yet", a.flags.debug)
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("--debug: %w", err)}
	}
	lines := json.NewEncoder(f) // closed with the process
	return func(c client.Call) {
		result := "ok"
		if c.Failed {
			result = c.Kind.Error()
		}
		_ = f.SetWriteDeadline(time.Now().Add(debugWait)) // files have none, and need none
		_ = lines.Encode(struct {
			Time   time.Time   `json:"time"`
			Op     string      `json:"op"`
			Status int         `json:"status"`
			Took   float64     `json:"took_ms"`
			Trace  client.Text `json:"trace_id,omitempty"`
			Result string      `json:"result"`
		}{time.Now(), c.Op, c.Status, float64(c.Took.Microseconds()) / 1000, c.TraceID, result})
	}, nil
}
