package peplinktest

import (
	"fmt"
	"slices"
	"time"
)

// keptEvents is how many lines the event log shows (field notes, Sessions and
// tokens).
const keptEvents = 50

// Events is the router's event log, oldest first: logins, grants and all that
// was changed by the API. It shows the last 50 lines only.
func (r *Router) Events() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}

func (r *Router) note(format string, values ...any) {
	line := r.clock.Now().Format(time.DateTime) + " " + fmt.Sprintf(format, values...)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, line)
	r.events = r.events[max(len(r.events)-keptEvents, 0):]
}
