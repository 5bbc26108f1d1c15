package sandbox

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
)

const enchantedLinks = 3 // in one message

// sendEnchantedLink is the sender of enchanted links. The reply says which of
// the three links is right, the message does not.
func (c *call) sendEnchantedLink(ch channel, p person, loginID string, sent delivered) (any, error) {
	made, err := c.prepareLink(&p, link{Sent: sent, Channel: ch, Enchanted: true}, enchantedLinks)
	if err != nil {
		return nil, err
	}
	numbers, err := newLinkIDs(enchantedLinks)
	if err != nil {
		return nil, err
	}
	m := Message{
		Kind: EnchantedMessage, Channel: string(ch), To: sent.To, LoginID: loginID,
		Link: made.urls[0], LinkID: numbers[0],
	}
	for i, number := range numbers {
		m.Links = append(m.Links, NumberedLink{number, made.urls[i]})
	}
	slices.SortFunc(m.Links, func(a, b NumberedLink) int { return cmp.Compare(a.ID, b.ID) })
	if err := c.post(m); err != nil {
		return nil, err
	}
	return struct {
		PendingRef  string `json:"pendingRef"`
		LinkID      string `json:"linkId"`
		MaskedEmail string `json:"maskedEmail"`
	}{made.ref, numbers[0], ch.mask(sent.To).MaskedEmail}, nil
}

// newLinkIDs returns different numbers of two digits.
func newLinkIDs(n int) ([]string, error) {
	var ids []string
	for len(ids) < n {
		number, err := rand.Int(rand.Reader, big.NewInt(100))
		if err != nil {
			return nil, fmt.Errorf("make link number: %w", err)
		}
		if id := fmt.Sprintf("%02d", number); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// verifyEnchantedLink answers POST /v1/auth/enchantedlink/verify, the call of
// the page that a link leads to.
func verifyEnchantedLink(c *call) (any, error) {
	token, err := c.readToken()
	if err != nil {
		return nil, err
	}
	got, err := c.findLink(token)
	if err != nil {
		return nil, err
	}
	if !got.Enchanted {
		return nil, badLink()
	}
	return struct{}{}, c.press(got)
}

// press carries out what pressing one of the three links does: all of them are
// spent. Sandbox behaviour: a wrong one ends the sign-in that waits.
func (c *call) press(got found) error {
	if !got.right {
		if err := c.dropLink(&got.person, got.ref); err != nil {
			return err
		}
		return refuse(codeWrongCode, "The link is wrong", "It was not the one of the three; the sign-in has ended")
	}
	got.Tokens, got.Pressed = nil, true
	got.person.Links[got.ref] = got.link
	return c.save(got.person)
}

// pendingSession answers POST /v1/auth/enchantedlink/pending-session, once
// with tokens after the right link was pressed. Sandbox behaviour: E062504 for
// a sign-in that waited too long, E061004 for one that is unknown, was ended
// by a wrong link or was fetched before.
func pendingSession(c *call) (any, error) {
	var in struct {
		PendingRef string `json:"pendingRef"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.PendingRef == "" {
		return nil, missing("pendingRef")
	}
	p, err := c.linked(in.PendingRef)
	if err != nil {
		return nil, err
	}
	l, ok := p.Links[in.PendingRef]
	switch {
	case !ok:
		return nil, refuse(codeUnauthorized, "The request is not authorized", "The sign-in is unknown, or has ended")
	case !c.now.Before(l.Sent.Until):
		return nil, refuse(codeLinkExpired, "The link has expired", "Ask for a new one")
	case !l.Pressed:
		return nil, refuse(codePending, "The enchanted link was not pressed yet", "")
	}
	if err := c.dropLink(&p, in.PendingRef); err != nil {
		return nil, err
	}
	return c.enter(l.Channel, &p, l.Sent)
}
