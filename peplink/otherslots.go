package peplink

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// OtherSlots returns the SIMs that stand beside those in numbered slots, such as fusionSim
// and eSim1, by their key.
func (m *Modem) OtherSlots() []Entry[SIM] {
	var slots []Entry[SIM]
	for _, key := range slices.SortedFunc(maps.Keys(m.Others), cmp.Compare) {
		if sim := m.Others[key].sim; sim != nil {
			slots = append(slots, Entry[SIM]{ID: key, Value: *sim})
		}
	}
	return slots
}

// OtherMember is a member of a modem of which only its key tells what it is.
type OtherMember struct{ sim *SIM } // nil for none

// otherSlotKey is the form of the keys of SIMs.
var otherSlotKey = regexp.MustCompile(`^[A-Za-z]*Sim[0-9]*$`)

// IsOtherSlot reports whether a key is that of a SIM that is in no numbered slot.
func IsOtherSlot(key string) bool { return otherSlotKey.MatchString(key) }

// readFrom implements [loose].
func (o *OtherMember) readFrom(r *reader, dec *jsontext.Decoder) error {
	*o = OtherMember{}
	if dec.PeekKind() != jsontext.KindBeginObject || r.isEmpty(dec) || !IsOtherSlot(dec.StackPointer().LastToken()) {
		return dec.SkipValue()
	}
	if r.slots++; r.slots > maxSIMs {
		r.unreadable++
		return dec.SkipValue()
	}
	o.sim = &SIM{}
	return r.read(dec, o.sim)
}
