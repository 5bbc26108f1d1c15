// Package client speaks Descope's HTTP interface and keeps one signed-in
// account.
//
// [Client] has one method a wire call. Nothing counts as signed in unless both
// tokens of the reply passed the one validator in token.go: a [Session] cannot
// be made in any other way. [Account] loads, refreshes, keeps and forgets the
// session of one project and profile over a [Vault].
//
// The package knows no terminal, no environment and no particular keyring.
// What it cannot do comes back as an [Error] with a [Kind]; callers branch on
// the kind and never on text. Words of the server are [Text], cleaned when
// they were decoded; tokens, keys and codes are [Secret].
package client
