package peplinktest

import (
	"slices"
	"strconv"
	"strings"
)

// isCount is a plain decimal from 0.
func isCount(value string) bool {
	n, err := strconv.Atoi(value)
	return err == nil && n >= 0 && strconv.Itoa(n) == value
}

// isSize is one from 1: a page of nothing is no page.
func isSize(value string) bool { return isCount(value) && value != "0" }

// chosenTunnels cuts the answer of status.pepvpn out of the whole truth: the
// profiles and a page of the peers, or what of them infoType names, and the
// tunnels of the peers that tunnelOption names. Without tunnelOption there are
// no tunnels, whatever infoType says (API document, GET status.pepvpn; field
// notes, status.pepvpn).
func chosenTunnels(c *call, root *node) (*node, error) {
	wanted := []string{"profile", "peer"}
	if len(c.query["infoType"]) > 0 {
		wanted = nil
		for _, list := range c.query["infoType"] {
			words, _ := wordList(list) // the table has checked it
			wanted = append(wanted, words...)
		}
	}
	options := c.query["tunnelOption"]
	if len(options) > 1 && c.facts.TunnelOptions == "one" {
		options = options[len(options)-1:]
	}
	answered := root.with(func(name string, _ *node) bool {
		if name == "tunnel" {
			return len(options) > 0
		}
		return slices.Contains(wanted, name)
	})
	for i, name := range answered.names {
		switch part := answered.nodes[i]; {
		case name.name() == "profile" && c.query.get("lite") == "yes":
			answered.nodes[i] = liteProfiles(part)
		case name.name() == "peer" && part.kind == arrayNode:
			answered.nodes[i] = c.page(part)
		case name.name() == "tunnel" && part.kind == objectNode:
			// A peer that is not there, or has no tunnel, simply has no entry.
			answered.nodes[i] = only(part.with(func(name string, _ *node) bool {
				return name == "order" || slices.Contains(options, name)
			}), options)
		}
	}
	return answered, nil
}

// fullOnly are the keys of a profile that lite leaves out (API document, GET
// status.pepvpn, Profile_Obj).
var fullOnly = []string{"vlanId", "status", "conflictCount", "peerCount", "userShared", "userCount", "type"}

func liteProfiles(profiles *node) *node {
	lite := profiles.clone()
	for i, profile := range lite.nodes {
		if profile.kind == objectNode {
			lite.nodes[i] = profile.with(func(name string, _ *node) bool { return !slices.Contains(fullOnly, name) })
		}
	}
	return lite
}

// page is the part of the peer list that is asked for. How a pattern is matched
// is not documented; here it is any part of a peer's names, in any case.
func (c *call) page(peers *node) *node {
	pattern, serial := strings.ToLower(c.query.get("searchPattern")), c.query.get("serialNumber")
	page := &node{kind: arrayNode}
	for _, peer := range peers.nodes {
		if matches(peer, pattern) && (serial == "" || textIn(peer, "serialNumber") == serial) {
			page.nodes = append(page.nodes, peer)
		}
	}
	start, _ := strconv.Atoi(c.query.get("start")) // the table has checked both
	size, err := strconv.Atoi(c.query.get("size"))
	if err != nil {
		size = c.facts.DefaultPeers
	}
	page.nodes = page.nodes[min(start, len(page.nodes)):]
	if size > 0 {
		page.nodes = page.nodes[:min(size, len(page.nodes))]
	}
	return page
}

func matches(peer *node, pattern string) bool {
	return slices.ContainsFunc([]string{"name", "serialNumber", "username", "peerId"}, func(name string) bool {
		return strings.Contains(strings.ToLower(textIn(peer, name)), pattern)
	})
}

func textIn(n *node, name string) string {
	text, _ := stringOf(n.member(name))
	return text
}
