package classify

import "strings"

// scriptLanguage returns the language that most use the script of c for.
func scriptLanguage(c rune) string {
	for _, s := range scripts {
		if c < s.from {
			return ""
		}
		if c <= s.to {
			return s.language
		}
	}
	return ""
}

var scripts = []struct {
	from, to rune
	language string
}{
	{0x370, 0x3FF, "el"},
	{0x400, 0x52F, "ru"},
	{0x531, 0x58F, "hy"},
	{0x590, 0x5FF, "he"},
	{0x600, 0x77F, "ar"},
	{0x900, 0x97F, "hi"},
	{0x980, 0x9FF, "bn"},
	{0xA00, 0xA7F, "pa"},
	{0xA80, 0xAFF, "gu"},
	{0xB80, 0xBFF, "ta"},
	{0xC00, 0xC7F, "te"},
	{0xC80, 0xCFF, "kn"},
	{0xD00, 0xD7F, "ml"},
	{0xE00, 0xE7F, "th"},
	{0xE80, 0xEFF, "lo"},
	{0x1000, 0x109F, "my"},
	{0x10A0, 0x10FF, "ka"},
	{0x1780, 0x17FF, "km"},
	{0x1F00, 0x1FFF, "el"},
	{0x3040, 0x30FF, "ja"},
	{0x3400, 0x9FFF, "zh"},
	{0xAC00, 0xD7AF, "ko"},
}

// sameScript holds the languages that share a script with the one that stands
// for it, so that a hint may name them.
var sameScript = map[string]string{
	"ru": "ru uk bg sr mk be kk ky mn tg", "ar": "ar fa ur ps ku ckb sd ug", "hi": "hi mr ne sa kok mai bho", "zh": "zh ja yue",
	"he": "he yi", "bn": "bn as", "ja": "ja", "ko": "ko", "th": "th", "el": "el",
}

// sameScriptAsLatin reports whether the language hint may be written in Latin
// letters.
func sameScriptAsLatin(hint string) bool {
	for _, s := range scripts {
		if s.language == hint {
			return false
		}
	}
	return true
}

// baseLanguage returns the base of a BCP 47 tag in lower case, "" for what is
// no language: undetermined, none, several, private.
func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	base, _, _ = strings.Cut(base, "_")
	if len(base) != 2 && len(base) != 3 || strings.Trim(base, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	switch base {
	case "und", "zxx", "mul", "mis":
		return ""
	case "nb", "nn":
		return "no"
	case "iw":
		return "he"
	case "in":
		return "id"
	}
	if len(base) == 3 && base[0] == 'q' {
		return "" // private use, as "qme" on X
	}
	return base
}
