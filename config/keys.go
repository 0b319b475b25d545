package config

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// key is one that a struct's field is read from.
type key struct {
	name      string
	field     int // its index in the struct
	form      secretForm
	onTargets bool // and not in defaults
	omitEmpty bool // from the effective configuration
}

var (
	documentKeys = newTable(document{})
	targetKeys   = newTable(Target{})
	tlsKeys      = newTable(TLS{})
)

// newTable reads the tags of a struct. A Secret has a key for each of its forms.
func newTable(of any) []key {
	var all []key
	structure := reflect.TypeOf(of)
	for i := range structure.NumField() {
		field := structure.Field(i)
		name, flags, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if name == "-" {
			continue
		}
		k := key{name: name, field: i, onTargets: field.Tag.Get("only") == "targets", omitEmpty: flags == "omitempty"}
		all = append(all, k)
		if field.Type == reflect.TypeFor[Secret]() {
			for _, k.form = range []secretForm{fileSecret, envSecret} {
				k.name = name + k.form.suffix()
				all = append(all, k)
			}
		}
	}
	return all
}

func indexOf(known []key, name string) int {
	return slices.IndexFunc(known, func(k key) bool { return k.name == name })
}

// mapping reads the keys of a mapping into the fields of a struct, and notes
// where each of them stands.
func (r *reader) mapping(f field, into any, known []key, own map[string]origin) {
	inDefaults := f.key == "defaults"
	for _, p := range r.pairs(f) {
		at := indexOf(known, p.key.Value)
		if at < 0 {
			var allowed []string
			for _, k := range known {
				if !inDefaults || !k.onTargets {
					allowed = append(allowed, k.name)
				}
			}
			r.unknownKey(f, p, allowed)
			continue
		}
		value := field{f.below(p.key.Value, p.key.Line), p.value}
		if inDefaults && known[at].onTargets {
			r.fault(value.origin, "stands in defaults, but belongs to each target")
			continue
		}
		own[value.key] = value.origin
		r.value(value, known[at].form, reflect.ValueOf(into).Elem().Field(known[at].field).Addr().Interface(), own)
	}
}

// readableKey is what a key looks like that a fault may repeat. Without a space
// after the colon a secret becomes part of the key.
var readableKey = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// unknownKey names a key once, however often it is merged.
func (r *reader) unknownKey(f field, p pair, known []string) {
	if r.named[p.key] {
		return
	}
	r.named[p.key] = true
	if !readableKey.MatchString(p.key.Value) {
		r.fault(origin{f.in, p.key.Line, f.key}, "unknown key; is there a space after its colon?")
		return
	}
	r.fault(f.below(p.key.Value, p.key.Line), "unknown key%s", suggestion(p.key.Value, known))
}
