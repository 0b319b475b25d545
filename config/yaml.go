package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"
)

// spareBudget is how many keys and items aliases and merges may repeat; ten thousand targets that merge a hundred
// keys each need so many. What is written out costs nothing, for a file adds its length to the budget.
const spareBudget = 1 << 20

// field is a value of the file, and where its key stands.
type field struct {
	origin
	node *yaml.Node
}

// pair is a key and its value, aliases followed.
type pair struct {
	key, value *yaml.Node
}

// parse reads the one document of a text; nil after a fault.
func (r *reader) parse(text []byte, needed string) *yaml.Node {
	first, second, err := documents(text)
	switch {
	case err != nil:
		r.fault(origin{in: r.in, line: faultyLine(text, err)}, "not valid YAML: %s", syntaxFault(err))
	case second != nil:
		r.fault(origin{in: r.in, line: second.Line}, "a second YAML document begins here; write everything in one")
	case first == nil || isNull(first.Content[0]):
		r.fault(origin{in: r.in}, "the file is empty; it needs %s", needed)
	default:
		return first.Content[0]
	}
	return nil
}

// documents are the first two of a text, nil where it has less.
func documents(text []byte) (first, second *yaml.Node, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for _, next := range []**yaml.Node{&first, &second} {
		var node yaml.Node
		if err := decoder.Decode(&node); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, nil, err
		}
		*next = &node
	}
	return first, second, nil
}

// faultyLine is where the text, read so far and no further, has the error. The parser itself tells the line in which
// the list or mapping around it began.
func faultyLine(text []byte, err error) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	return 1 + sort.Search(len(lines)-1, func(i int) bool {
		_, _, before := documents(bytes.Join(lines[:i+1], nil))
		return before != nil && before.Error() == err.Error()
	})
}

var yamlPrefix = regexp.MustCompile(`^yaml: (?:line \d+: )?`)

// syntaxFault adds to the words of the parser what it cannot know. An unknown anchor may be an unquoted secret that
// begins with *, so it is not repeated.
func syntaxFault(err error) string {
	message := yamlPrefix.ReplaceAllString(err.Error(), "")
	switch {
	case strings.HasPrefix(message, "unknown anchor"):
		return "unknown anchor; a value that begins with * must stand in quotes"
	case strings.HasPrefix(message, "found character that cannot start any token"):
		return message + "; indent with spaces, not tabs, and quote a value that begins with @, % or `"
	case strings.HasPrefix(message, "did not find expected"), strings.HasPrefix(message, "mapping values are not allowed"):
		return message + "; is the line indented like those it belongs to, and each bracket and quote closed?"
	}
	return message
}

// pairs are the keys of a mapping, including those it merges with <<: its own keys win, then those merged first.
// Nothing (null) is an empty mapping.
func (r *reader) pairs(f field) []pair {
	if isNull(f.node) {
		return nil
	}
	if f.node.Kind != yaml.MappingNode {
		r.fault(f.origin, "must be a mapping, with lines of the form key: value")
		return nil
	}
	// Each mapping is flattened once, so that merges of merges cannot multiply.
	flat, known := r.flattened[f.node]
	if known && flat == nil {
		r.fault(f.origin, "a mapping cannot be merged into itself")
		return nil
	}
	if !known {
		r.flattened[f.node] = nil
		flat = r.flatten(f)
		r.flattened[f.node] = flat
	}
	if !r.afford(f.origin, len(flat)) {
		return nil
	}
	return flat
}

// afford takes what is about to be read from the budget; false, with a fault, when nothing is left of it.
func (r *reader) afford(at origin, entries int) bool {
	if r.budget >= 0 {
		if r.budget -= 1 + entries; r.budget < 0 {
			r.fault(at, "aliases (*) and merges (<<) repeat too much; write it out, or use defaults")
		}
	}
	return r.budget >= 0
}

// flatten never returns nil.
func (r *reader) flatten(f field) []pair {
	all := []pair{}
	lines := map[string]int{}
	var merged []field
	for content := range slices.Chunk(f.node.Content, 2) {
		key, line := follow(content[0]), content[0].Line
		first, again := lines[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.fault(origin{f.in, line, f.key}, "a key must be a plain word")
			continue
		case again:
			r.fault(f.below(key.Value, line), "is written twice; the first is in line %d", first)
			continue
		case key.ShortTag() != "!!merge":
			all = append(all, pair{key, follow(content[1])})
		default:
			from := field{origin{f.in, line, "<<"}, follow(content[1])}
			if merged = []field{from}; from.node.Kind == yaml.SequenceNode {
				merged = r.items(from)
			}
		}
		lines[key.Value] = line
	}
	for _, from := range merged {
		for _, p := range r.pairs(from) {
			if lines[p.key.Value] == 0 {
				lines[p.key.Value] = p.key.Line
				all = append(all, p)
			}
		}
	}
	return all
}

// items are the values of a list. Nothing (null) is an empty list.
func (r *reader) items(f field) []field {
	switch {
	case f.node == nil || isNull(f.node):
		return nil
	case f.node.Kind != yaml.SequenceNode:
		r.fault(f.origin, "must be a list; write [one, two], or one line with a dash for each")
		return nil
	case !r.afford(f.origin, len(f.node.Content)):
		return nil
	}
	all := make([]field, len(f.node.Content))
	for i, item := range f.node.Content {
		all[i] = field{origin{f.in, item.Line, f.key}, follow(item)}
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
