//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// message is what a receiver got: the bytes, and by which path.
type message struct {
	path string
	body []byte
}

// receiver stands in for pagers and chats. It keeps every message, and lets tests wait for them.
type receiver struct {
	url string

	mu       sync.Mutex
	messages []message
	changed  chan struct{} // closed and replaced with every message
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{changed: make(chan struct{})}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	r.messages = append(r.messages, message{request.URL.Path, body})
	close(r.changed)
	r.changed = make(chan struct{})
	r.mu.Unlock()
	// Telegram's answer; the others look at the status only.
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":1,"chat":{"id":1}}}`)
}

// wait returns once the messages so far are what a check wants, or fails with what the check said last.
func (r *receiver) wait(ctx context.Context, t *testing.T, check func([]message) error) {
	t.Helper()
	for {
		r.mu.Lock()
		messages, changed := slices.Clone(r.messages), r.changed
		r.mu.Unlock()
		err := check(messages)
		if err == nil {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("given up (%v); last seen: %v", context.Cause(ctx), err)
		}
	}
}

// notice is news of one alert at one receiver. Alertmanager repeats what is known when something joins its group: that
// is no news.
type notice struct {
	Receiver string
	Status   string
	Labels   labels
}

// String sorts notices, and names them in failures.
func (n notice) String() string {
	return fmt.Sprint(n.Receiver, " ", n.Status, " ", n.Labels) // fmt sorts the keys of maps
}

// webhook is the body of Alertmanager's own form of message.
type webhook struct {
	Receiver    string `json:"receiver"`
	GroupLabels labels `json:"groupLabels"`
	Alerts      []struct {
		Status      string `json:"status"`
		Labels      labels `json:"labels"`
		Annotations labels `json:"annotations"`
	} `json:"alerts"`
}

// notices are the news in messages, in order of arrival.
func notices(messages []message) ([]notice, error) {
	var news []notice
	last := map[string]string{}
	for _, m := range messages {
		var w webhook
		if err := json.Unmarshal(m.body, &w); err != nil {
			return nil, fmt.Errorf("message to %s: %w", m.path, err)
		}
		for _, a := range w.Alerts {
			for name, text := range a.Annotations {
				if strings.Contains(text, "<error") || text == "" {
					return nil, fmt.Errorf("annotation %s of %v: %q", name, a.Labels, text)
				}
			}
			which := notice{Receiver: w.Receiver, Labels: a.Labels}.String()
			if last[which] == a.Status {
				continue
			}
			last[which] = a.Status
			news = append(news, notice{w.Receiver, a.Status, a.Labels})
		}
	}
	return news, nil
}
