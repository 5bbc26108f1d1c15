package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"postern/client"
	"postern/flows"
	"postern/ui"
)

// methodNames are what --method takes.
var methodNames = slices.Concat(
	[]client.Method{client.TOTP}, client.Delivered, []client.Method{client.Link}, client.Magic, []client.Method{client.Password, client.Recovery},
)

// methodList has them in words.
func methodList(names []client.Method) string {
	words := make([]string, len(names))
	for i, m := range names {
		words[i] = string(m)
	}
	return ui.Either(words)
}

// parseMethod reads a method; empty means none was named.
func parseMethod(flag, name string, others ...client.Method) (client.Method, error) {
	m := client.Method(name)
	if name == "" || slices.Contains(methodNames, m) || slices.Contains(others, m) {
		return m, nil
	}
	return "", usageError{fmt.Errorf("%s: unknown method %q, want %s", flag, client.Clean(name), methodList(methodNames))}
}

// wayFlags say by which methods.
type wayFlags struct{ method, mfa string }

func (w *wayFlags) add(f *pflag.FlagSet, mfa bool) {
	f.StringVar(&w.method, "method", "", methodList(methodNames))
	if mfa {
		f.StringVar(&w.mfa, "mfa", "", "add a second factor with this method (any: ask which)")
	}
}

func (w wayFlags) into(p *flows.Plan) (err error) {
	if p.Method, err = parseMethod("--method", w.method, flows.AnyFactor); err != nil {
		return err
	}
	p.MFA, err = parseMethod("--mfa", w.mfa, flows.AnyFactor)
	return err
}

// optionFlags are Descope's login options.
type optionFlags struct {
	claims, claimsJSON, template []string
	templateID, tenant           string
	revoke                       bool
}

func (o *optionFlags) add(f *pflag.FlagSet) {
	o.addExchange(f)
	f.StringArrayVar(&o.template, "template-option", nil, "value for the message template, k=v (repeatable)")
	f.StringVar(&o.templateID, "template-id", "", "message template")
	f.BoolVar(&o.revoke, "revoke-other-sessions", false, "end the person's other sessions")
}

// addExchange adds those that the exchange of an access key knows.
func (o *optionFlags) addExchange(f *pflag.FlagSet) {
	f.StringArrayVar(&o.claims, "claim", nil, "extra claim k=v, as text (repeatable)")
	f.StringArrayVar(&o.claimsJSON, "claim-json", nil, "extra claim k=v, where v is a JSON string, number or bool (repeatable)")
	f.StringVar(&o.tenant, "tenant", "", "sign in within this tenant")
}

// given reports whether any was.
func (o optionFlags) given() bool {
	return len(o.claims)+len(o.claimsJSON)+len(o.template) > 0 || o.templateID != "" || o.tenant != "" || o.revoke
}

func (o optionFlags) into(to *client.LoginOptions) error {
	to.TemplateID, to.Tenant, to.RevokeOthers = o.templateID, o.tenant, o.revoke
	for _, c := range o.claims {
		if err := pair("--claim", c, func(k, v string) error { return put(&to.Claims, k, any(v)) }); err != nil {
			return err
		}
	}
	for _, c := range o.claimsJSON {
		err := pair("--claim-json", c, func(k, v string) error {
			var value any
			if err := json.Unmarshal([]byte(v), &value); err != nil {
				return errors.New("the value is not JSON")
			}
			switch value.(type) {
			case string, float64, bool:
				return put(&to.Claims, k, value)
			}
			return errors.New("want a string, a number or a bool")
		})
		if err != nil {
			return err
		}
	}
	for _, c := range o.template {
		if err := pair("--template-option", c, func(k, v string) error { return put(&to.TemplateOptions, k, v) }); err != nil {
			return err
		}
	}
	return nil
}

func put[V any](m *map[string]V, k string, v V) error {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[k] = v
	return nil
}

func pair(flag, text string, use func(k, v string) error) error {
	k, v, ok := strings.Cut(text, "=")
	if !ok || k == "" {
		return usageError{fmt.Errorf("%s: %q is not key=value", flag, client.Clean(text))}
	}
	if err := use(k, v); err != nil {
		return usageError{fmt.Errorf("%s %s: %w", flag, client.Clean(k), err)}
	}
	return nil
}

// lineOfStdin reads a secret, and does not wait for ever for it.
func (a *app) lineOfStdin(ctx context.Context, what string) (client.Secret, error) {
	const longest = 16 << 10 // bytes: the longest token that is looked at
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := bufio.NewReaderSize(slowly{a.stdin}, longest).ReadString('\n')
		got <- read{strings.TrimSpace(line), err}
	}()
	select {
	case r := <-got:
		if r.line == "" {
			return "", &ui.AnswerNeeded{What: what, Flags: []string{"a line on stdin"}}
		}
		return client.Secret(r.line), nil
	case <-time.After(adoptWait):
		return "", &ui.AnswerNeeded{What: what, Flags: []string{"a line on stdin"}}
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
