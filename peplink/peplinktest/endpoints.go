package peplinktest

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// endpoint is what a router knows of one of its functions.
type endpoint struct {
	method string
	// parameters are the query parameters beside accessToken, and how each
	// must look.
	parameters map[string]func(value string) bool
	// open endpoints answer without a session.
	open bool
	// answer makes the answer of an endpoint that is more than its document.
	answer func(r *Router, c *call) answer
	// part is what of the document is answered, nil for all of it.
	part func(c *call, root *node) (*node, error)
}

// endpoints are the functions of the API that can be simulated. Those with a
// document of their own exist on a router only if its model has the fixture.
var endpoints = map[string]endpoint{
	"auth.token.grant":  {method: http.MethodPost, open: true, answer: (*Router).grant},
	"auth.token.revoke": {method: http.MethodPost, answer: (*Router).revoke},
	"info.firmware":     {method: http.MethodGet, open: true, part: firmwareInUse},
	"status.wan.connection": {
		method: http.MethodGet, part: chosenConnections,
		parameters: map[string]func(string) bool{"id": isIDList, "lite": isYesOrNo},
	},
	"status.wan.connection.allowance": {
		method: http.MethodGet, part: chosenAllowances,
		parameters: map[string]func(string) bool{"connId": isIDList},
	},
}

func isIDList(value string) bool {
	_, ok := idList(value)
	return ok
}

func isYesOrNo(value string) bool {
	return value == "yes" || value == "no"
}

// parameterFault is a value that only the document itself can refuse.
type parameterFault string

func (f parameterFault) Error() string { return string(f) }

// document answers an endpoint with its document.
func (r *Router) document(c *call) answer {
	body, err := r.documents.read(c.endpoint, r.instant(), func(root *node) (*node, error) {
		if c.known.part == nil {
			return root, nil
		}
		return c.known.part(c, root)
	})
	if fault, ok := errors.AsType[parameterFault](err); ok {
		return failure(codeInvalidParameter, fault.Error())
	}
	if err != nil {
		return failure(codeUnknownFunction, "unknown function")
	}
	return success(body, r.model.Notices[c.endpoint])
}

// firmwareInUse hides the other slot from those who did not log in (API
// document, GET info.firmware).
func firmwareInUse(c *call, root *node) (*node, error) {
	if c.session {
		return root, nil
	}
	var slots []string
	for i, name := range root.names {
		if inUse := root.nodes[i].member("inUse"); inUse != nil && inUse.literal == "true" {
			slots = append(slots, name)
		}
	}
	return only(root, slots), nil
}

// chosenConnections honours `id`. `lite` changes nothing: it "will not have
// effect on MAX device" (API document, GET status.wan.connection).
func chosenConnections(c *call, root *node) (*node, error) {
	return chosen(c, root, "id")
}

// chosenAllowances honours `connId`.
func chosenAllowances(c *call, root *node) (*node, error) {
	return chosen(c, root, "connId")
}

func chosen(c *call, root *node, parameter string) (*node, error) {
	value, given := c.parameters[parameter]
	if !given {
		return root, nil
	}
	ids, _ := idList(value) // the table has checked it
	for _, id := range ids {
		if n := root.member(id); n == nil || n.kind != objectNode {
			return nil, parameterFault("invalid " + parameter)
		}
	}
	return only(root, ids), nil
}

// only leaves of the objects in a keyed answer, and of its order, those with
// the given ids. What stands beside the ids stays.
func only(root *node, ids []string) *node {
	chosen := root.with(func(name string, value *node) bool {
		return value.kind != objectNode || slices.Contains(ids, name)
	})
	at := slices.Index(chosen.names, "order")
	if at < 0 || chosen.nodes[at].kind != arrayNode {
		return chosen
	}
	order := &node{kind: arrayNode}
	for _, id := range chosen.nodes[at].nodes {
		if slices.Contains(ids, strings.Trim(id.literal, `"`)) {
			order.nodes = append(order.nodes, id)
		}
	}
	chosen.nodes[at] = order
	return chosen
}
