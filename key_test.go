package directdial_test

import (
	"testing"

	"github.com/directdial/directdial"
)

func TestKeysTellApartWhatDiffers(t *testing.T) {
	one, err := directdial.NewKeyer(make([]byte, directdial.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	secret := make([]byte, directdial.KeySize)
	secret[0] = 1
	two, err := directdial.NewKeyer(secret)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[directdial.Key]string{}
	for name, key := range map[string]directdial.Key{
		"a mention": one.Mention("a", "bc"), "the border moved": one.Mention("ab", "c"), "an author": one.Author("a", "bc"),
		"a text": one.Text("abc"), "another secret": two.Mention("a", "bc"), "an empty text": one.Text(""),
	} {
		if other, taken := seen[key]; taken || !key.Valid() {
			t.Errorf("%s has the key %q of %s", name, key, other)
		}
		seen[key] = name
	}
	if first, again := one.Mention("a", "bc"), one.Mention("a", "bc"); first != again {
		t.Error("the same has two keys")
	}
	if key := one.Author("a", ""); key != "" {
		t.Errorf("an author who is not known has the key %q", key)
	}
}

func TestSecretOfAnotherSizeIsRefused(t *testing.T) {
	for _, n := range []int{0, directdial.KeySize - 1, directdial.KeySize + 1} {
		if _, err := directdial.NewKeyer(make([]byte, n)); directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestOnlyTheFormOfAKeyIsValid(t *testing.T) {
	for key, want := range map[directdial.Key]bool{
		"0123456789abcdef0123456789abcdef": true, "": false, "0123456789abcdef": false,
		"0123456789ABCDEF0123456789ABCDEF": false, "0123456789abcdef0123456789abcdeg": false, "0123456789abcdef0123456789abcdef0": false,
	} {
		if got := key.Valid(); got != want {
			t.Errorf("%q: %v", key, got)
		}
	}
}

func TestIdsOfDialsAndOffersAreDerived(t *testing.T) {
	dial := directdial.DialID("0123456789abcdef0123456789abcdef")
	offer := directdial.OfferID(dial, 12)
	if dial != "d0123456789abcdef" || offer != "d0123456789abcdef-12" || directdial.DialOf(offer) != dial || directdial.DialOf(dial) != dial {
		t.Errorf("dial %s, offer %s, whose dial is %s", dial, offer, directdial.DialOf(offer))
	}
}
