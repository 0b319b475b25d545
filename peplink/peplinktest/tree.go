package peplinktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// node is one JSON value. Unlike the values of encoding/json it keeps the order
// of members, members of equal name, and the exact spelling of numbers: routers
// send 19.399999999999999, and clients must be tested with just that.
type node struct {
	kind    nodeKind
	names   []string // of the members of an object
	nodes   []*node  // members or elements
	literal string   // a scalar as JSON text
	move    movement // nil where the value stands still
}

type nodeKind byte

const (
	scalarNode nodeKind = iota
	objectNode
	arrayNode
)

func parseTree(text []byte) (*node, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	tree, err := parseNode(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the end of the JSON value")
	}
	return tree, nil
}

func parseNode(decoder *json.Decoder) (*node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseMembers(decoder)
	case json.Delim('['):
		return parseElements(decoder)
	}
	return scalar(token)
}

func parseMembers(decoder *json.Decoder) (*node, error) {
	object := &node{kind: objectNode}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		value, err := parseNode(decoder)
		if err != nil {
			return nil, err
		}
		object.names = append(object.names, fmt.Sprint(name))
		object.nodes = append(object.nodes, value)
	}
	_, err := decoder.Token()
	return object, err
}

func parseElements(decoder *json.Decoder) (*node, error) {
	array := &node{kind: arrayNode}
	for decoder.More() {
		value, err := parseNode(decoder)
		if err != nil {
			return nil, err
		}
		array.nodes = append(array.nodes, value)
	}
	_, err := decoder.Token()
	return array, err
}

func scalar(value any) (*node, error) {
	text, err := jsonText(value)
	if err != nil {
		return nil, err
	}
	return &node{literal: text}, nil
}

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
	if i := slices.Index(n.names, name); i >= 0 {
		return n.nodes[i]
	}
	return nil
}

// with is the object with only those members that keep says yes to.
func (n *node) with(keep func(name string, value *node) bool) *node {
	object := &node{kind: objectNode}
	for i, name := range n.names {
		if keep(name, n.nodes[i]) {
			object.names = append(object.names, name)
			object.nodes = append(object.nodes, n.nodes[i])
		}
	}
	return object
}

// text is a scalar as JSON text at an instant.
func (n *node) text(at instant) string {
	if n.move == nil {
		return n.literal
	}
	return n.move(n.literal, at)
}

// appendJSON writes the tree as it reads at an instant.
func (n *node) appendJSON(to []byte, at instant) []byte {
	switch n.kind {
	case objectNode:
		to = append(to, '{')
		for i, value := range n.nodes {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(to, quoted(n.names[i])...)
			to = append(to, ':')
			to = value.appendJSON(to, at)
		}
		return append(to, '}')
	case arrayNode:
		to = append(to, '[')
		for i, value := range n.nodes {
			if i > 0 {
				to = append(to, ',')
			}
			to = value.appendJSON(to, at)
		}
		return append(to, ']')
	}
	return append(to, n.text(at)...)
}

func quoted(s string) string {
	text, _ := jsonText(s) // a string always encodes
	return text
}

// instant is when a document is read: everything that moves is a function of it.
type instant struct {
	now      time.Time
	started  time.Time // when the router was made: it shows its fixtures then
	booted   time.Time // started, or the last reboot
	rebooted bool
}

// stringOf is the text of a JSON string.
func stringOf(n *node) (text string, ok bool) {
	if n.kind != scalarNode || !strings.HasPrefix(n.literal, `"`) {
		return "", false
	}
	err := json.Unmarshal([]byte(n.literal), &text)
	return text, err == nil
}
