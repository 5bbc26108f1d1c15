//go:build !unix

package cli

import (
	"os"
	"os/exec"
)

const canPassFDs = false

// passedSignals are caught and not passed on: the console sends Ctrl-C to
// every program on it.
var passedSignals = []os.Signal{os.Interrupt}

func passSignal(*os.Process, os.Signal) {}

func codeOf(s *os.ProcessState) int { return s.ExitCode() }

func passFD(*exec.Cmd, int, *os.File) {}
