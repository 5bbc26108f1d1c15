package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// variant is one way in which the real service might differ from what the
// sandbox chose where its behaviour is not public.
type variant string

const (
	codeReplay      variant = "code-replay"
	pendingKept     variant = "pending-kept"
	oldKeyOff       variant = "old-key-off"
	sameFactorError variant = "same-factor-error"
	mfaNotRefreshed variant = "mfa-not-in-refresh"
	voiceInAMR      variant = "voice-amr"
	userOnRefresh   variant = "user-on-refresh"
	zerosLeftOut    variant = "zeros-left-out"
	validateNumbers variant = "validate-numbers"
)

// variants are what Variants lists, in its order.
var variants = []struct {
	variant
	help string
}{
	{codeReplay, "a TOTP code is accepted again while it lasts"},
	{pendingKept, "a second sign-up of an unfinished user is refused"},
	{oldKeyOff, "an authenticator stops working as soon as its replacement is asked for"},
	{sameFactorError, "a factor that the session has already is refused as its second one"},
	{mfaNotRefreshed, "the refresh token does not name the factors that were added"},
	{voiceInAMR, "a voice call is called voice in amr, not sms"},
	{userOnRefresh, "a refresh answers with the user"},
	{zerosLeftOut, "empty fields are left out of replies"},
	{validateNumbers, "validate writes times as numbers"},
}

// Variants returns the names that [Options.Variants] takes.
func Variants() []string {
	var names []string
	for _, v := range variants {
		names = append(names, string(v.variant))
	}
	return names
}

// VariantHelp returns one line on what a variant does, and "" for an unknown
// name.
func VariantHelp(name string) string {
	for _, v := range variants {
		if string(v.variant) == name {
			return v.help
		}
	}
	return ""
}

func checkVariants(names []string) error {
	for _, name := range names {
		if VariantHelp(name) == "" {
			return fmt.Errorf("unknown variant %q: want one of %s", name, strings.Join(Variants(), ", "))
		}
	}
	return nil
}

// varies says whether the sandbox plays a variant.
func (c *call) varies(v variant) bool { return slices.Contains(c.box.opts.Variants, string(v)) }

// forgetSteps makes used codes good again, as long as they last.
func (p *person) forgetSteps() {
	for _, key := range []*authenticator{p.TOTP, p.PendingTOTP} {
		if key != nil {
			key.LastStep = 0
		}
	}
}

// sameFactor refuses a factor that the session has already.
func (c *call) sameFactor(s session, factor string) error {
	if c.varies(sameFactorError) && slices.Contains(s.AMR, factor) {
		return refuse(codeArgument, "An argument is invalid", "The factor was passed already")
	}
	return nil
}

// factor is the channel's entry in "amr".
func (c *call) factor(ch channel) string {
	if c.varies(voiceInAMR) {
		return string(ch)
	}
	return ch.factor()
}

// written is the form in which an answer is sent.
func (c *call) written(answer any) (any, error) {
	if !c.varies(zerosLeftOut) {
		return answer, nil
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, err
	}
	return withoutZeros(value), nil
}

// withoutZeros leaves empty fields out of objects, at any depth.
func withoutZeros(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			if field = withoutZeros(field); isZero(field) {
				delete(v, name)
				continue
			}
			v[name] = field
		}
	case []any:
		for i := range v {
			v[i] = withoutZeros(v[i])
		}
	}
	return value
}

func isZero(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return value == nil || value == "" || value == false || value == 0.0
}
