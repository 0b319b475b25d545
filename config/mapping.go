package config

import (
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"
)

// place is where a key may stand.
type place uint8

const (
	inDefaults place = 1 << iota
	onTarget
	anywhere = inDefaults | onTarget
)

// key is one line of a table of known keys: its name, where it may stand, and
// how its value is read into a T.
type key[T any] struct {
	name  string
	place place
	read  func(r *reader, f field, into *T)
}

// field is a key of the file with its value.
type field struct {
	path string // the key, with its parent where that is not defaults or targets
	line int    // of the key
	node *yaml.Node
}

// pair is a key and its value, aliases followed.
type pair struct {
	key, value *yaml.Node
}

// readableKey is what a key looks like that a fault may repeat. Without a space
// after the colon a secret becomes part of the key.
var readableKey = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// under is the path of a key in the value of f.
func (f field) under(name string) string {
	switch f.path {
	case "", "defaults", "targets":
		return name
	}
	return f.path + "." + name
}

// readMapping reads the keys of a mapping as the table says and returns the line
// of each one it knows. Nothing (null) is an empty mapping.
func readMapping[T any](r *reader, f field, where place, table []key[T], into *T) map[string]int {
	lines := map[string]int{}
	for _, p := range r.pairs(f) {
		at := slices.IndexFunc(table, func(k key[T]) bool { return k.name == p.key.Value })
		if at < 0 {
			r.unknownKey(f, p.key, names(table, where))
			continue
		}
		known := table[at]
		if known.place&where == 0 {
			r.fault(p.key.Line, known.name, "stands in %s, but belongs to each target", f.path)
			continue
		}
		lines[known.name] = p.key.Line
		known.read(r, field{f.under(known.name), p.key.Line, p.value}, into)
	}
	return lines
}

func names[T any](table []key[T], where place) []string {
	var all []string
	for _, k := range table {
		if k.place&where != 0 {
			all = append(all, k.name)
		}
	}
	return all
}

func (r *reader) unknownKey(f field, key *yaml.Node, known []string) {
	if !readableKey.MatchString(key.Value) {
		r.fault(key.Line, f.path, "unknown key; is there a space after its colon?")
		return
	}
	r.fault(key.Line, f.under(key.Value), "unknown key%s", suggestion(key.Value, known))
}

// pairs are the keys of a mapping, including those it merges with <<: its own
// keys win, then those merged first. Each mapping is flattened once, so that
// merges of merges cannot multiply.
func (r *reader) pairs(f field) []pair {
	node := follow(f.node)
	if isNull(node) {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		r.fault(f.line, f.path, "must be a mapping, with lines of the form key: value")
		return nil
	}
	if r.flattening[node] {
		r.fault(f.line, f.path, "a mapping cannot be merged into itself")
		return nil
	}
	if known, ok := r.flattened[node]; ok {
		return known
	}
	r.flattening[node] = true
	r.flattened[node] = r.flatten(field{f.path, f.line, node})
	r.flattening[node] = false
	return r.flattened[node]
}

func (r *reader) flatten(f field) []pair {
	var own, merged []pair
	seen := map[string]int{}
	for content := range slices.Chunk(f.node.Content, 2) {
		key, value := follow(content[0]), follow(content[1])
		if key.Kind != yaml.ScalarNode {
			r.fault(content[0].Line, f.path, "a key must be a plain word")
			continue
		}
		if line, again := seen[key.Value]; again {
			path := f.path
			if readableKey.MatchString(key.Value) {
				path = f.under(key.Value)
			}
			r.fault(content[0].Line, path, "is written twice; the first is in line %d", line)
			continue
		}
		seen[key.Value] = content[0].Line
		if key.ShortTag() == "!!merge" {
			merged = append(merged, r.mergedPairs(content[0].Line, value)...)
			continue
		}
		own = append(own, pair{key, value})
	}
	for _, p := range merged {
		if _, overridden := seen[p.key.Value]; !overridden {
			seen[p.key.Value] = p.key.Line
			own = append(own, p)
		}
	}
	return own
}

// mergedPairs are those of the value of <<: a mapping or a list of mappings.
func (r *reader) mergedPairs(line int, value *yaml.Node) []pair {
	if value.Kind != yaml.SequenceNode {
		return r.pairs(field{"<<", line, value})
	}
	var all []pair
	for _, item := range value.Content {
		all = append(all, r.pairs(field{"<<", item.Line, item})...)
	}
	return all
}

// items are the values of a list. Nothing (null) is an empty list.
func (r *reader) items(f field) []field {
	if f.node == nil || isNull(f.node) {
		return nil
	}
	if f.node.Kind != yaml.SequenceNode {
		r.fault(f.line, f.path, "must be a list; write [one, two], or one line with a dash for each")
		return nil
	}
	var all []field
	for _, item := range f.node.Content {
		all = append(all, field{f.path, item.Line, follow(item)})
	}
	return all
}

// follow goes from an alias to what it stands for.
func follow(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}
