package peplink

import (
	"sync"
	"time"
)

// refusalLife is how long it is remembered that a router refuses a call.
const refusalLife = time.Hour

// dialects remembers which calls a router's firmware does not know, so that it is not asked
// in vain each time. What is remembered ends after an hour, or when a new session begins:
// its account may have been given more rights, or the firmware changed.
type dialects struct {
	now     func() time.Time
	session func() uint64 // its number

	mu       sync.Mutex
	refusals map[string]pastRefusal // by call
}

type pastRefusal struct {
	err     error
	at      time.Time
	session uint64
}

// remember keeps the error with which the router refused a call.
func (d *dialects) remember(call string, err error) {
	refusal := pastRefusal{err: err, at: d.now(), session: d.session()}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refusals[call] = refusal
}

// refusal returns the error with which the router refused a call, nil where none is
// remembered.
func (d *dialects) refusal(call string) error {
	now, session := d.now(), d.session()
	d.mu.Lock()
	defer d.mu.Unlock()
	refusal := d.refusals[call]
	if refusal.session != session || now.Sub(refusal.at) >= refusalLife {
		return nil
	}
	return refusal.err
}

// ForgetDialects ends what is remembered of the calls that the router's firmware does not
// know.
func (c *Client) ForgetDialects() {
	c.dialects.mu.Lock()
	defer c.dialects.mu.Unlock()
	clear(c.dialects.refusals)
}
