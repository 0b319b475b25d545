package peplinktest

import "time"

// make is the tree with the change in it, for a scene that began then.
func (c *sceneChange) make(tree *node, begin time.Time) (*node, error) {
	if c.Remove {
		return c.at.remove(tree)
	}
	value := c.tree.clone()
	value.since = &epoch{begin: begin}
	return c.at.set(tree, value)
}

// last is the latest beginning of a scene up to an instant, and its end, which
// may be to come. Routers of other seeds than 0 play it up to five minutes
// later, each all its scenes by the same time.
func (s *scene) last(at instant) (begin, end time.Time, ok bool) {
	if !at.scenes {
		return begin, end, false
	}
	first := at.started.Add(time.Duration(s.After) + stageFright(at.seed))
	since := at.now.Sub(first)
	if since < 0 {
		return begin, end, false
	}
	begin = first
	if every := time.Duration(s.Every); every > 0 {
		begin = first.Add(since / every * every)
	}
	return begin, begin.Add(time.Duration(s.For)), true
}

func stageFright(seed uint64) time.Duration {
	if seed == 0 {
		return 0
	}
	return time.Duration(diceOf("scenes").cast(seed).Float64() * float64(5*time.Minute)).Truncate(time.Second)
}

// play is a document as the scenes have left it. What a test has edited they
// leave alone.
func play(scenes []scene, endpoint string, tree *node, edited []pointer, at instant) *node {
	for i := range scenes {
		s := &scenes[i]
		begin, end, ok := s.last(at)
		if !ok || s.Endpoint != endpoint {
			continue
		}
		boundary := begin
		if ended := !at.now.Before(end); ended {
			boundary = end
		} else {
			tree = s.change(tree, edited, begin)
		}
		for _, place := range s.restart {
			tree = restarted(tree, place, boundary)
		}
	}
	return tree
}

func (s *scene) change(tree *node, edited []pointer, begin time.Time) *node {
	for i := range s.Changes {
		c := &s.Changes[i]
		if touches(edited, c.at) {
			continue
		}
		// What it is about may be gone with another change: then so is this one.
		if changed, err := c.make(tree, begin); err == nil {
			tree = changed
		}
	}
	return tree
}

func touches(edited []pointer, at pointer) bool {
	for _, place := range edited {
		if place.overlaps(at) {
			return true
		}
	}
	return false
}

// restarted is the tree in which all below a place counts from 0 since then.
func restarted(tree *node, place pointer, since time.Time) *node {
	marked, err := place.replaced(tree, func(n *node) (*node, error) {
		n = n.clone()
		if n.since == nil || since.After(n.since.begin) {
			n.since = &epoch{begin: since, zeroed: true}
		}
		return n, nil
	})
	if err != nil { // it is gone, so nothing counts there
		return tree
	}
	return marked
}

// reboots is when the router last went off by itself, and when it was on again.
func reboots(scenes []scene, at instant) (off, on time.Time) {
	for i := range scenes {
		if begin, end, ok := scenes[i].last(at); ok && scenes[i].Reboot && begin.After(off) {
			off, on = begin, end
		}
	}
	return off, on
}
