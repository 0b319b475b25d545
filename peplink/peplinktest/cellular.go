package peplinktest

import (
	"regexp"
	"slices"
	"strconv"
)

const cellularDocument = "cmd.wan.cellular"

// Message is an SMS that the router was told to send.
type Message struct {
	// ConnID is "" where the router was to choose a WAN by itself.
	ConnID, Address, Content string
}

// Messages are all that the router was told to send.
func (r *Router) Messages() []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.messages)
}

var phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

func isPhoneNumber(n *node) bool {
	text, ok := stringOf(n)
	return ok && phoneNumber.MatchString(text)
}

// hasEntry says whether an endpoint's document, which is by connection, has the
// one that is asked for.
func (r *Router) hasEntry(endpoint, id string) bool {
	tree, err := r.documents.current(endpoint)
	return err == nil && tree.member(id) != nil
}

// cellularOnly lets only those through that name a cellular WAN.
func cellularOnly(do func(r *Router, c *call, path string)) func(r *Router, c *call) answer {
	return func(r *Router, c *call) answer {
		if !r.hasEntry(cellularDocument, c.id("connId")) {
			return failure(codeInvalidParameter, "invalid connId")
		}
		do(r, c, "/"+c.id("connId"))
		return success(nil, "")
	}
}

// sendMessage is POST cmd.sms.sendMessage.
func (r *Router) sendMessage(c *call) answer {
	id := c.id("connId")
	if c.arguments["connId"] != nil && !r.hasEntry(cellularDocument, id) {
		return failure(codeInvalidParameter, "invalid connId")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, Message{id, c.text("address"), c.text("content")})
	return success(nil, "")
}

// rescanNetwork is POST cmd.cellularModule.rescanNetwork: it only takes time.
func (r *Router) rescanNetwork(_ *call, path string) { r.note("WAN %s rescans", path[1:]) }

// resetModule is POST cmd.cellularModule.reset: the WAN is up anew.
func (r *Router) resetModule(_ *call, path string) {
	r.change(wanDocument, path+"/uptime", 0)
	r.note("WAN %s: module reset", path[1:])
}

// setSIM is POST cmd.wan.cellular. A SIM that is disabled gives way to another.
func (r *Router) setSIM(c *call, path string) {
	for _, name := range []string{"enabledSim", "preferredSim"} {
		if given := c.arguments[name]; given != nil {
			r.merge(cellularDocument, path+"/"+name, given)
		}
	}
	var enabled []int
	if given := c.arguments["enabledSim"]; given == nil || !given.decode(&enabled) {
		return
	}
	use := enabled[0]
	for slot := 1; slot <= 2; slot++ {
		active, err := r.Value(wanDocument, path+"/cellular/sim/"+strconv.Itoa(slot)+"/active")
		if err == nil && active == true && slices.Contains(enabled, slot) {
			use = slot
		}
	}
	for slot := 1; slot <= 2; slot++ {
		r.change(wanDocument, path+"/cellular/sim/"+strconv.Itoa(slot)+"/active", slot == use)
	}
}

func isSIMList(n *node) bool {
	var list []int
	return n.decode(&list) && len(list) > 0 && !slices.ContainsFunc(list, func(slot int) bool { return slot != 1 && slot != 2 })
}

func isSIM(n *node) bool { return slices.Contains([]string{"1", "2", "null"}, n.literal) }
