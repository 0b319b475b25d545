package simulation

import (
	"encoding/json"
	"slices"
	"strings"
)

// ref is a JSON pointer (RFC 6901) into the document of an endpoint.
type ref struct{ endpoint, pointer string }

func (r ref) within(pointer string) bool {
	return strings.HasPrefix(r.pointer+"/", pointer+"/")
}

// overlapsAny says whether one of the others leads to the place, or below it.
func (r ref) overlapsAny(others []ref) bool {
	return slices.ContainsFunc(others, func(other ref) bool {
		return r.endpoint == other.endpoint && (r.within(other.pointer) || other.within(r.pointer))
	})
}

// Change puts a value at a JSON pointer of an endpoint's document. It stays as
// given: what moved there moves no longer, and scenes pass it by.
func (p *Player) Change(endpoint, pointer string, value json.RawMessage) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.router.Change(endpoint, pointer, value); err != nil {
		return err
	}
	p.held = append(p.held, ref{endpoint, pointer})
	return nil
}

// Remove takes out what stands at a JSON pointer of an endpoint's document.
func (p *Player) Remove(endpoint, pointer string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.router.Remove(endpoint, pointer); err != nil {
		return err
	}
	p.held = append(p.held, ref{endpoint, pointer})
	return nil
}

// Restore undoes all that was changed or removed in an endpoint's document.
func (p *Player) Restore(endpoint string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.router.Restore(endpoint); err != nil {
		return err
	}
	p.held = slices.DeleteFunc(p.held, func(at ref) bool { return at.endpoint == endpoint })
	for _, s := range p.scenes {
		if s.on && s.Endpoint == endpoint {
			p.begin(s)
		}
	}
	return nil
}
