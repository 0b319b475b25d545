package peplinktest

import (
	"maps"
	"mime"
	"slices"
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

// required is an argument that must be there.
func required(fits func(*node) bool) argument { return argument{fits, true} }

func isText(n *node) bool {
	_, ok := stringOf(n)
	return ok
}
