package compare

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"net/url"
	"strings"

	"github.com/pquerna/otp/hotp"
)

// trio notes the reply that shows a key.
func (w *walk) trio(o map[string]any, login string) {
	empty, full := fields(o, "provisioningURL", "image", "key")
	w.note("empty fields", empty...)
	w.note("fields", full...)
	key := text(o["key"])
	_, err := hotp.GenerateCode(key, 1)
	w.note("key", number(len(key))+" characters", "Base32: "+yes(err == nil && key == strings.ToUpper(key)))
	w.note("image", picture(text(o["image"])))
	u, err := url.Parse(text(o["provisioningURL"]))
	if err != nil {
		w.note("link", "not a URL")
		return
	}
	w.note("link", listed(u.Scheme, "otpauth", "https", "http")+"://"+listed(u.Host, "totp"))
	q := u.Query()
	issuer, label, both := strings.Cut(strings.TrimPrefix(u.Path, "/"), ":")
	if !both {
		issuer, label = "", issuer
	}
	w.note("label",
		"issuer before it: "+yes(both), "the same as the parameter: "+yes(issuer == q.Get("issuer")),
		"login ID: "+yes(strings.TrimSpace(label) == login))
	params := map[string]any{}
	for name := range q {
		params[name] = q.Get(name)
	}
	empty, full = fields(params, "secret", "issuer", "algorithm", "digits", "period", "image", "counter")
	w.note("empty parameters", empty...)
	w.note("parameters", full...)
	w.note("secret is the key", yes(q.Get("secret") == key))
	w.note("algorithm", listed(q.Get("algorithm"), "SHA1", "SHA256", "SHA512"))
	w.note("digits", listed(q.Get("digits"), "6", "7", "8"))
	w.note("period", listed(q.Get("period"), "30", "60"))
}

// picture is the form of a picture in Base64.
func picture(s string) Word {
	prefix := Word("")
	if _, rest, has := strings.Cut(s, ";base64,"); has {
		s, prefix = rest, "data URL, "
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	switch {
	case s == "":
		return "none"
	case err != nil:
		return prefix + "not Base64"
	}
	size, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return prefix + "not PNG"
	}
	return prefix + "PNG " + number(size.Width) + "x" + number(size.Height)
}
