package config

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v3"
)

// WriteYAML writes the effective configuration, target by target: a fleet may be large. It has every target with all its
// settings, the literal secrets as <secret>. Apart from those, Load reads the same from it. The error is the writer's.
func (c *Config) WriteYAML(w io.Writer) error {
	if len(c.Targets) == 0 {
		_, err := io.WriteString(w, "targets: []\n")
		return err
	}
	for i, target := range c.Targets {
		text, err := target.YAML()
		if err != nil {
			return err
		}
		if i > 0 {
			text = bytes.TrimPrefix(text, []byte("targets:\n"))
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
	return nil
}

// YAML is a configuration of this target alone, as WriteYAML writes it.
func (t *Target) YAML() ([]byte, error) { return yaml.Marshal(map[string][]*Target{"targets": {t}}) }

// MarshalYAML writes the keys of the file, every default filled in, only what is not set left out.
func (t *Target) MarshalYAML() (any, error) {
	shown := *t
	if t.plain() {
		shown.TLS = TLS{} // Load takes none on http://
	}
	return shownMapping(shown, targetKeys), nil
}

func shownMapping(of any, keys []key) *yaml.Node {
	all := &yaml.Node{Kind: yaml.MappingNode}
	for _, k := range keys {
		field := reflect.ValueOf(of).Field(k.field)
		secret, isSecret := reflect.TypeAssert[Secret](field)
		if isSecret && (secret.IsZero() || secret.source().form != k.form) || k.omitEmpty && field.IsZero() {
			continue
		}
		all.Content = append(all.Content, shownNode(k.name), shownNode(field.Interface()))
	}
	return all
}

// shownNode is the counterpart of reader.value.
func shownNode(of any) *yaml.Node {
	switch value := of.(type) {
	case time.Duration:
		return shownNode(model.Duration(value).String())
	case *url.URL:
		return shownNode(shownURL(value))
	case uint16:
		for name, version := range tlsVersions {
			if version == value {
				return shownNode(name)
			}
		}
	case TLS:
		return shownMapping(value, tlsKeys)
	case Secret: // paths and variables are none
		if value.source().form != literalSecret {
			return shownNode(value.source().text)
		}
	case Expose:
		words := []string{}
		for i, on := range []bool{value.Addresses, value.Subscriber, value.Location} {
			if on {
				words = append(words, exposeWords[i])
			}
		}
		return shownList(words)
	case [][32]byte:
		return shownList(value)
	case []string:
		return shownList(value)
	case [32]byte:
		return shownNode(hex.EncodeToString(value[:]))
	case map[string]string:
		return shownMap(value)
	case map[string]time.Duration:
		return shownMap(value)
	case string:
		return shownText(value)
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(of)}
}

// shownText quotes what other readers of YAML take for true or false, and line ends, of which the YAML library loses
// the first one otherwise.
func shownText(text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	oldWords := []string{"y", "yes", "on", "n", "no", "off"}
	if slices.Contains(oldWords, strings.ToLower(text)) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

func shownList[T any](values []T) *yaml.Node {
	all := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, value := range values {
		all.Content = append(all.Content, shownNode(value))
	}
	return all
}

func shownMap[T any](values map[string]T) *yaml.Node {
	all := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all.Content = append(all.Content, shownNode(name), shownNode(values[name]))
	}
	return all
}
