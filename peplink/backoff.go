package peplink

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Spacing of the grants and logins that a 401 causes.
const (
	grantSpacing  = time.Minute
	widestSpacing = 15 * time.Minute
	regrantWindow = time.Hour
	manyRegrants  = 3 // in the window
)

// regrants remembers the grants that a 401 caused: sessions that ended before their time.
// A new one is not asked for each time: where another program uses the same API client,
// each new token may end the other's (field notes, Sessions and tokens), and both would
// fill the router's event log.
type regrants struct {
	recent  []time.Time // within the window before the last one, which is the last element
	spacing time.Duration
}

// last is when a 401 last caused a grant; the zero time where none did.
func (r *regrants) last() time.Time {
	if len(r.recent) == 0 {
		return time.Time{}
	}
	return r.recent[len(r.recent)-1]
}

// tooSoon reports whether a 401 now must not cause a grant.
func (r *regrants) tooSoon(now time.Time) bool {
	return len(r.recent) > 0 && now.Before(r.last().Add(max(r.spacing, grantSpacing)))
}

// add notes a 401 that causes a grant. From the third in an hour on, the next may come
// after 1 min, then 2, 4 … 15 min, until an hour passes without one.
func (r *regrants) add(now time.Time) {
	if now.Sub(r.last()) >= regrantWindow {
		*r = regrants{}
	}
	r.recent = slices.DeleteFunc(r.recent, func(at time.Time) bool { return now.Sub(at) >= regrantWindow })
	r.recent = append(r.recent, now)
	if len(r.recent) >= manyRegrants || r.spacing > 0 {
		r.spacing = min(max(2*r.spacing, grantSpacing), widestSpacing)
	}
}

// contended reports whether they look like another program at work.
func (r *regrants) contended(now time.Time) bool {
	return r.spacing > 0 && now.Sub(r.last()) < regrantWindow
}

// Back-off after a grant or login that brought no session.
const (
	firstBackOff = 30 * time.Second
	lastBackOff  = 15 * time.Minute
	// backOffEndings is how often it can be ended by request.
	backOffEndings = 5 * time.Minute
)

// refusal remembers that a router refused credentials, so that it is not asked again and
// again with the same ones.
type refusal struct {
	credentials Credentials
	err         error
	until       time.Time
	wait        time.Duration
}

// refuse sets the time before which these credentials are not tried again: 30 s, then 1,
// 2, 4 … 15 min, each lengthened by up to a tenth.
func (s *session) refuse(err error, credentials Credentials) {
	wait := firstBackOff
	if s.refused.err != nil && s.refused.credentials == credentials {
		wait = min(2*s.refused.wait, lastBackOff)
	}
	jitter := time.Duration(rand.Float64() * float64(wait) / 10) //nolint:gosec // spreads load, guards nothing
	s.refused = refusal{credentials: credentials, err: err, until: s.now().Add(wait + jitter), wait: wait}
}

// EndBackOff ends the wait after refused credentials, at most once in five minutes:
// somebody may have mended the router's side.
func (c *Client) EndBackOff() {
	s := c.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused.err == nil || s.now().Before(s.ended.Add(backOffEndings)) {
		return
	}
	s.ended = s.now()
	s.refused.until = time.Time{}
}
