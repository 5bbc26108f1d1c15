// Postern is the terminal's door to a Descope project.
package main

import (
	"os"

	"postern/internal/cli"
)

func main() { os.Exit(cli.Main()) }
