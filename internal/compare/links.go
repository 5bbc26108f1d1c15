package compare

import "net/url"

var linkSteps = []step{
	{"4", "enchanted link", func(w *walk) {
		r := w.do(call{path: "/v1/mgmt/tests/generate/enchantedlink", manage: true, body: fill{"loginId": w.test.login}})
		w.note("answer", answer(r))
		if !r.ok() {
			return
		}
		_, full := fields(r.object(), "loginId", "link", "linkId", "pendingRef", "maskedEmail")
		w.note("fields", full...)
		poll := call{path: "/v1/auth/enchantedlink/pending-session", body: fill{"pendingRef": r.object()["pendingRef"]}}
		w.note("asked before it was pressed", answer(w.do(poll)))
		link, err := url.Parse(text(r.object()["link"]))
		if err != nil || link.Query().Get("t") == "" {
			w.note("pressed", "no token in the parameter t")
			return
		}
		r = w.do(call{path: "/v1/auth/enchantedlink/verify", body: fill{"token": link.Query().Get("t")}})
		w.note("pressed", answer(r))
		r = w.do(poll)
		w.note("asked after that", answer(r))
		w.note("amr", factors(claimsOf(tokensOf(r).session))...)
	}},
}
