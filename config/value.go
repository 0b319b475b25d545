package config

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// maxShownBytes of a value are repeated in a fault.
const maxShownBytes = 64

// shown is a value as faults repeat it. Values of credentials and addresses are
// never repeated.
func shown(value string) string {
	if len(value) <= maxShownBytes {
		return strconv.Quote(value)
	}
	end := maxShownBytes
	for !utf8.RuneStart(value[end]) {
		end--
	}
	return strconv.Quote(value[:end]) + "…"
}

// text is the value of a scalar as it is written: an id of digits keeps its
// leading zeros, a label true is the word.
func (r *reader) text(f field) (string, bool) {
	if isNull(f.node) {
		r.fault(f.line, f.path, "has no value")
		return "", false
	}
	plain := []string{"!!str", "!!int", "!!float", "!!bool", "!!timestamp"}
	if f.node.Kind != yaml.ScalarNode || !slices.Contains(plain, f.node.ShortTag()) {
		r.fault(f.line, f.path, "must be a single value")
		return "", false
	}
	return f.node.Value, true
}

// number reads a whole number of at least 1.
func number(into func(*settings) *int) func(*reader, field, *settings) {
	return func(r *reader, f field, s *settings) {
		text, ok := r.text(f)
		if !ok {
			return
		}
		value, err := strconv.Atoi(text)
		if err != nil || value < 1 {
			r.fault(f.line, f.path, "%s is not a whole number of at least 1", shown(text))
			return
		}
		*into(s) = value
	}
}

// truth reads true or false.
func (r *reader) truth(f field) bool {
	var value bool
	if text, ok := r.text(f); ok && f.node.Decode(&value) != nil {
		r.fault(f.line, f.path, "%s is neither true nor false", shown(text))
	}
	return value
}

func readTimeZone(r *reader, f field, into *settings) {
	text, ok := r.text(f)
	if !ok {
		return
	}
	// LoadLocation takes "" for UTC, and Local for whatever the machine is set to.
	zone, err := time.LoadLocation(text)
	if err != nil || text == "" || text == "Local" {
		r.fault(f.line, f.path, "unknown time zone %s; write an IANA name such as Europe/Berlin, or UTC", shown(text))
		return
	}
	into.TimeZone = zone
}

// words reads a list of words of which each must be known and stand once.
func (r *reader) words(f field, kind string, known []string) []string {
	var all []string
	for _, item := range r.items(f) {
		word, ok := r.text(item)
		switch {
		case !ok:
		case !slices.Contains(known, word):
			r.fault(item.line, f.path, "unknown %s %s%s", kind, shown(word), suggestion(word, known))
		case slices.Contains(all, word):
			r.fault(item.line, f.path, "%s stands here twice", word)
		default:
			all = append(all, word)
		}
	}
	return all
}

func readCollectors(r *reader, f field, into *settings) {
	before := len(r.faults)
	into.Collectors = r.words(f, "collector", r.collectors.Known)
	if len(into.Collectors) == 0 && len(r.faults) == before {
		r.fault(f.line, f.path, "is empty; name at least one, or leave the key out for the default")
	}
}

func readExpose(r *reader, f field, into *settings) {
	words := r.words(f, "word", exposeWords)
	into.Expose = Expose{
		Addresses:  slices.Contains(words, "addresses"),
		Subscriber: slices.Contains(words, "subscriber"),
		Location:   slices.Contains(words, "location"),
	}
}
