package peplinktest

import (
	"maps"
	"mime"
	"slices"
	"strconv"
	"strings"
)

// argument is a member of the JSON object that is posted.
type argument struct {
	fits     func(*node) bool
	required bool
}

// readArguments reads the body of a POST: a JSON object, said to be one, with
// the wanted members, each once. Where none is required the document's examples
// send no body.
func (c *call) readArguments(wanted map[string]argument) *answer {
	kind, _, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return new(failure(codeInvalidParameter, "invalid content type"))
	}
	object := &node{kind: objectNode}
	if len(c.body) > 0 || slices.ContainsFunc(slices.Collect(maps.Values(wanted)), func(a argument) bool { return a.required }) {
		object, err = parseTree(c.body)
	}
	if err != nil || object.kind != objectNode || len(c.body) > maxBody {
		return new(failure(codeInvalidParameter, "invalid request"))
	}
	c.arguments = make(map[string]*node)
	for i, spelled := range object.names {
		name := spelled.name()
		known, ok := wanted[name]
		if !ok || c.arguments[name] != nil || !known.fits(object.nodes[i]) {
			return new(invalidParameter(name))
		}
		c.arguments[name] = object.nodes[i]
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if wanted[name].required && c.arguments[name] == nil {
			return new(invalidParameter(name))
		}
	}
	return nil
}

// text is an argument that is a string, "" if it is absent.
func (c *call) text(name string) string {
	text, _ := stringOf(c.arguments[name])
	return text
}

// yes is an argument that is a boolean, false if it is absent.
func (c *call) yes(name string) bool {
	return c.arguments[name] != nil && strings.Trim(c.arguments[name].literal, `"`) == "true"
}

// id is an argument that is a number, also in a string, as a document's key.
func (c *call) id(name string) string {
	n, _ := idOf(c.arguments[name])
	return n
}

// required and optional are the forms of arguments.
func required(fits func(*node) bool) argument { return argument{fits, true} }
func optional(fits func(*node) bool) argument { return argument{fits, false} }

func isText(n *node) bool {
	_, ok := stringOf(n)
	return ok
}

func isBoolean(n *node) bool { return n.literal == "true" || n.literal == "false" }

// isBooleanText takes the word, and a string that holds it: the document calls
// instantActive a string, and sends a boolean.
func isBooleanText(n *node) bool {
	return slices.Contains([]string{"true", "false"}, strings.Trim(n.literal, `"`))
}

// isID takes a number, and a string that holds one: the document's examples
// send both.
func isID(n *node) bool {
	_, ok := idOf(n)
	return ok
}

func idOf(n *node) (id string, ok bool) {
	if n == nil || n.kind != scalarNode {
		return "", false
	}
	id = n.literal
	if text, isString := stringOf(n); isString {
		id = text
	}
	number, err := strconv.Atoi(id)
	return id, err == nil && strconv.Itoa(number) == id
}

// isOneOf takes one of some strings.
func isOneOf(known ...string) func(*node) bool {
	return func(n *node) bool {
		text, ok := stringOf(n)
		return ok && slices.Contains(known, text)
	}
}
