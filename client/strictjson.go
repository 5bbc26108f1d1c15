package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// decodeStrict decodes exactly one JSON document and refuses one in which an
// object names a key twice (also in another case: encoding/json would take
// the last one, another reader the first).
func decodeStrict(raw []byte, into any) error {
	if err := noDuplicateKeys(raw); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return jsonProblem(err)
	}
	return nil
}

// jsonProblem keeps what is said about a bad document to its shape: the
// decoder's own text would quote the value.
func jsonProblem(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Errorf("field %q has the wrong type", Clean(wrong.Field))
	}
	return errors.New("not valid JSON")
}

func noDuplicateKeys(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := walk(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON document")
	}
	return nil
}

const maxDepth = 64 // no reply nests deeper than a handful

func walk(d *json.Decoder, depth int) error {
	tok, err := d.Token()
	if err != nil {
		return errors.New("not valid JSON")
	}
	open, nested := tok.(json.Delim)
	if !nested {
		return nil
	}
	if depth == maxDepth {
		return errors.New("JSON nested too deep")
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return errors.New("not valid JSON")
			}
			name := strings.ToLower(fmt.Sprint(key))
			if seen[name] {
				return fmt.Errorf("key %q appears twice", Clean(name))
			}
			seen[name] = true
		}
		if err := walk(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return errors.New("not valid JSON")
	}
	return nil
}
