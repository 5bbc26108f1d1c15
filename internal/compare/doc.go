// Package compare walks through the questions that Descope's publications
// leave open, at two places, and tells where their answers differ.
//
// One place is a real project, the other the sandbox. The calls are made as
// bare HTTP: what is compared are statuses, error codes, the names and kinds
// of the fields of replies and tokens, and what may be done in which order,
// not a client's view of them.
//
// The report can be shown to anybody. What it says of a reply is made of the
// type [Word] only: numbers, and words that stand in this package. A field
// with a name that is not public is counted, never named.
//
// A walk makes users with random login IDs below example.com, and deletes
// them however it ends.
package compare
