package simulation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Player plays to a router what its model says: before each request is
// answered, it brings the router to where it stands by its clock. What somebody
// has changed by the player's own methods (edit.go) it leaves alone.
type Player struct {
	router  *peplinktest.Router
	seed    uint64
	started time.Time
	first   time.Time // from when on the scenes are timed
	moves   []moving

	mu     sync.Mutex
	scenes []*playing
	held   []ref
	moved  map[string]time.Time // endpoint → when it last was
}

// playing is a scene, and how far it is.
type playing struct {
	scene
	moves []moving // of its changes
	begun time.Time
	on    bool
}

// Play brings a router to life, from now on, by its clock. Routers of equal
// seed move alike. With seed 0 they start exactly at the fixtures, with any
// other elsewhere within the bounds of each value that wanders, and play their
// scenes up to five minutes later.
func Play(router *peplinktest.Router, seed uint64) (*Player, error) {
	p := &Player{
		router: router, seed: seed, started: router.Clock().Now(),
		moved: make(map[string]time.Time),
	}
	p.first = p.started
	if seed != 0 {
		delay := diceOf("scenes").cast(seed).Float64() * float64(5*time.Minute)
		p.first = p.first.Add(time.Duration(delay).Truncate(time.Second))
	}
	if err := p.load(); err != nil {
		return nil, err
	}
	router.OnRequest(p.step)
	return p, nil
}

func (p *Player) load() error {
	var moves map[string][]move
	if err := read(p.router.Model(), "moves.json", &moves); err != nil {
		return err
	}
	for endpoint, lines := range moves {
		for _, line := range lines {
			value, err := p.router.Value(endpoint, line.Pointer)
			if err != nil {
				return err
			}
			if p.moves, err = withMove(p.moves, endpoint, line, value); err != nil {
				return err
			}
		}
	}
	var scenes []scene
	if err := read(p.router.Model(), "scenes.json", &scenes); err != nil {
		return err
	}
	for _, s := range scenes {
		played := &playing{scene: s}
		for _, c := range s.Changes {
			if c.Kind == "" {
				continue
			}
			value, err := decode(c.Value)
			if err != nil {
				return err
			}
			if played.moves, err = withMove(played.moves, s.Endpoint, c.move, value); err != nil {
				return err
			}
		}
		p.scenes = append(p.scenes, played)
	}
	return nil
}

func withMove(moves []moving, endpoint string, line move, value any) ([]moving, error) {
	n, err := numberOf(value)
	if err != nil {
		return nil, fmt.Errorf("%s%s: %w", endpoint, line.Pointer, err)
	}
	return append(moves, moving{endpoint: endpoint, pointer: line.Pointer, motion: line.motion, number: n}), nil
}

// step brings the scenes, and what moves in an endpoint's document, up to date.
func (p *Player) step(endpoint string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.router.Clock().Now()
	for _, s := range p.scenes {
		begin, end, happened := s.last(p.first, now)
		another := begin != s.begun
		if s.on && (another || !now.Before(end)) {
			p.end(s)
		}
		if happened && another && s.Reboot {
			p.router.Reboot(max(end.Sub(now), 0))
		}
		if happened && another && now.Before(end) {
			p.begin(s)
		}
		s.begun = begin
	}
	if second := now.Truncate(time.Second); p.moved[endpoint] != second {
		p.moved[endpoint] = second
		p.move(endpoint, now)
	}
}

// begin makes a scene's changes. What one is about may be gone with another:
// then so is this one.
func (p *Player) begin(s *playing) {
	s.on = true
	for _, c := range s.Changes {
		switch at := (ref{s.Endpoint, c.Pointer}); {
		case at.overlapsAny(p.held):
		case c.Remove:
			_ = p.router.Remove(at.endpoint, at.pointer)
		default:
			_ = p.router.Change(at.endpoint, at.pointer, c.Value)
		}
	}
	clear(p.moved)
}

func (p *Player) end(s *playing) {
	s.on = false
	for _, c := range slices.Backward(s.Changes) { // elements come back in their order
		if at := (ref{s.Endpoint, c.Pointer}); !at.overlapsAny(p.held) {
			_ = p.router.Restore(at.endpoint, at.pointer)
		}
	}
	clear(p.moved)
}

// EndScenes ends the scenes, and lets none happen any more.
func (p *Player) EndScenes() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.scenes {
		if s.on {
			p.end(s)
		}
	}
	p.scenes = nil
}

// move moves what is there to be moved: neither held nor changed by a scene.
func (p *Player) move(endpoint string, now time.Time) {
	still := slices.Clone(p.held)
	for _, s := range p.scenes {
		for i := 0; s.on && i < len(s.Changes); i++ {
			still = append(still, ref{s.Endpoint, s.Changes[i].Pointer})
		}
	}
	for _, m := range p.moves {
		if at := (ref{m.endpoint, m.pointer}); m.endpoint == endpoint && !at.overlapsAny(still) {
			since, zeroed := p.origin(at, now)
			p.put(m, instant{now, p.started, since, zeroed, p.seed})
		}
	}
	for _, s := range p.scenes {
		for _, m := range s.moves {
			if at := (ref{m.endpoint, m.pointer}); s.on && m.endpoint == endpoint && !at.overlapsAny(p.held) {
				p.put(m, instant{now, p.started, s.begun, false, p.seed})
			}
		}
	}
}

func (p *Player) put(m moving, i instant) {
	value, err := m.at(i, func(name string) (float64, bool) {
		sibling, err := p.router.Value(m.endpoint, path.Dir(m.pointer)+"/"+name)
		if err != nil {
			return 0, false
		}
		n, err := numberOf(sibling)
		return n.value, err == nil
	})
	if err == nil {
		_ = p.router.Change(m.endpoint, m.pointer, value) // what it is in may be gone
	}
}

// origin is from when on a value counts, and whether from 0.
func (p *Player) origin(at ref, now time.Time) (since time.Time, zeroed bool) {
	since = p.started
	if booted := p.router.Booted(); booted.After(since) {
		since, zeroed = booted, true
	}
	for _, s := range p.scenes {
		begin, end, ok := s.last(p.first, now)
		if !ok || s.Endpoint != at.endpoint {
			continue
		}
		if !now.Before(end) {
			begin = end
		}
		for _, restart := range s.Restart {
			if at.within(restart) && begin.After(since) {
				since, zeroed = begin, true
			}
		}
	}
	return since, zeroed
}

func decode(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
