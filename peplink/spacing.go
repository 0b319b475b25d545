package peplink

import (
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
