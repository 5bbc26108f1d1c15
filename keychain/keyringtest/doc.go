// Package keyringtest starts a real session bus and a real gnome-keyring that
// nobody else uses, for tests on Linux. Everything it starts ends with the
// test.
package keyringtest
