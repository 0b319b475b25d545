package config

import (
	"encoding/hex"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v3"
)

// YAML is the effective configuration: every target with all its settings, the
// literal secrets as <secret>. Apart from those, Load reads the same from it.
func (c *Config) YAML() ([]byte, error) {
	targets := c.Targets
	if targets == nil {
		targets = []*Target{}
	}
	return yaml.Marshal(map[string]any{"targets": targets})
}

// YAML is the target with all its settings, literal secrets as <secret>: one item of
// the list that a file has under targets.
func (t *Target) YAML() ([]byte, error) { return yaml.Marshal([]*Target{t}) }

// MarshalYAML writes the keys of the file, every default filled in, only what is
// not set left out.
func (t *Target) MarshalYAML() (any, error) {
	shown := *t
	if t.plain() {
		shown.TLS = TLS{} // which Load takes from nobody on http://
	}
	return shownMapping(&shown, targetKeys), nil
}

func shownMapping(of any, keys []key) *yaml.Node {
	all := &yaml.Node{Kind: yaml.MappingNode}
	for _, k := range keys {
		field := reflect.ValueOf(of).Elem().Field(k.field)
		if k.omitEmpty && (field.IsZero() || field.Kind() == reflect.Map && field.Len() == 0) {
			continue
		}
		if node := shownValue(field.Addr().Interface(), k.form); node != nil {
			all.Content = append(all.Content, shownText(k.name), node)
		}
	}
	return all
}

// shownValue is the counterpart of reader.value; nil where a key is left out.
func shownValue(of any, form secretForm) *yaml.Node {
	switch value := of.(type) {
	case *int:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.Itoa(*value)}
	case *bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatBool(*value)}
	case *string:
		return shownText(*value)
	case *uint16:
		for name, version := range tlsVersions {
			if version == *value {
				return shownText(name)
			}
		}
	case *time.Duration:
		return shownText(model.Duration(*value).String())
	case **time.Location:
		return shownText((*value).String())
	case **url.URL:
		return shownText(shownURL(*value))
	case *[]string:
		return shownList(*value)
	case *Expose:
		words := slices.Clone(exposeWords)
		on := map[string]bool{"addresses": value.Addresses, "subscriber": value.Subscriber, "location": value.Location}
		return shownList(slices.DeleteFunc(words, func(word string) bool { return !on[word] }))
	case *[][32]byte:
		var sums []string
		for _, sum := range *value {
			sums = append(sums, hex.EncodeToString(sum[:]))
		}
		return shownList(sums)
	case *map[string]string:
		return shownMap(*value, func(text string) string { return text })
	case *map[string]time.Duration:
		return shownMap(*value, func(d time.Duration) string { return model.Duration(d).String() })
	case *TLS:
		return shownMapping(value, tlsKeys)
	case *Secret:
		return value.shown(form)
	}
	return nil
}

// shown is the value for the key of one form. Paths and variables are no secrets.
func (s Secret) shown(form secretForm) *yaml.Node {
	from := s.source()
	switch {
	case !from.set || from.form != form:
		return nil
	case form == literalSecret:
		return shownText(redacted)
	default:
		return shownText(from.text)
	}
}

// shownText quotes what other readers of YAML take for true or false, and line
// ends, of which the YAML library loses the first one otherwise.
func shownText(text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	oldWords := []string{"y", "yes", "on", "n", "no", "off"}
	if strings.ContainsFunc(text, notPrint) || slices.Contains(oldWords, strings.ToLower(text)) {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

func shownList(texts []string) *yaml.Node {
	all := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, text := range texts {
		all.Content = append(all.Content, shownText(text))
	}
	return all
}

func shownMap[T any](values map[string]T, show func(T) string) *yaml.Node {
	all := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all.Content = append(all.Content, shownText(name), shownText(show(values[name])))
	}
	return all
}
