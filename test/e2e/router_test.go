//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"
)

// router is a simulated router of the demo, worked by its control port.
type router struct {
	Name    string `json:"name"`
	URL     string `json:"url"`
	Control string `json:"control"`
}

// change is one value of a router's answer: the endpoint, where in its document (a JSON pointer), and the value,
// which from then on stands still.
type change struct {
	Endpoint string `json:"endpoint"`
	Pointer  string `json:"pointer"`
	Value    any    `json:"value"`
}

// model is what the router is a simulation of.
func (r router) model(ctx context.Context, t *testing.T) string {
	t.Helper()
	var state struct {
		Model string `json:"model"`
	}
	text, err := get(ctx, r.Control+"/state")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	return state.Model
}

func (r router) change(ctx context.Context, t *testing.T, changes []change) {
	t.Helper()
	for _, c := range changes {
		r.post(ctx, t, "/change", c)
	}
}

// breakDown makes every endpoint answer 500, the grant of tokens among them.
func (r router) breakDown(ctx context.Context, t *testing.T) {
	t.Helper()
	r.post(ctx, t, "/fault", map[string]any{"endpoint": "*", "fault": map[string]any{"status": 500}})
}

// hang lets no endpoint answer, and returns when a request waits for an answer in vain.
func (r router) hang(ctx context.Context, t *testing.T) {
	t.Helper()
	r.post(ctx, t, "/fault", map[string]any{"endpoint": "*", "fault": map[string]any{"hang": true}})
	eventually(ctx, t, func(ctx context.Context) error {
		var state struct {
			InFlight int `json:"in_flight"`
		}
		text, err := get(ctx, r.Control+"/state")
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, &state); err != nil {
			return err
		}
		if state.InFlight == 0 {
			return errors.New("no request hangs")
		}
		return nil
	})
}

func (r router) mend(ctx context.Context, t *testing.T) {
	t.Helper()
	r.delete(ctx, t, "/fault?"+url.Values{"endpoint": {"*"}}.Encode())
}

func (r router) delete(ctx context.Context, t *testing.T, path string) {
	t.Helper()
	if _, err := call(ctx, http.MethodDelete, r.Control+path, nil); err != nil {
		t.Fatal(err)
	}
}

func (r router) post(ctx context.Context, t *testing.T, path string, what any) {
	t.Helper()
	body, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := call(ctx, http.MethodPost, r.Control+path, bytes.NewReader(body)); err != nil {
		t.Fatal(err)
	}
}
