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

// spareBudget is how many keys and items are read again through aliases and
// merges; ten thousand targets that merge a hundred keys each need so many. All
// that is written out costs nothing, for a file adds its length to the budget.
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
	if err != nil {
		line, message := syntaxFault(err, text)
		r.fault(origin{in: r.in, line: line}, "not valid YAML: %s", message)
		return nil
	}
	if second != nil {
		r.fault(origin{in: r.in, line: second.Line}, "a second YAML document begins here; write everything in one")
		return nil
	}
	if first == nil || isNull(first.Content[0]) {
		r.fault(origin{in: r.in}, "the file is empty; it needs %s", needed)
		return nil
	}
	return first.Content[0]
}

// documents are the first two of a text, nil where it has less.
func documents(text []byte) (first, second *yaml.Node, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for _, next := range []**yaml.Node{&first, &second} {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		*next = &node
	}
	return first, second, nil
}

var (
	yamlPrefix = regexp.MustCompile(`^yaml: (?:line \d+: )?`)

	// yamlHints say in other words what the parser cannot know. An unknown anchor
	// may be an unquoted secret, so its name is not repeated.
	yamlHints = []struct{ begin, instead, hint string }{
		{"unknown anchor", "unknown anchor", "a value that begins with * must stand in quotes"},
		{"did not find expected key", "", misindented},
		{"did not find expected '-' indicator", "", misindented},
		{"mapping values are not allowed", "", misindented},
		{"found character that cannot start any token", "", "indent with spaces, and quote a value that begins with @, % or `"},
	}
)

const misindented = "is the line indented as those it belongs to, and is every : inside of a value in quotes?"

// syntaxFault takes line and text out of an error of the YAML parser, which tells
// the line in which the list or mapping began. The fault is where the text, read
// so far and no further, has the same error.
func syntaxFault(err error, text []byte) (line int, message string) {
	lines := bytes.SplitAfter(text, []byte("\n"))
	end := 0
	ends := make([]int, len(lines))
	for i := range lines {
		end += len(lines[i])
		ends[i] = end
	}
	line = 1 + sort.Search(len(lines)-1, func(i int) bool {
		_, _, before := documents(text[:ends[i]])
		return before != nil && before.Error() == err.Error()
	})
	message = yamlPrefix.ReplaceAllString(err.Error(), "")
	for _, known := range yamlHints {
		if strings.HasPrefix(message, known.begin) {
			if known.instead != "" {
				message = known.instead
			}
			return line, message + "; " + known.hint
		}
	}
	return line, message
}

// pairs are the keys of a mapping, including those it merges with <<: its own
// keys win, then those merged first. Nothing (null) is an empty mapping.
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
	if !r.afford(f, len(flat)) {
		return nil
	}
	return flat
}

// afford takes what is about to be read from the budget; false, with a fault,
// when nothing is left of it.
func (r *reader) afford(f field, entries int) bool {
	if r.budget < 0 {
		return false
	}
	r.budget -= 1 + entries
	if r.budget < 0 {
		r.fault(f.origin, "aliases (*) and merges (<<) repeat too much; use defaults, or write it out")
	}
	return r.budget >= 0
}

// flatten never returns nil.
func (r *reader) flatten(f field) []pair {
	own, merged := []pair{}, []pair{}
	seen := map[string]int{}
	for content := range slices.Chunk(f.node.Content, 2) {
		key, value := follow(content[0]), follow(content[1])
		at := f.below(key.Value, content[0].Line)
		if !readableKey.MatchString(key.Value) {
			at.key = f.key
		}
		if key.Kind != yaml.ScalarNode {
			r.fault(at, "a key must be a plain word")
			continue
		}
		if line, again := seen[key.Value]; again {
			r.fault(at, "is written twice; the first is in line %d", line)
			continue
		}
		seen[key.Value] = content[0].Line
		if key.ShortTag() == "!!merge" {
			merged = append(merged, r.mergedPairs(field{origin{f.in, content[0].Line, "<<"}, value})...)
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
func (r *reader) mergedPairs(f field) []pair {
	if f.node.Kind != yaml.SequenceNode {
		return r.pairs(f)
	}
	var all []pair
	for _, item := range r.items(f) {
		all = append(all, r.pairs(item)...)
	}
	return all
}

// items are the values of a list. Nothing (null) is an empty list.
func (r *reader) items(f field) []field {
	if f.node == nil || isNull(f.node) {
		return nil
	}
	if f.node.Kind != yaml.SequenceNode {
		r.fault(f.origin, "must be a list; write [one, two], or one line with a dash for each")
		return nil
	}
	if !r.afford(f, len(f.node.Content)) {
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
