package client

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanMakesTextHarmless(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":                    {"hello, world", "hello, world"},
		"other scripts":            {"Zoë Привет שלום 日本", "Zoë Привет שלום 日本"},
		"decomposed letter":        {"Zoe\u0308", "Zoe\u0308"},
		"colour":                   {"\x1b[31mred\x1b[0m", "[31mred[0m"},
		"clipboard":                {"\x1b]52;c;eA==\x07", "]52;c;eA=="},
		"C1 CSI":                   {"a\u009b2Jb", "a2Jb"},
		"raw C1 byte":              {"a\x9b2Jb", "a\ufffd2Jb"},
		"bidi override":            {"user\u202egpj.exe", "usergpj.exe"},
		"zero width":               {"pay\u200bpal\ufeff", "paypal"},
		"lines and tabs":           {"a\r\nb\tc\u2028d\u0085e", "a  b c d e"},
		"NUL, BEL, BS, DEL":        {"a\x00\x07\x08\x7fb", "ab"},
		"spaces at the ends":       {"  \n a \u00a0", "a"},
		"tower of marks":           {"a" + strings.Repeat("\u0301", 500), "a\u0301\u0301"},
		"mark without a letter":    {"\u0301a", "a"},
		"mark after leading space": {" \u0301a", "a"},
		"spacing mark first":       {"\u0903a", "a"},
		"private use":              {"a\ue000b", "ab"},
		"tag characters":           {"a\U000e0041b", "ab"},
		"invalid UTF-8":            {"a\xff\xfeb", "a\ufffd\ufffdb"},
		"long":                     {strings.Repeat("é", 10_000), strings.Repeat("é", maxText)},
	} {
		if got := string(Clean(c.in)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestTextIsCleanedWhenDecoded(t *testing.T) {
	var v struct {
		A, B, C Text
		D       []Text
	}
	v.C = "old"
	if err := json.Unmarshal([]byte(`{"A":"a\u001b[2J","B":"\ud800x\u0000","C":null,"D":["\u202ed"]}`), &v); err != nil {
		t.Fatal(err)
	}
	if v.A != "a[2J" || v.B != "\ufffdx" || v.C != "" || v.D[0] != "d" {
		t.Errorf("got %+q", v)
	}
	if json.Unmarshal([]byte(`{"A":1}`), &v) == nil {
		t.Error("a number was taken for a text")
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a", "\x1b[0m", " \u0301a", "\u202e", "a\u0301\u0301\u0301\u0301", "\xff", strings.Repeat("x ", 600)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := string(Clean(in))
		if !utf8.ValidString(out) || utf8.RuneCountInString(out) > maxText {
			t.Fatalf("got %q", out)
		}
		marks := maxCombining
		for _, r := range out {
			if !unicode.IsPrint(r) {
				t.Fatalf("%U in %q", r, out)
			}
			if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
				if marks++; marks > maxCombining {
					t.Fatalf("%d marks in %q", marks, out)
				}
			} else {
				marks = 0
			}
		}
		if again := string(Clean(out)); again != out {
			t.Fatalf("cleaned twice: %q, then %q", out, again)
		}
	})
}
