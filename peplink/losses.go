package peplink

import (
	"slices"
	"time"
)

// Spacing of the grants and logins that a 401 causes.
const (
	grantSpacing  = time.Minute
	widestSpacing = 15 * time.Minute
	lossWindow    = time.Hour
	manyLosses    = 3 // in the window
)

// losses remembers when sessions were lost before their time. A new one is not asked for
// at every loss: where another program uses the same API client, each new token may end
// the other's (field notes, Sessions and tokens), and both would fill the router's event
// log.
type losses struct {
	recent  []time.Time // within the window before the last one, which is the last element
	spacing time.Duration
}

// last is when the last loss caused a grant; the zero time where none did.
func (l *losses) last() time.Time {
	if len(l.recent) == 0 {
		return time.Time{}
	}
	return l.recent[len(l.recent)-1]
}

// tooSoon reports whether a loss now must not cause a grant.
func (l *losses) tooSoon(now time.Time) bool {
	return len(l.recent) > 0 && now.Before(l.last().Add(max(l.spacing, grantSpacing)))
}

// add notes a loss that causes a grant. From the third in an hour on, the next may come
// after 1 min, then 2, 4 … 15 min, until an hour passes without one.
func (l *losses) add(now time.Time) {
	if now.Sub(l.last()) >= lossWindow {
		*l = losses{}
	}
	l.recent = slices.DeleteFunc(l.recent, func(at time.Time) bool { return now.Sub(at) >= lossWindow })
	l.recent = append(l.recent, now)
	if len(l.recent) >= manyLosses || l.spacing > 0 {
		l.spacing = min(max(2*l.spacing, grantSpacing), widestSpacing)
	}
}

// areMany reports whether the losses look like another program at work.
func (l *losses) areMany(now time.Time) bool {
	return l.spacing > 0 && now.Sub(l.last()) < lossWindow
}
