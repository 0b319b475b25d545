package peplinktest

import "slices"

const wanDocument = "status.wan.connection"

// pending is what was configured and not applied yet.
type pending struct {
	apply, discard []func()
}

// change puts a value into a document of the router's own. Where a test has
// taken away what it is about, nothing happens.
func (r *Router) change(endpoint, path string, value any) {
	_ = r.Change(endpoint, path, value)
}

func (r *Router) stage(apply, discard func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.staged.apply = append(r.staged.apply, apply)
	r.staged.discard = append(r.staged.discard, discard)
}

// unstage takes what is pending: it is applied or discarded now.
func (r *Router) unstage() (p pending) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, r.staged = r.staged, pending{}
	return p
}

// applyConfig is POST cmd.config.apply.
func (r *Router) applyConfig(*call) answer {
	for _, do := range r.unstage().apply {
		do()
	}
	r.note("Changes applied")
	return success(nil, "")
}

// discardConfig is POST cmd.config.discard.
func (r *Router) discardConfig(*call) answer {
	for _, undo := range slices.Backward(r.unstage().discard) {
		undo()
	}
	return success(nil, "")
}
