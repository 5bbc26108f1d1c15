package sandbox

// deleteUser answers POST /v1/mgmt/user/delete, which the SDKs call with a
// login id or a user id (descope/node-sdk, lib/management/user.ts). Sandbox
// behaviour: an unfinished sign-up goes too.
func deleteUser(c *call) (any, error) {
	var in struct {
		LoginID string `json:"loginId"`
		UserID  string `json:"userId"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	read, key := c.personByLogin, in.LoginID
	if key == "" {
		read, key = c.personByID, in.UserID
	}
	if key == "" {
		return nil, missing("loginId")
	}
	p, found, err := read(key)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, refuse(codeNotFound, "The user was not found", "")
	}
	return struct{}{}, c.forget(p.ID)
}
