package peplinktest

import (
	"encoding/json"
	"slices"
)

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

func isPriorityList(n *node) bool {
	var list []wanPriority
	return n.kind == arrayNode && n.decode(&list) &&
		!slices.ContainsFunc(list, func(w wanPriority) bool { return w.ConnID == "" })
}
