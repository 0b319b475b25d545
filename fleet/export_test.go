package fleet

import "github.com/peplink-exporter/peplink_exporter/peplink"

// Client is what the router is asked with.
func (r *Router) Client() *peplink.Client { return r.client }

// ForgetRefusals does as a reload of an unchanged configuration.
func (r *Router) ForgetRefusals() { r.forgetRefusals() }

// Waiting is how many polls wait for the call in flight that a collector's answer comes
// from, so that a test knows when a poll has joined another.
func (r *Router) Waiting(collector string) int {
	return map[string]func() int{
		"wan":         r.calls.wans.waiting,
		"allowance":   r.calls.allowances.waiting,
		"pepvpn":      r.calls.pepvpn.waiting,
		"pepvpn_link": r.calls.tunnels.waiting,
		"firmware":    r.calls.firmwares.waiting,
		"system":      r.calls.system.waiting,
		"lan":         r.calls.lans.waiting,
	}[collector]()
}

func (c *call[T]) waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inFlight == nil {
		return 0
	}
	return c.inFlight.waiters
}
