package flows

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestDigitsOfEveryScriptCount(t *testing.T) {
	for _, zero := range []rune{'0', '٠', '۰', '०', '০', '０', '𝟎', '𝟘', '𝟢', '𝟬', '𝟶', '\U0001E950'} {
		for v := range rune(10) {
			if got := digitValue(zero + v); got != byte(v) {
				t.Errorf("%q: got %d, want %d", zero+v, got, v)
			}
		}
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if plain := norm.NFKC.String(string(r)); unicode.IsDigit(r) && len(plain) == 1 && digits(string(r)) != plain {
			t.Errorf("%q: got %s, want %s", r, digits(string(r)), plain)
		}
	}
}

func TestWhatOnlyLooksLikeADigitIsNone(t *testing.T) {
	if got := digits("²①Ⅷ一½٪൰⒈🄁"); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

func TestPasteOfFiveMegabytesIsQuick(t *testing.T) {
	for _, paste := range []string{strings.Repeat("1", 5<<20), strings.Repeat("x", 5<<20), strings.Repeat("\xff", 5<<20)} {
		start := time.Now()
		code := digits(paste)
		checkLoginID(paste)
		if took := time.Since(start); took > time.Second || len(code) > maxDigits {
			t.Errorf("%q…: %d digits after %s, want at most %d in a second", paste[:1], len(code), took, maxDigits)
		}
	}
}

func FuzzDigits(f *testing.F) {
	for _, seed := range []string{
		"", "123456", "123 456", "123-456\n", "１２３４５６", "١٢٣٤٥٦", "\x1b[201~123456", "12\x0034\xff56", "𝟙𝟚𝟛𝟜𝟝𝟞", strings.Repeat("7", 100),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got := digits(typed)
		if strings.Trim(got, "0123456789") != "" || len(got) > maxDigits {
			t.Fatalf("%q: got %q, want at most %d digits", typed, got, maxDigits)
		}
		if digits(got) != got {
			t.Fatalf("%q: got %q, and from that %q", typed, got, digits(got))
		}
		if spaced := digits(" -" + strings.ToValidUTF8(typed, "") + "\x00\n"); spaced != got {
			t.Fatalf("%q: got %q between spaces, want %q", typed, spaced, got)
		}
		count := 0
		for _, r := range typed {
			if unicode.IsDigit(r) {
				count++
			}
		}
		if want := min(count, maxDigits); utf8.RuneCountInString(got) != want {
			t.Fatalf("%q: got %d digits, want %d", typed, len(got), want)
		}
	})
}
