package peplinktest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// pointer is a JSON pointer (RFC 6901), split and unescaped.
type pointer []string

func parsePointer(text string) (pointer, error) {
	if text == "" {
		return nil, nil
	}
	if text[0] != '/' {
		return nil, fmt.Errorf("JSON pointer %q does not begin with a slash", text)
	}
	parts := strings.Split(text[1:], "/")
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for i, part := range parts {
		parts[i] = unescape.Replace(part)
	}
	return parts, nil
}

func (p pointer) String() string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var text strings.Builder
	for _, part := range p {
		text.WriteString("/" + escape.Replace(part))
	}
	return text.String()
}

// find is the node the pointer leads to.
func (p pointer) find(root *node) (*node, error) {
	n := root
	for i := range p {
		at, err := n.index(p[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p[:i+1], err)
		}
		n = n.nodes[at]
	}
	return n, nil
}

// set puts value where the pointer leads, and answers the root, which is
// another one if the pointer is empty. What stands there is replaced, a new
// member is added at the end of its object, "-" adds to the end of an array.
func (p pointer) set(root, value *node) (*node, error) {
	if len(p) == 0 {
		return value, nil
	}
	parent, err := p[:len(p)-1].find(root)
	if err != nil {
		return nil, err
	}
	last := p[len(p)-1]
	if at, err := parent.index(last); err == nil {
		parent.nodes[at] = value
		return root, nil
	}
	switch {
	case parent.kind == objectNode:
		parent.names = append(parent.names, last)
	case parent.kind == arrayNode && (last == "-" || last == strconv.Itoa(len(parent.nodes))):
	default:
		return nil, fmt.Errorf("%s: no place for a value", p)
	}
	parent.nodes = append(parent.nodes, value)
	return root, nil
}

// remove takes out what the pointer leads to.
func (p pointer) remove(root *node) error {
	if len(p) == 0 {
		return errors.New("the whole document cannot be removed")
	}
	parent, err := p[:len(p)-1].find(root)
	if err != nil {
		return err
	}
	at, err := parent.index(p[len(p)-1])
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	if parent.kind == objectNode {
		parent.names = append(parent.names[:at:at], parent.names[at+1:]...)
	}
	parent.nodes = append(parent.nodes[:at:at], parent.nodes[at+1:]...)
	return nil
}

// index is the place of a member or element among the nodes of its parent.
func (n *node) index(part string) (int, error) {
	switch n.kind {
	case objectNode:
		for i, name := range n.names {
			if name == part {
				return i, nil
			}
		}
		return 0, errors.New("no such member")
	case arrayNode:
		at, err := strconv.Atoi(part)
		if err != nil || at < 0 || at >= len(n.nodes) || strconv.Itoa(at) != part {
			return 0, errors.New("no such element")
		}
		return at, nil
	}
	return 0, errors.New("a scalar has no parts")
}
