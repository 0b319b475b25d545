package peplinktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// scene is something that happens to a router by itself, again and again: one
// entry of a model's scenes.json. Like what moves, it is a function of the clock
// and of the instant the router was started.
type scene struct {
	// After is when it happens first, counted from the router's start, Every how
	// long after each beginning it happens again, never if absent.
	After duration `json:"after"`
	Every duration `json:"every"`
	// For is how long it lasts. Then all is as before.
	For duration `json:"for"`

	// Endpoint is the one whose document Changes and Restart are about.
	Endpoint string        `json:"endpoint"`
	Changes  []sceneChange `json:"changes"`
	// Restart points at what counts from 0 again, with everything below: when
	// the scene begins, and when it ends.
	Restart []string `json:"restart"`
	// Reboot loses all tokens and cookies. While the scene lasts the router is
	// off: it cuts every connection. Then uptimes and counters start at 0.
	Reboot bool `json:"reboot"`

	restart []pointer
}

// sceneChange holds while its scene lasts: a value in place of another, which
// may move from then on, or nothing in its place.
type sceneChange struct {
	Pointer string          `json:"pointer"`
	Value   json.RawMessage `json:"value"`
	Remove  bool            `json:"remove"`
	motion

	at   pointer
	tree *node
}

// duration is text like "3m".
type duration time.Duration

func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

// prepare checks a scene against the documents it changes.
func (s *scene) prepare(m *model) error {
	switch {
	case s.After <= 0:
		return errors.New("it needs an after: a router begins as its fixtures say")
	case s.For < 0, s.Every < 0, s.Every > 0 && s.Every <= s.For:
		return errors.New("it must be over before it happens again")
	case len(s.Changes) > 0 && s.For == 0:
		return errors.New("changes need a for: how long they last")
	case len(s.Changes) == 0 && len(s.Restart) == 0 && !s.Reboot:
		return errors.New("nothing happens in it")
	case len(s.Changes) == 0 && len(s.Restart) == 0 && s.Endpoint == "":
		return nil
	}
	tree := m.trees[s.Endpoint]
	if tree == nil {
		return fmt.Errorf("endpoint %q has no fixture", s.Endpoint)
	}
	for _, place := range s.Restart {
		at, err := parsePointer(place)
		if err != nil {
			return err
		}
		if _, err := at.find(tree); err != nil {
			return err
		}
		s.restart = append(s.restart, at)
	}
	var err error
	for i := range s.Changes {
		if tree, err = s.Changes[i].prepare(tree); err != nil {
			return err
		}
	}
	return nil
}

func (c *sceneChange) prepare(tree *node) (*node, error) {
	var err error
	if c.at, err = parsePointer(c.Pointer); err != nil {
		return nil, err
	}
	if (len(c.Value) > 0) == c.Remove {
		return nil, fmt.Errorf("%s: either value or remove is wanted", c.Pointer)
	}
	if !c.Remove {
		if c.tree, err = parseTree(c.Value); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Pointer, err)
		}
	}
	if c.Kind != "" {
		if c.Remove {
			return nil, fmt.Errorf("%s: what is removed does not move", c.Pointer)
		}
		if c.tree.move, err = c.movement(c.tree, c.Pointer); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Pointer, err)
		}
	}
	return c.make(tree, time.Time{})
}
