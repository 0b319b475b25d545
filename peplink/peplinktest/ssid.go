package peplinktest

import (
	"encoding/json"
	"regexp"
	"slices"
)

const ssidDocument = "config.ssid.profile"

// updateSSID is POST config.ssid.profile: "Only given information will be
// affect". What is configured shows at once; a discard undoes it.
func (r *Router) updateSSID(c *call) answer {
	id := c.id("id")
	before, err := r.documents.current(ssidDocument)
	if err != nil || before.member(id) == nil {
		return invalidParameter("id")
	}
	if c.arguments["vlanId"] != nil {
		r.change(ssidDocument, "/"+id+"/vlanId", json.RawMessage(c.id("vlanId")))
	}
	for _, name := range []string{"name", "enable", "broadcast", "security"} {
		if given := c.arguments[name]; given != nil {
			r.merge(ssidDocument, "/"+id+"/"+name, given)
		}
	}
	r.stage(func() {}, func() { r.change(ssidDocument, "", json.RawMessage(before.json())) })
	r.note("SSID profile %s changed", id)
	after, _ := r.documents.current(ssidDocument)
	return success(only(after, []string{id}).json(), "")
}

// merge puts the members of an object into the one that is there, and in place
// of anything else what is given.
func (r *Router) merge(endpoint, path string, given *node) {
	there, err := r.Value(endpoint, path)
	if _, isObject := there.(map[string]any); err != nil || !isObject || given.kind != objectNode {
		r.change(endpoint, path, json.RawMessage(given.json()))
		return
	}
	for i, name := range given.names {
		r.merge(endpoint, path+"/"+name.name(), given.nodes[i])
	}
}

var ssidKey = regexp.MustCompile(`^([ -~]{8,63}|[0-9A-Fa-f]{64})$`)

// isSSIDSecurity is the security of a profile as it is posted (API document,
// POST config.ssid.profile).
func isSSIDSecurity(n *node) bool {
	type personal struct {
		FastTransition *bool   `json:"fastTransition"`
		Key            *string `json:"key"`
	}
	var security struct {
		Policy          *string   `json:"policy"`
		WPA2Personal    *personal `json:"wpa2Personal"`
		WPAWPA2Personal *personal `json:"wpaWpa2Personal"`
	}
	if !n.decode(&security) {
		return false
	}
	if p := security.Policy; p != nil && !slices.Contains([]string{"WPA2 Personal", "WPA/WPA2 Personal"}, *p) {
		return false
	}
	if both := security.WPAWPA2Personal; both != nil && both.FastTransition != nil {
		return false
	}
	for _, p := range []*personal{security.WPA2Personal, security.WPAWPA2Personal} {
		if p != nil && p.Key != nil && !ssidKey.MatchString(*p.Key) {
			return false
		}
	}
	return true
}
