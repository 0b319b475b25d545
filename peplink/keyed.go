package peplink

import (
	"bytes"
	"cmp"
	"encoding/json"
	"iter"
	"reflect"
	"slices"
	"strconv"
)

// An Object is a JSON object that may be missing. Its zero value is an object in which
// every field is absent.
type Object[T any] struct{ field[T] }

// UnmarshalJSON implements [json.Unmarshaler].
func (o *Object[T]) UnmarshalJSON(data []byte) error {
	o.field = field[T]{}
	if isEmpty(data) {
		return nil
	}
	if o.presence = present; data[0] != '{' || json.Unmarshal(data, &o.value) != nil {
		o.field = garbled[T]()
	}
	return nil
}

// OrZero returns the object, one in which every field is absent where there is none.
func (o Object[T]) OrZero() T { return o.value }

func (o Object[T]) unreadable() int {
	return o.field.unreadable() + unreadableIn(reflect.ValueOf(o.value))
}

// A List is a JSON array. An element that is no T is left out and counted as unreadable.
type List[T any] struct {
	field[[]T]
	places  []int // of the elements in the array
	dropped int
}

// UnmarshalJSON implements [json.Unmarshaler].
func (l *List[T]) UnmarshalJSON(data []byte) error {
	*l = List[T]{}
	if data[0] != '[' && isEmpty(data) {
		return nil
	}
	var elements []json.RawMessage
	if json.Unmarshal(data, &elements) != nil {
		l.field = garbled[[]T]()
		return nil
	}
	l.presence = present
	for place, element := range elements {
		var item T
		switch {
		case element[0] != '{' && isEmpty(element):
		case json.Unmarshal(element, &item) != nil:
			l.dropped++
		default:
			l.value = append(l.value, item)
			l.places = append(l.places, place)
		}
	}
	return nil
}

// All yields the elements with their places in the array, from 0, for things that have no
// name but their place. What was left out has a place too.
func (l List[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, item := range l.value {
			if !yield(l.places[i], item) {
				return
			}
		}
	}
}

// Items returns the elements, none where the list is missing.
func (l List[T]) Items() []T { return l.value }

func (l List[T]) unreadable() int {
	return l.field.unreadable() + l.dropped + unreadableIn(reflect.ValueOf(l.value))
}

// Beside describes what stands beside the ids in a [Keyed] object. It is decoded from the
// same JSON object, and Known tells which of the keys are no ids.
type Beside interface{ Known(key string) bool }

// OnlyOrder is the [Beside] of lists that have nothing but "order" beside the ids.
type OnlyOrder struct{}

// Known implements [Beside].
func (OnlyOrder) Known(string) bool { return false }

// Keyed is the API's way to list things: a JSON object with one object for each id and,
// on the same level, "order" and facts about the list as a whole (field notes,
// status.wan.connection). The entries are those the map holds, whatever "order" says of
// them: order may be missing, or name ids that have no object.
//
// An id that occurs twice, an empty one, and an id whose value is no object are left out
// and counted as unreadable.
type Keyed[T any, B Beside] struct {
	entries []Entry[T]
	beside  B
	dropped int
}

// Entry is one object of a [Keyed] list.
type Entry[T any] struct {
	ID    string
	Value T
}

// Entries returns the objects: those that "order" names first, the others by id.
func (k Keyed[T, B]) Entries() []Entry[T] { return k.entries }

// With returns the list with more entries at its end, which came in another answer.
func (k Keyed[T, B]) With(entries ...Entry[T]) Keyed[T, B] {
	k.entries = slices.Concat(k.entries, entries)
	return k
}

// Beside returns what stands beside the ids.
func (k Keyed[T, B]) Beside() B { return k.beside }

// UnmarshalJSON implements [json.Unmarshaler].
func (k *Keyed[T, B]) UnmarshalJSON(data []byte) error {
	*k = Keyed[T, B]{}
	if isEmpty(data) {
		return nil
	}
	if data[0] != '{' || json.Unmarshal(data, &k.beside) != nil {
		k.dropped = 1
		return nil
	}
	seen := map[string]bool{}
	var order List[Text]
	for key, value := range members(data) {
		switch {
		case key == "order":
			_ = order.UnmarshalJSON(value)
		case k.beside.Known(key) || value[0] != '{' && isEmpty(value):
		case key == "" || seen[key] || value[0] != '{':
			k.dropped++
		default:
			seen[key] = true
			entry := Entry[T]{ID: key}
			if json.Unmarshal(value, &entry.Value) != nil {
				k.dropped++
				continue
			}
			k.entries = append(k.entries, entry)
		}
	}
	k.sort(order.Items())
	return nil
}

func (k *Keyed[T, B]) sort(order []Text) {
	place := map[string]int{}
	for i, id := range order {
		place[id.String()] = i + 1
	}
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

func (k Keyed[T, B]) unreadable() int {
	count := k.dropped + unreadableIn(reflect.ValueOf(k.beside))
	for _, entry := range k.entries {
		count += unreadableIn(reflect.ValueOf(entry.Value))
	}
	return count
}

// members yields the keys and values of a valid JSON object in the order in which they
// are written, a repeated key each time: decoding into a map would hide the repetition.
func members(object []byte) func(yield func(string, json.RawMessage) bool) {
	return func(yield func(string, json.RawMessage) bool) {
		decoder := json.NewDecoder(bytes.NewReader(object))
		if _, err := decoder.Token(); err != nil {
			return
		}
		for decoder.More() {
			token, err := decoder.Token()
			if err != nil {
				return
			}
			key, isKey := token.(string)
			var value json.RawMessage
			if !isKey || decoder.Decode(&value) != nil || !yield(key, value) {
				return
			}
		}
	}
}

// isEmpty reports whether a JSON value says nothing: null, "", noReading, an empty object,
// or an empty array, which some firmware writes for an empty object.
func isEmpty(data []byte) bool {
	switch data[0] {
	case 'n':
		return true
	case '"', '-':
		text, _ := scalar(data)
		return text == ""
	case '{', '[':
		return len(data) > 1 && len(bytes.TrimSpace(data[1:len(data)-1])) == 0
	}
	return false
}

// unreadableIn counts the unreadable fields of a decoded value. It walks by reflection so
// that a field added to a struct is counted without a second list of fields to keep.
func unreadableIn(v reflect.Value) int {
	if !v.IsValid() || !v.CanInterface() {
		return 0
	}
	if counted, ok := reflect.TypeAssert[interface{ unreadable() int }](v); ok {
		return counted.unreadable()
	}
	count := 0
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			count += unreadableIn(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			count += unreadableIn(v.Index(i))
		}
	}
	return count
}
