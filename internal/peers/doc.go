// Package peers measures programs that do what this one does, side by side in
// tmux, for docs/comparison.md: go test ./internal/peers -measure -v
package peers
