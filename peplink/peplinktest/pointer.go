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

// replaced is the tree with another node where the pointer leads. What lies on
// the way is copied.
func (p pointer) replaced(root *node, with func(*node) (*node, error)) (*node, error) {
	if len(p) == 0 {
		return with(root)
	}
	at, err := root.index(p[0])
	if err != nil {
		return nil, err
	}
	below, err := p[1:].replaced(root.nodes[at], with)
	if err != nil {
		return nil, err
	}
	n := root.clone()
	n.nodes[at] = below
	return n, nil
}

// set is the tree with value where the pointer leads. What stands there is
// replaced, a new member is added at the end of its object, "-" adds to the end
// of an array.
func (p pointer) set(root, value *node) (*node, error) {
	if len(p) == 0 {
		return value, nil
	}
	last := p[len(p)-1]
	tree, err := p[:len(p)-1].replaced(root, func(parent *node) (*node, error) {
		n := parent.clone()
		if at, err := n.index(last); err == nil {
			n.nodes[at] = value
			return n, nil
		}
		switch {
		case n.kind == objectNode:
			n.names = append(n.names, spell(last))
		case n.kind == arrayNode && (last == "-" || last == strconv.Itoa(len(n.nodes))):
		default:
			return nil, errors.New("no place for a value")
		}
		n.nodes = append(n.nodes, value)
		return n, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	return tree, nil
}

// remove is the tree without what the pointer leads to.
func (p pointer) remove(root *node) (*node, error) {
	if len(p) == 0 {
		return nil, errors.New("the whole document cannot be removed")
	}
	tree, err := p[:len(p)-1].replaced(root, func(parent *node) (*node, error) {
		at, err := parent.index(p[len(p)-1])
		if err != nil {
			return nil, err
		}
		n := parent.clone()
		n.nodes = append(n.nodes[:at], n.nodes[at+1:]...)
		if n.kind == objectNode {
			n.names = append(n.names[:at], n.names[at+1:]...)
		}
		return n, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	return tree, nil
}

// index is the place of a member or element among the nodes of its parent.
func (n *node) index(part string) (int, error) {
	switch n.kind {
	case objectNode:
		for i, name := range n.names {
			if name.name() == part {
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
