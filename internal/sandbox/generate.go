package sandbox

import "slices"

// asked is what a management call asks a code or link for.
type asked struct {
	person  person
	loginID string
	channel channel
	sent    delivered
}

// generateOTP answers POST /v1/mgmt/tests/generate/otp. The code is returned,
// not delivered, and goes straight to the verify call.
func generateOTP(c *call) (any, error) {
	a, err := c.askTest(channels)
	if err != nil {
		return nil, err
	}
	if err := c.prepareCode(a.channel, &a.person, &a.sent); err != nil {
		return nil, err
	}
	return struct {
		LoginID string `json:"loginId"`
		Code    string `json:"code"`
	}{a.loginID, a.sent.Code}, nil
}

// generateMagicLink answers POST /v1/mgmt/tests/generate/magiclink. The link
// is returned, not delivered.
func generateMagicLink(c *call) (any, error) {
	a, err := c.askTest(linkChannels)
	if err != nil {
		return nil, err
	}
	made, err := c.prepareLink(&a.person, link{Sent: a.sent, Channel: a.channel}, 1)
	if err != nil {
		return nil, err
	}
	return struct {
		LoginID string `json:"loginId"`
		Link    string `json:"link"`
	}{a.loginID, made.urls[0]}, nil
}

// generateEnchantedLink answers POST /v1/mgmt/tests/generate/enchantedlink
// with the right link, and with the reference to poll with.
func generateEnchantedLink(c *call) (any, error) {
	a, err := c.askTest(nil)
	if err != nil {
		return nil, err
	}
	made, err := c.prepareLink(&a.person, link{Sent: a.sent, Channel: a.channel, Enchanted: true}, 1)
	if err != nil {
		return nil, err
	}
	return struct {
		LoginID    string `json:"loginId"`
		Link       string `json:"link"`
		PendingRef string `json:"pendingRef"`
	}{a.loginID, made.urls[0], made.ref}, nil
}

// askTest reads a call that generates something for a test user, on one of
// some channels; with none of them to choose from it is email.
func (c *call) askTest(choice []channel) (asked, error) {
	in := struct {
		Method  channel      `json:"deliveryMethod"`
		Options loginOptions `json:"loginOptions"`
	}{}
	if err := c.decode(&in); err != nil {
		return asked{}, err
	}
	if choice == nil {
		in.Method = byEmail
	} else if !slices.Contains(choice, in.Method) {
		return asked{}, refuse(codeArgument, "An argument is invalid", "The deliveryMethod field names no channel")
	}
	p, loginID, err := c.namedUser()
	if err != nil {
		return asked{}, err
	}
	if !p.Test {
		return asked{}, refuse(codeNotFound, "The user was not found", "The user is not a test user")
	}
	on, err := c.mayEnter(&in.Options, p)
	if err != nil {
		return asked{}, err
	}
	sent := delivered{To: in.Method.of(p.Profile), Options: in.Options}
	if on != nil {
		sent.Session = on.ID
	}
	return asked{p, loginID, in.Method, sent}, nil
}
