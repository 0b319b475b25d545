package simulation

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

//go:embed models
var embedded embed.FS

// move is one line of a model's moves.json: what moves, and how.
type move struct {
	Pointer string `json:"pointer"`
	motion
}

// scene is something that happens to a router by itself, again and again: one
// entry of a model's scenes.json.
type scene struct {
	// After is when it happens first, counted from the router's start, Every how
	// long after each beginning it happens again, never if absent. No two scenes
	// of an endpoint happen at once.
	After duration `json:"after"`
	Every duration `json:"every"`
	// For is how long it lasts. Then all is as before.
	For duration `json:"for"`

	// Endpoint is the one whose document Changes and Restart are about.
	Endpoint string   `json:"endpoint"`
	Changes  []change `json:"changes"`
	// Restart points at what counts from 0 again, with everything below: when
	// the scene begins, and when it ends.
	Restart []string `json:"restart"`
	// Reboot takes the router away while the scene lasts.
	Reboot bool `json:"reboot"`
}

// change holds while its scene lasts: a value in place of another, which may
// move from then on, or nothing in its place.
type change struct {
	move
	Value  json.RawMessage `json:"value"`
	Remove bool            `json:"remove"`
}

// duration is text like "3m".
type duration time.Duration

func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

// last is the latest beginning of a scene up to now, and its end, which may be
// to come.
func (s scene) last(first, now time.Time) (begin, end time.Time, ok bool) {
	first = first.Add(time.Duration(s.After))
	since := now.Sub(first)
	if since < 0 {
		return begin, end, false
	}
	begin = first
	if every := time.Duration(s.Every); every > 0 {
		begin = first.Add(since / every * every)
	}
	return begin, begin.Add(time.Duration(s.For)), true
}

// read is what a model's file says, nothing if there is none.
func read(model, file string, into any) error {
	text, err := embedded.ReadFile("models/" + model + "/" + file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s of %s: %w", file, model, err)
	}
	return nil
}
