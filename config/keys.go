package config

import (
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
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
func newTable(of any) (all []key) {
	for i, field := range reflect.VisibleFields(reflect.TypeOf(of)) {
		name, flags, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		k := key{name, i, literalSecret, field.Tag.Get("only") == "targets", flags == "omitempty"}
		if name != "-" {
			all = append(all, k)
		}
		if field.Type == reflect.TypeFor[Secret]() {
			for _, k.form = range []secretForm{fileSecret, envSecret} {
				k.name = name + k.form.suffix()
				all = append(all, k)
			}
		}
	}
	return all
}

func find(known []key, name string) int {
	return slices.IndexFunc(known, func(k key) bool { return k.name == name })
}

// mapping reads the keys of a mapping into the fields of a struct, and notes where each of them stands.
func (r *reader) mapping(f field, into any, known []key, own map[string]origin) {
	for _, p := range r.pairs(f) {
		value := field{f.below(p.key.Value, p.key.Line), p.value}
		at := find(known, p.key.Value)
		switch {
		case at < 0:
			r.unknownKey(f, p.key, names(known, f.key))
		case known[at].onTargets && f.key == "defaults":
			r.fault(value.origin, "stands in defaults, but belongs to each target")
		default:
			own[value.key] = value.origin
			r.value(value, known[at].form, reflect.ValueOf(into).Elem().Field(known[at].field).Addr().Interface(), own)
		}
	}
}

// names are those that may stand in the value of a key.
func names(known []key, in string) (all []string) {
	for _, k := range known {
		if !k.onTargets || in != "defaults" {
			all = append(all, k.name)
		}
	}
	return all
}

// unknownKey names a key once, however often it is merged.
func (r *reader) unknownKey(f field, node *yaml.Node, known []string) {
	if r.named[node] {
		return
	}
	r.named[node] = true
	at := f.below(node.Value, node.Line)
	switch {
	case at.key == f.key:
		r.fault(at, "unknown key; is there a space after its colon?")
	case find(tlsKeys, node.Value) >= 0:
		r.fault(at, "unknown key here; it belongs below tls_config")
	case find(targetKeys, node.Value) >= 0:
		r.fault(at, "unknown key here; it belongs to a target or to defaults")
	case find(documentKeys, node.Value) >= 0:
		r.fault(at, "unknown key here; it belongs to the top level of the main file, without indentation")
	default:
		r.fault(at, "unknown key%s", suggestion(node.Value, known))
	}
}
