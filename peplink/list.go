package peplink

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// An Object is a JSON object that may be missing.
type Object[T any] struct{ field[*T] }

// OrZero returns the object, one in which every field is absent where there is none.
func (o Object[T]) OrZero() *T {
	if o.value == nil {
		return new(T)
	}
	return o.value
}

// readFrom implements [loose].
func (o *Object[T]) readFrom(r *reader, dec *jsontext.Decoder) error {
	var err error
	o.value = nil
	if o.presence, err = r.enter(dec, jsontext.KindBeginObject); o.presence != present {
		return err
	}
	o.value = new(T)
	if _, isModem := any(o.value).(*Modem); isModem {
		r.bands, r.slots = 0, 0
	}
	return r.read(dec, o.value)
}

// A List is a JSON array. An element that is no T is left out and counted as unreadable.
type List[T any] struct {
	field[[]T]
	places []int // of the elements in the array; nil where none was left out
}

// Items returns the elements, none where the list is missing.
func (l *List[T]) Items() []T { return l.value }

// All yields the elements with their places in the array, from 0, for things that have no
// name but their place. What was left out has a place too.
func (l *List[T]) All() iter.Seq2[int, *T] {
	return func(yield func(int, *T) bool) {
		for i := range l.value {
			place := i
			if l.places != nil {
				place = l.places[i]
			}
			if !yield(place, &l.value[i]) {
				return
			}
		}
	}
}

// readFrom implements [loose].
func (l *List[T]) readFrom(r *reader, dec *jsontext.Decoder) error {
	*l = List[T]{}
	var err error
	if dec.PeekKind() != jsontext.KindBeginArray {
		l.presence, err = r.enter(dec, jsontext.KindBeginArray)
		return err
	}
	l.presence = present
	most := r.most((*T)(nil))
	err = r.elements(dec, func(place int) error {
		if len(l.value) >= most {
			r.unreadable++
			return dec.SkipValue()
		}
		return l.readElement(r, dec, place)
	})
	if _, isBands := any(l).(*List[Band]); isBands {
		r.bands += len(l.value)
	}
	return err
}

func (l *List[T]) readElement(r *reader, dec *jsontext.Decoder, place int) error {
	last := len(l.value)
	l.value = append(l.value, *new(T))
	isKept := dec.PeekKind() == jsontext.KindBeginObject
	var err error
	if text, isText := any(&l.value[last]).(*Text); isText {
		err = text.readFrom(r, dec)
		isKept = text.presence != absent
	} else if isKept { // though it may hold nothing: it has its place
		err = r.read(dec, &l.value[last])
	} else {
		_, err = r.enter(dec, jsontext.KindBeginObject)
	}
	switch {
	case isKept && l.places != nil:
		l.places = append(l.places, place)
	case !isKept:
		l.value = l.value[:last]
		if l.places == nil {
			l.places = make([]int, last)
			for i := range l.places {
				l.places[i] = i
			}
		}
	}
	return err
}

// elements calls read for each element of the next value, an array, with its place.
func (r *reader) elements(dec *jsontext.Decoder, read func(place int) error) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for place := 0; dec.PeekKind() != jsontext.KindEndArray; place++ {
		if err := read(place); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// members calls read for each member of the next value, an object, with its key.
func (r *reader) members(dec *jsontext.Decoder, read func(key string) error) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != jsontext.KindEndObject {
		quoted, err := dec.ReadValue()
		if err != nil {
			return err
		}
		r.unquoted, _ = jsontext.AppendUnquote(r.unquoted[:0], quoted)
		if err := read(string(cut(r.unquoted))); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// Keyed is the API's way to list things: a JSON object with one object for each id and,
// on the same level, "order" and facts about the list as a whole (field notes,
// status.wan.connection). The entries are those the map holds, whatever "order" says of
// them: order may be missing, or name ids that have no object.
//
// An id that occurs twice, an empty one, and an id whose value is no object are left out
// and counted as unreadable.
type Keyed[T, B any] struct {
	entries []Entry[T]
	beside  B
}

// Entry is one object of a [Keyed] list.
type Entry[T any] struct {
	ID    string
	Value T
}

// OnlyOrder is for lists that have nothing but "order" beside the ids.
type OnlyOrder struct{}

// Entries returns the objects: those that "order" names first, the others by id.
func (k *Keyed[T, B]) Entries() []Entry[T] { return k.entries }

// Beside returns what stands beside the ids.
func (k *Keyed[T, B]) Beside() *B { return &k.beside }

// facts are what stands beside the ids of a list.
type facts interface {
	// fact tells where a fact is to be read into, nil for one that is not read. A key that
	// is no fact is an id.
	fact(key string) (into any, isFact bool)
}

// readFrom implements [loose].
func (k *Keyed[T, B]) readFrom(r *reader, dec *jsontext.Decoder) error {
	_, err := k.read(r, dec)
	return err
}

// read reads the list, and tells how many of the unreadable values were facts, and how
// many were no entries.
func (k *Keyed[T, B]) read(r *reader, dec *jsontext.Decoder) (counts struct{ facts, others int }, err error) {
	*k = Keyed[T, B]{}
	if presence, err := r.enter(dec, jsontext.KindBeginObject); presence != present {
		return counts, err
	}
	most := r.most((*T)(nil))
	order, seen := map[string]int{}, map[string]bool{}
	beside, hasFacts := any(&k.beside).(facts)
	err = r.members(dec, func(key string) error {
		before := r.unreadable
		if key == "order" {
			err := r.order(dec, order, most)
			r.unreadable = before // it only sorts
			return err
		}
		if hasFacts {
			if into, isFact := beside.fact(key); isFact {
				if into == nil {
					return dec.SkipValue()
				}
				err := r.read(dec, into)
				counts.facts += r.unreadable - before
				return err
			}
		}
		if dec.PeekKind() != jsontext.KindBeginObject {
			_, err := r.enter(dec, jsontext.KindBeginObject)
			counts.others += r.unreadable - before
			return err
		}
		if key == "" || seen[key] || len(seen) >= most {
			counts.others++
			r.unreadable++
			return dec.SkipValue()
		}
		seen[key] = true
		k.entries = append(k.entries, Entry[T]{ID: key})
		return r.read(dec, &k.entries[len(k.entries)-1].Value)
	})
	k.sort(order)
	return counts, err
}

// order reads the places of ids, from 1.
func (r *reader) order(dec *jsontext.Decoder, places map[string]int, most int) error {
	clear(places)
	if dec.PeekKind() != jsontext.KindBeginArray {
		return dec.SkipValue()
	}
	return r.elements(dec, func(place int) error {
		if place >= most {
			return dec.SkipValue()
		}
		var id Text
		err := id.readFrom(r, dec)
		places[id.String()] = place + 1
		return err
	})
}

func (k *Keyed[T, B]) sort(place map[string]int) {
	slices.SortStableFunc(k.entries, func(a, b Entry[T]) int {
		pa, pb := place[a.ID], place[b.ID]
		if pa != 0 && pb != 0 {
			return cmp.Compare(pa, pb)
		}
		if pa != pb { // the one that order names comes first
			return cmp.Compare(pb, pa)
		}
		return compareIDs(a.ID, b.ID)
	})
}

// compareIDs puts 2 before 10, and numbers before ids such as vwan5.
func compareIDs(a, b string) int {
	na, errA := strconv.Atoi(a)
	nb, errB := strconv.Atoi(b)
	switch {
	case errA == nil && errB == nil:
		return cmp.Compare(na, nb)
	case errA == nil:
		return -1
	case errB == nil:
		return 1
	}
	return cmp.Compare(a, b)
}
