package fleet

import "github.com/peplink-exporter/peplink_exporter/collector"

// echo is a collector that shows more of what the step of another one brings. It asks the
// router nothing itself.
type echo[T any] struct {
	*step[T]
	name string
	show func(*T, *collector.View, *collector.Families)
}

func (e *echo[T]) collector() string { return e.name }

// isJoined reports false, for its call is another collector's.
func (e *echo[T]) isJoined() bool { return false }

// outcome is that of the call, of which the values that are shown count as unreadable, and
// no others.
func (e *echo[T]) outcome() collector.Outcome {
	o := e.step.outcome()
	o.Collector, o.Unreadable = e.name, 0
	return o
}

func (e *echo[T]) fill(view *collector.View, into *collector.Families) {
	if e.answer != nil {
		e.show(&e.answer.Value, view, into)
	}
}
