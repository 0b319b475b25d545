package peplinktest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// node is one JSON value. Unlike the values of encoding/json it keeps the order
// of members, members of equal name, and the exact spelling of names, strings
// and numbers, bytes that are no UTF-8 included: routers send
// 19.399999999999999, and clients must be tested with just that.
//
// A node is never changed once its model is read: all routers of a model share
// its trees, and a change copies what lies on the way to it.
type node struct {
	kind    nodeKind
	names   []spelling // of the members of an object
	nodes   []*node    // members or elements
	literal string     // a scalar as JSON text
}

type nodeKind byte

const (
	scalarNode nodeKind = iota
	objectNode
	arrayNode
)

// spelling is a member's name as JSON text, quotes included.
type spelling string

func (s spelling) name() string {
	if plain := string(s[1 : len(s)-1]); !strings.Contains(plain, `\`) {
		return plain
	}
	var name string
	_ = json.Unmarshal([]byte(s), &name) // it was valid when it was read
	return name
}

func spell(name string) spelling { return spelling(quoted(name)) }

// jsonText encodes without the HTML escapes that no router writes.
func jsonText(value any) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return string(bytes.TrimRight(text.Bytes(), "\n")), nil
}

// treeOf turns a Go value, or JSON text given as json.RawMessage, into a tree.
func treeOf(value any) (*node, error) {
	if raw, ok := value.(json.RawMessage); ok {
		return parseTree(raw)
	}
	text, err := jsonText(value)
	if err != nil {
		return nil, err
	}
	return parseTree([]byte(text))
}

// member is the first member of that name, nil if there is none.
func (n *node) member(name string) *node {
	if n == nil || n.kind != objectNode {
		return nil
	}
	for i := range n.names {
		if n.names[i].name() == name {
			return n.nodes[i]
		}
	}
	return nil
}

// with is the object with only those members that keep says yes to. What is no
// object stays as it is.
func (n *node) with(keep func(name string, value *node) bool) *node {
	if n.kind != objectNode {
		return n
	}
	object := &node{kind: n.kind}
	for i, name := range n.names {
		if keep(name.name(), n.nodes[i]) {
			object.names = append(object.names, name)
			object.nodes = append(object.nodes, n.nodes[i])
		}
	}
	return object
}

// clone can be changed without a change to the tree it is from; what is below
// is still shared.
func (n *node) clone() *node {
	c := *n
	c.names, c.nodes = slices.Clone(n.names), slices.Clone(n.nodes)
	return &c
}

// appendJSON writes the tree as JSON text.
func (n *node) appendJSON(to []byte) []byte {
	switch n.kind {
	case objectNode:
		to = append(to, '{')
		for i, value := range n.nodes {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(to, n.names[i]...)
			to = append(to, ':')
			to = value.appendJSON(to)
		}
		return append(to, '}')
	case arrayNode:
		to = append(to, '[')
		for i, value := range n.nodes {
			if i > 0 {
				to = append(to, ',')
			}
			to = value.appendJSON(to)
		}
		return append(to, ']')
	}
	return append(to, n.literal...)
}

func (n *node) json() []byte { return n.appendJSON(nil) }

// decode reads the tree into a Go value that must know all of its members.
func (n *node) decode(into any) bool {
	decoder := json.NewDecoder(bytes.NewReader(n.json()))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into) == nil
}

func quoted(s string) string {
	text, _ := jsonText(s) // a string always encodes
	return text
}

// stringOf is the text of a JSON string.
func stringOf(n *node) (text string, ok bool) {
	if n == nil || n.kind != scalarNode || !strings.HasPrefix(n.literal, `"`) {
		return "", false
	}
	err := json.Unmarshal([]byte(n.literal), &text)
	return text, err == nil
}
