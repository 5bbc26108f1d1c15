package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// decodeStrict decodes exactly one JSON document and refuses one in which an
// object names a key twice: encoding/json would take the last one, another
// reader the first. A struct takes only fields that are spelt just so:
// encoding/json would also take "SU" for "su", and anybody may choose the name
// of a custom claim.
func decodeStrict(raw []byte, into any) error {
	if err := noDuplicateKeys(raw); err != nil {
		return err
	}
	if err := json.Unmarshal(exact(raw, into), into); err != nil {
		return jsonProblem(err)
	}
	return nil
}

// exact drops the members of an object that the struct behind into does not
// name. What is not an object stays as it is.
func exact(raw []byte, into any) []byte {
	form := reflect.TypeOf(into).Elem()
	var all map[string]json.RawMessage
	if form.Kind() != reflect.Struct || json.Unmarshal(raw, &all) != nil {
		return raw
	}
	known := map[string]json.RawMessage{}
	for i := range form.NumField() {
		name, _, _ := strings.Cut(form.Field(i).Tag.Get("json"), ",")
		if v, ok := all[name]; ok {
			known[name] = v
		}
	}
	kept, err := json.Marshal(known)
	if err != nil {
		return raw
	}
	return kept
}

// jsonProblem keeps what is said about a bad document to its shape: the
// decoder's own text would quote the value.
func jsonProblem(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field == "" {
		return errors.New("not a JSON object")
	}
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
			name := fmt.Sprint(key)
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
