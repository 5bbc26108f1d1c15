package ui

import "fmt"

// The words of keys: below a screen, and on the page of help.

// keyWords say in a word or two what a key does.
var keyWords = map[string]string{
	"enter":  "send",
	"esc":    "back",
	"ctrl-d": "stop",
	"ctrl-c": "quit",
	"ctrl-z": "come back later",
	"0-9":    "code",
	"?":      "help",
	"↑↓":     "move",
	"f":      "other form",
	"i":      "invert",
	"k":      "key",
	"u":      "link",
	"c":      "copy key",
	"s":      "save picture",
	"r":      "send again",
	"m":      "other method",
	"l":      "lost phone",
	"d":      "details",
	"p":      "sandbox phone",
}

// What some keys do on one screen only.
const (
	goOnKey         = "go on"
	nextPictureKey  = "next picture"
	sandboxInboxKey = "sandbox inbox"
	sandboxPressKey = "sandbox: press it"
	sandboxLinkKey  = "sandbox link"
)

const helpIndent = 8 // where the words of a page of help begin

// keyHelp is what the page of help says of the keys that do something now.
func keyHelp(on keyMap) []string {
	var lines []string
	for _, b := range on.long() {
		lines = append(lines, fmt.Sprintf("%-*s%s", helpIndent, b.Help().Key, helpWords[b.Help().Key]))
	}
	return lines
}

var helpWords = map[string]string{
	"p":      "the code of the sandbox phone",
	"0-9":    "type the code; it is sent at its last digit",
	"enter":  "send a code again that was held back",
	"k":      "the key alone, to be typed; and back",
	"u":      "the link, for an app on this computer",
	"c":      "copy the key to the clipboard",
	"s":      "save the picture for a while",
	"f":      "draw the picture smaller or larger",
	"i":      "change light and dark of the picture",
	"m":      "another way to sign up",
	"d":      "all that the service said of the error",
	"esc":    "back to the question before",
	"ctrl-d": "stop",
	"ctrl-z": "come back later, with fg",
	"ctrl-c": "quit",
}
