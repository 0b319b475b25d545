package collector

import (
	"sync"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// memoryTime is how long it is remembered that a router refuses a call.
const memoryTime = time.Hour

// memory is what is remembered of a router's refusals, so that it is not asked in vain at
// every scrape. A refusal is forgotten after an hour, or when a new session begins: its
// account may have been given more rights, or its firmware changed.
type memory struct {
	client *peplink.Client
	now    func() time.Time

	mu       sync.Mutex
	refusals map[string]remembered // by call
}

type remembered struct {
	err error
	moment
}

// moment is a time in a session with the router.
type moment struct {
	at      time.Time
	session uint64
}

func newMemory(client *peplink.Client, now func() time.Time) *memory {
	return &memory{client: client, now: now, refusals: map[string]remembered{}}
}

func (m *memory) moment() moment {
	return moment{at: m.now(), session: m.client.Status().Session.Number}
}

// remember keeps the error with which the router refused a call.
func (m *memory) remember(call string, err error) {
	now := m.moment()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusals[call] = remembered{err: err, moment: now}
}

// of returns the error with which the router refused a call, nil where none is remembered.
func (m *memory) of(call string) error {
	now := m.moment()
	m.mu.Lock()
	defer m.mu.Unlock()
	refusal := m.refusals[call]
	if refusal.session != now.session || now.at.Sub(refusal.at) >= memoryTime {
		return nil
	}
	return refusal.err
}

// forget ends all memories.
func (m *memory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.refusals)
}

// isFailure reports whether the router answered that it will not do what it was asked, in
// words that do not tell why.
func isFailure(err error) bool {
	return err != nil && peplink.ReasonOf(err) == peplink.ReasonAPI && !peplink.IsTransient(err)
}

// isRefusal reports whether a router will go on to answer like this.
func isRefusal(err error) bool {
	if err == nil {
		return false
	}
	switch peplink.ReasonOf(err) {
	case peplink.ReasonForbidden, peplink.ReasonUnsupported:
		return true
	}
	return false
}
