package peplinktest

import (
	"slices"
	"strings"
)

// firmwareInUse hides the other slot from those who did not log in (API
// document, GET info.firmware).
func firmwareInUse(c *call, root *node) (*node, error) {
	if c.session != noSession {
		return root, nil
	}
	var slots []string
	for i, name := range root.names {
		if inUse := root.nodes[i].member("inUse"); inUse != nil && inUse.literal == "true" {
			slots = append(slots, name.name())
		}
	}
	return only(root, slots), nil
}

// chosenByID honours `id`. `lite` of status.wan.connection changes nothing: it
// "will not have effect on MAX device" (API document, GET
// status.wan.connection).
func chosenByID(c *call, root *node) (*node, error) {
	return chosen(c, root, "id")
}

// chosenAllowances honours `connId`, which firmware 8.0.0 demands. That one
// knows cellular WANs only: those whose allowances are kept by SIM (API
// document, GET status.wan.connection.allowance).
func chosenAllowances(c *call, root *node) (*node, error) {
	if !c.facts.AllowanceNeedsConnID {
		return chosen(c, root, "connId")
	}
	if len(c.query["connId"]) == 0 {
		return nil, parameterFault("invalid connId")
	}
	cellular := root.with(func(_ string, value *node) bool {
		return value.kind != objectNode || slices.ContainsFunc(value.nodes, func(n *node) bool { return n.kind == objectNode })
	})
	return chosen(c, cellular, "connId")
}

// chosenParts honours the `infoType` of status.system.info. Models that lack a
// part refuse the whole call (field notes, Other endpoints).
func chosenParts(c *call, root *node) (*node, error) {
	if len(c.query["infoType"]) == 0 {
		return root, nil
	}
	parts, _ := wordList(c.query.get("infoType")) // the table has checked it
	for _, part := range parts {
		if root.member(part) == nil {
			return nil, errUnsupported
		}
	}
	return root.with(func(name string, _ *node) bool { return slices.Contains(parts, name) }), nil
}

// ofConnection is what is kept of the one connection that connId names, and
// must name.
func ofConnection(c *call, root *node) (*node, error) {
	if kept := root.member(c.query.get("connId")); kept != nil {
		return kept, nil
	}
	return nil, parameterFault("invalid connId")
}

func chosen(c *call, root *node, parameter string) (*node, error) {
	if len(c.query[parameter]) == 0 {
		return root, nil
	}
	ids, _ := wordList(c.query.get(parameter)) // the table has checked it
	for _, id := range ids {
		if n := root.member(id); n == nil || n.kind != objectNode {
			return nil, parameterFault("invalid " + parameter)
		}
	}
	return only(root, ids), nil
}

// only leaves of the objects in a keyed answer, and of its order, those with
// the given ids. What is no object stays.
func only(root *node, ids []string) *node {
	chosen := root.with(func(name string, value *node) bool {
		return value.kind != objectNode || slices.Contains(ids, name)
	})
	at, err := chosen.index("order")
	if err != nil || chosen.nodes[at].kind != arrayNode {
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
