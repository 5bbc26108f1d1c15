//go:build !unix

package ui

import tea "charm.land/bubbletea/v2"

func watchWaking(*tea.Program) (stop func()) { return func() {} }
