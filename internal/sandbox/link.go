package sandbox

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	linkLife    = 10 * time.Minute // sandbox behaviour: as long as the official JS SDK polls
	tokenLength = 32               // random characters of a link's token
)

// link is a link that was sent and not used yet. Several are valid side by
// side. Its tokens and its reference begin with the user's id.
type link struct {
	Sent      delivered
	Channel   channel
	Tokens    []string // the first is right; an enchanted link has two wrong ones beside it
	Enchanted bool
	Pressed   bool // an enchanted link was verified, and the sign-in may be fetched
}

// links adds the calls of magic links and enchanted links.
func (t routeTable) links() {
	t.sends("magiclink", (*call).sendMagicLink, linkChannels...)
	t.post("/v1/auth/magiclink/verify", visitor, verifyMagicLink)
	t.sends("enchantedlink", (*call).sendEnchantedLink, byEmail)
	t.post("/v1/auth/enchantedlink/verify", visitor, verifyEnchantedLink)
	t.post("/v1/auth/enchantedlink/pending-session", visitor, pendingSession)
	t.add(http.MethodGet, landingPath, route{caller: anyone, handle: showLanding})
	t.post("/v1/mgmt/tests/generate/magiclink", manager, generateMagicLink)
	t.post("/v1/mgmt/tests/generate/enchantedlink", manager, generateEnchantedLink)
}

// sendMagicLink is the sender of magic links.
func (c *call) sendMagicLink(ch channel, p person, loginID string, sent delivered) (any, error) {
	made, err := c.prepareLink(&p, link{Sent: sent, Channel: ch}, 1)
	if err != nil {
		return nil, err
	}
	m := Message{Kind: LinkMessage, Channel: string(ch), To: sent.To, LoginID: loginID, Link: made.urls[0]}
	if err := c.post(m); err != nil {
		return nil, err
	}
	return ch.mask(sent.To), nil
}

// verifyMagicLink answers POST /v1/auth/magiclink/verify.
func verifyMagicLink(c *call) (any, error) {
	token, err := c.readToken()
	if err != nil {
		return nil, err
	}
	got, err := c.findLink(token)
	if err != nil {
		return nil, err
	}
	if got.Enchanted {
		return nil, badLink()
	}
	if err := c.dropLink(&got.person, got.ref); err != nil {
		return nil, err
	}
	return c.enter(got.Channel, &got.person, got.Sent)
}

// prepared is a link that was stored.
type prepared struct {
	ref  string
	urls []string // in the order of its tokens
}

// prepareLink fills in a link's end and tokens, and stores it with its user.
func (c *call) prepareLink(p *person, l link, tokens int) (prepared, error) {
	landing, err := c.landing()
	if err != nil {
		return prepared{}, err
	}
	l.Sent.Until = c.now.Add(linkLife)
	made := prepared{ref: p.newToken()}
	for range tokens {
		token := p.newToken()
		l.Tokens = append(l.Tokens, token)
		made.urls = append(made.urls, withToken(landing, token))
	}
	if p.Links == nil {
		p.Links = map[string]link{}
	}
	// One that has just expired is told from one that never was.
	maps.DeleteFunc(p.Links, func(_ string, old link) bool { return c.now.After(old.Sent.Until.Add(linkLife)) })
	p.Links[made.ref] = l
	return made, c.save(*p)
}

func (p *person) newToken() string {
	return newID(p.ID+"-", len(p.ID)+1+tokenLength)
}

// linksTo are the links that went to an address of this profile.
func (p *person) linksTo(to profile) map[string]link {
	kept := maps.Clone(p.Links)
	maps.DeleteFunc(kept, func(_ string, l link) bool { return l.Sent.To != l.Channel.of(to) })
	return kept
}

// landing is the address that the links of a call lead to. The official SDKs
// differ in its key. Sandbox behaviour: every domain is approved, and the
// default is a page of the sandbox's own.
func (c *call) landing() (url.URL, error) {
	var in struct {
		URI         string `json:"URI"`
		RedirectURL string `json:"redirectUrl"`
	}
	if err := c.decode(&in); err != nil {
		return url.URL{}, err
	}
	text := c.origin() + landingPath
	for _, given := range []string{in.RedirectURL, in.URI} {
		if given != "" {
			text = given
		}
	}
	// A browser's address bar holds ASCII only, and the inbox is shown on terminals.
	printable := !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f })
	u, err := url.Parse(text)
	if err != nil || !printable || u.Scheme == "" || u.Host == "" {
		return url.URL{}, refuse(codeArgument, "An argument is invalid", "The redirectUrl field must hold an absolute URL")
	}
	return *u, nil
}

// withToken is a landing address with a token behind what its query holds.
func withToken(landing url.URL, token string) string {
	if landing.RawQuery != "" {
		landing.RawQuery += "&"
	}
	landing.RawQuery += "t=" + token
	return landing.String()
}

// readToken reads the body of both verify calls. What the service does with
// "pkceVerifier" is not public; it is accepted and ignored (sandbox behaviour).
func (c *call) readToken() (string, error) {
	var in struct {
		Token string `json:"token"`
	}
	if err := c.decode(&in); err != nil {
		return "", err
	}
	if in.Token == "" {
		return "", missing("token")
	}
	return in.Token, nil
}

// found is a link that somebody came back with.
type found struct {
	link
	person person
	ref    string
	right  bool // the token is the right one of three, or the only one
}

// findLink finds the link of a token. It must not have expired, and the user
// must be allowed in.
func (c *call) findLink(token string) (found, error) {
	p, err := c.linked(token)
	if err != nil {
		return found{}, err
	}
	for ref, l := range p.Links {
		i := slices.Index(l.Tokens, token)
		if i < 0 {
			continue
		}
		if !c.now.Before(l.Sent.Until) {
			return found{}, refuse(codeLinkExpired, "The link has expired", "Ask for a new one")
		}
		return found{link: l, person: p, ref: ref, right: i == 0}, nil
	}
	return found{}, badLink()
}

// badLink refuses a token that is unknown, used, or of the other kind of link.
// Sandbox behaviour: no more than that is told, by the code for wrong one-time
// codes, which a link's token is.
func badLink() *refusal {
	return refuse(codeWrongCode, "The link is wrong", "It is unknown, or was used before")
}

// linked reads the user that a token or reference of a link was made for; the
// zero person if there is none.
func (c *call) linked(id string) (person, error) {
	userID, _, _ := strings.Cut(id, "-")
	p, ok, err := c.personByID(userID)
	if err != nil || !ok {
		return person{}, err
	}
	if p.Status != statusEnabled {
		return person{}, disabled()
	}
	return p, nil
}

// dropLink makes a link good for nothing.
func (c *call) dropLink(p *person, ref string) error {
	delete(p.Links, ref)
	return c.save(*p)
}
