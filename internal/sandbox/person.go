package sandbox

import (
	"strings"
	"time"
)

const (
	statusEnabled = "enabled"
	maxLoginID    = 256 // characters; a longer one makes a QR code that no phone reads
	maxHistory    = 50  // sign-ins remembered for each user
)

// person is a user, or somebody whose sign-up is not finished: nobody is
// registered before the first good code.
type person struct {
	ID       string
	LoginIDs []string
	Finished bool
	Created  time.Time
	Status   string
	Test     bool

	Profile       profile
	VerifiedEmail bool
	VerifiedPhone bool
	Tenants       []tenancy

	TOTP        *authenticator // the one that counts
	PendingTOTP *authenticator // counts once a code made from it was verified
	WrongTries  int            // in a row, see attempt
	LockedUntil time.Time

	Password *hashed // nil before one was set
	Recovery *hashed // recovery codes that were not used yet

	Codes map[channel]delivered // codes sent and not used yet
	Links map[string]link       // links sent and not used yet, by reference

	History []visit
}

// profile is the "user" object of a sign-up.
type profile struct {
	Name          string `json:"name"`
	GivenName     string `json:"givenName"`
	MiddleName    string `json:"middleName"`
	FamilyName    string `json:"familyName"`
	Email         string `json:"email"`
	Phone         string `json:"phone"`
	RecoveryEmail string `json:"recoveryEmail"`
	RecoveryPhone string `json:"recoveryPhone"`
}

// tenancy is a user's place in one tenant.
type tenancy struct {
	ID, Name           string
	Roles, Permissions []string
}

// visit is one line of the sign-in history.
type visit struct {
	Time   time.Time
	IP     string
	Tenant string
}

// responseUser is a user as the service shows it. The service writes the keys
// with capitals as they stand here, and writes zero values.
type responseUser struct {
	LoginIDs              []string        `json:"loginIds"`
	UserID                string          `json:"userId"`
	Name                  string          `json:"name"`
	GivenName             string          `json:"givenName"`
	MiddleName            string          `json:"middleName"`
	FamilyName            string          `json:"familyName"`
	Email                 string          `json:"email"`
	VerifiedEmail         bool            `json:"verifiedEmail"`
	Phone                 string          `json:"phone"`
	VerifiedPhone         bool            `json:"verifiedPhone"`
	Status                string          `json:"status"`
	Picture               string          `json:"picture"`
	CreatedTime           int64           `json:"createdTime"` // epoch seconds
	RoleNames             []string        `json:"roleNames"`
	Permissions           []string        `json:"permissions"`
	UserTenants           []userTenant    `json:"userTenants"`
	CustomAttributes      map[string]any  `json:"customAttributes"`
	ExternalIDs           []string        `json:"externalIds"`
	SSOAppIDs             []string        `json:"ssoAppIds"`
	Test                  bool            `json:"test"`
	Editable              bool            `json:"editable"`
	TOTP                  bool            `json:"TOTP"`
	Password              bool            `json:"password"`
	WebAuthn              bool            `json:"webauthn"`
	Push                  bool            `json:"push"`
	SAML                  bool            `json:"SAML"`
	OIDC                  bool            `json:"OIDC"`
	SCIM                  bool            `json:"SCIM"`
	OAuth                 map[string]bool `json:"OAuth"`
	ConsentExpiration     int64           `json:"consentExpiration"`
	RecoveryEmail         string          `json:"recoveryEmail"`
	VerifiedRecoveryEmail bool            `json:"verifiedRecoveryEmail"`
	RecoveryPhone         string          `json:"recoveryPhone"`
	VerifiedRecoveryPhone bool            `json:"verifiedRecoveryPhone"`
}

type userTenant struct {
	TenantID    string   `json:"tenantId"`
	TenantName  string   `json:"tenantName"`
	RoleNames   []string `json:"roleNames"`
	Permissions []string `json:"permissions"`
}

func (p *person) response() responseUser {
	return responseUser{
		LoginIDs: list(p.LoginIDs), UserID: p.ID,
		Name: p.Profile.Name, GivenName: p.Profile.GivenName,
		MiddleName: p.Profile.MiddleName, FamilyName: p.Profile.FamilyName,
		Email: p.Profile.Email, VerifiedEmail: p.VerifiedEmail,
		Phone: p.Profile.Phone, VerifiedPhone: p.VerifiedPhone,
		RecoveryEmail: p.Profile.RecoveryEmail, RecoveryPhone: p.Profile.RecoveryPhone,
		Status: p.Status, CreatedTime: p.Created.Unix(), Test: p.Test, Editable: true,
		RoleNames: []string{}, Permissions: []string{}, UserTenants: shownTenants(p.Tenants),
		CustomAttributes: map[string]any{}, ExternalIDs: list(p.LoginIDs), SSOAppIDs: []string{},
		TOTP: p.TOTP != nil, Password: p.Password != nil, OAuth: map[string]bool{},
	}
}

func shownTenants(in []tenancy) []userTenant {
	out := []userTenant{}
	for _, t := range in {
		out = append(out, userTenant{t.ID, t.Name, list(t.Roles), list(t.Permissions)})
	}
	return out
}

// list is a slice that JSON writes as [] when it is empty.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// visited adds a sign-in to the history.
func (p *person) visited(c *call, s session) {
	p.History = append(p.History, visit{c.now, c.remoteIP(), s.Tenant})
	if extra := len(p.History) - maxHistory; extra > 0 {
		p.History = p.History[extra:]
	}
}

// checkLoginID refuses login ids that are empty or too long.
func checkLoginID(id string) error {
	if strings.TrimSpace(id) == "" {
		return missing("loginId")
	}
	if len([]rune(id)) > maxLoginID {
		return refuse(codeArgument, "An argument is invalid", "The loginId field is too long")
	}
	return nil
}

// personByID reads a user, finished or not.
func (c *call) personByID(id string) (person, bool, error) {
	var p person
	found, err := get(c.tx, userBucket, id, &p)
	return p, found, err
}

// personByLogin reads the user with a login id, finished or not.
func (c *call) personByLogin(loginID string) (person, bool, error) {
	return findPerson(c.tx, loginID)
}

// newcomer starts, or starts again, a sign-up. What an earlier, unfinished
// attempt left is dropped, so that a key or code given out then opens nothing
// later; only the count of wrong tries stays, and the links that went to an
// address which the new attempt names as well. Finished users are refused.
func (c *call) newcomer(loginID string, details profile) (person, error) {
	p, found, err := c.personByLogin(loginID)
	if err != nil {
		return person{}, err
	}
	if found && (p.Finished || c.varies(pendingKept)) {
		return person{}, refuse(codeExists, "The user already exists", "")
	}
	fresh := person{
		ID: p.ID, LoginIDs: []string{loginID}, Created: c.now, Status: statusEnabled, Profile: details,
		WrongTries: p.WrongTries, LockedUntil: p.LockedUntil, Links: p.linksTo(details),
	}
	if !found {
		fresh.ID = newID("U", idLength)
	}
	return fresh, nil
}

// save writes a user and the login ids that lead to it.
func (c *call) save(p person) error {
	for _, id := range p.LoginIDs {
		if err := c.tx.Bucket([]byte(loginBucket)).Put([]byte(id), []byte(p.ID)); err != nil {
			return err
		}
	}
	return put(c.tx, userBucket, p.ID, p)
}
