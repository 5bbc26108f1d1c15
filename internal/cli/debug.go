package cli

import (
	"encoding/json"
	"os"
	"time"

	"postern/client"
)

// debugLog writes a JSON line for each finished call. What may be in it is
// listed here: nothing else is written, so no secret can be.
func (a *app) debugLog() (func(client.Call), error) {
	if a.flags.debug == "" {
		return nil, nil
	}
	f, err := os.OpenFile(a.flags.debug, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, usageError{err}
	}
	lines := json.NewEncoder(f) // closed with the process
	return func(c client.Call) {
		result := "ok"
		if c.Failed {
			result = c.Kind.Error()
		}
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
