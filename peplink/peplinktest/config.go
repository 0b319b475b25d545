package peplinktest

import (
	"encoding/json"
	"regexp"
	"slices"
)

const (
	wanDocument  = "status.wan.connection"
	ssidDocument = "config.ssid.profile"
)

// pending is what was configured and not applied yet.
type pending struct {
	apply, discard []func()
}

// change puts a value into a document of the router's own. Where a test has
// taken away what it is about, nothing happens.
func (r *Router) change(endpoint, path string, value any) {
	_ = r.Change(endpoint, path, value)
}

func (r *Router) stage(apply, discard func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.staged.apply = append(r.staged.apply, apply)
	r.staged.discard = append(r.staged.discard, discard)
}

// unstage takes what is pending: it is applied or discarded now.
func (r *Router) unstage() (p pending) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, r.staged = r.staged, pending{}
	return p
}

// applyConfig is POST cmd.config.apply.
func (r *Router) applyConfig(*call) answer {
	for _, do := range r.unstage().apply {
		do()
	}
	r.note("Changes applied")
	return success(nil, "")
}

// discardConfig is POST cmd.config.discard.
func (r *Router) discardConfig(*call) answer {
	for _, undo := range slices.Backward(r.unstage().discard) {
		undo()
	}
	return success(nil, "")
}

// wanPriority is one change that POST config.wan.connection.priority asks for.
type wanPriority struct {
	ConnID   json.Number `json:"connId"`
	Priority *int        `json:"priority"`
	Enable   *bool       `json:"enable"`
}

// setPriority is POST config.wan.connection.priority: it shows in
// status.wan.connection once it is applied, or at once with instantActive.
func (r *Router) setPriority(c *call) answer {
	var list []wanPriority
	_ = json.Unmarshal(c.arguments["list"].json(), &list) // its form was checked
	type updated struct {
		Name     any `json:"name"`
		Priority any `json:"priority,omitempty"`
		Enable   any `json:"enable"`
	}
	response, order := map[string]any{}, []json.Number{}
	for _, w := range list {
		path := "/" + w.ConnID.String()
		name, err := r.Value(wanDocument, path+"/name")
		if err != nil {
			return failure(codeInvalidParameter, "invalid connId")
		}
		shown := updated{Name: name}
		shown.Priority, _ = r.Value(wanDocument, path+"/priority") // absent where the WAN is disabled
		shown.Enable, _ = r.Value(wanDocument, path+"/enable")
		if w.Priority != nil {
			shown.Priority = *w.Priority
		}
		if w.Enable != nil {
			shown.Enable = *w.Enable
		}
		response[w.ConnID.String()], order = shown, append(order, w.ConnID)
	}
	response["order"] = order
	apply := func() {
		for _, w := range list {
			r.enableWAN(w)
		}
	}
	if c.yes("instantActive") {
		apply()
	} else {
		r.stage(apply, func() {})
	}
	return successOf(response)
}

// enableWAN makes a WAN look like what it was configured to be.
func (r *Router) enableWAN(w wanPriority) {
	path := "/" + w.ConnID.String()
	if w.Priority != nil {
		r.change(wanDocument, path+"/priority", *w.Priority)
	}
	if was, _ := r.Value(wanDocument, path+"/enable"); w.Enable == nil || was == *w.Enable {
		return
	}
	r.change(wanDocument, path+"/enable", *w.Enable)
	led, message := "yellow", "Connecting..."
	if !*w.Enable {
		led, message = "gray", "Disabled"
		_ = r.Remove(wanDocument, path+"/priority")
	}
	r.disconnectWAN(path, led, message)
}

// disconnectWAN takes away what only a WAN that is up has.
func (r *Router) disconnectWAN(path, led, message string) {
	r.change(wanDocument, path+"/statusLed", led)
	r.change(wanDocument, path+"/message", message)
	r.change(wanDocument, path+"/uptime", 0)
	for _, name := range []string{"ip", "mask", "gateway", "dns"} {
		_ = r.Remove(wanDocument, path+"/"+name)
	}
}

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

func isPriorityList(n *node) bool {
	var list []wanPriority
	return n.kind == arrayNode && n.decode(&list) &&
		!slices.ContainsFunc(list, func(w wanPriority) bool { return w.ConnID == "" })
}
