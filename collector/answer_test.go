package collector_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// call is a method of the client that asks one endpoint.
type call[T any] func(*peplink.Client, context.Context) (*peplink.Answer[T], error)

// answer asks a router that answers each request with the same response, which is JSON.
func answer[T any](t *testing.T, response string, ask call[T]) *peplink.Answer[T] {
	t.Helper()
	router := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost { // for a token, or to give it back
			_, _ = io.WriteString(w, `{"stat":"ok","response":{"accessToken":"0123456789abcdef","expiresIn":172800}}`)
			return
		}
		_, _ = io.WriteString(w, `{"stat":"ok","response":`+response+`}`)
	}))
	t.Cleanup(router.Close)
	address, err := url.Parse(router.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := peplink.New(peplink.Options{
		URL: address,
		Credentials: func() (peplink.Credentials, error) {
			return peplink.Credentials{ClientID: "id", ClientSecret: "secret"}, nil
		},
	})
	t.Cleanup(client.Close)
	got, err := ask(client, t.Context())
	if err != nil {
		t.Fatalf("%s: %v", response, err)
	}
	return got
}

// collected is what a collector makes of a response: the samples as an exposition writes
// them, without the prefix of their names, and how much of the response was unreadable.
func collected[T any](
	t *testing.T, response string, ask call[T], collect func(*T, *collector.View, *collector.Families), view *collector.View,
) (samples []string, unreadable int) {
	t.Helper()
	got, families := answer(t, response, ask), &collector.Families{}
	collect(&got.Value, view, families)
	gathered, err := families.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range gathered {
		var text bytes.Buffer
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String()) {
			if !strings.HasPrefix(line, "#") {
				samples = append(samples, strings.TrimPrefix(strings.TrimSpace(line), "peplink_"))
			}
		}
	}
	return samples, got.Unreadable + families.Dropped()
}

// example is a response and what is to become of it.
type example struct {
	response   string
	samples    []string
	unreadable int
}

// check holds a collector against examples.
func check[T any](
	t *testing.T, examples map[string]example, ask call[T], collect func(*T, *collector.View, *collector.Families), view *collector.View,
) {
	t.Helper()
	if view.TimeZone == nil {
		view.TimeZone = time.UTC
	}
	for name, want := range examples {
		t.Run(name, func(t *testing.T) {
			samples, unreadable := collected(t, want.response, ask, collect, view)
			if diff := cmp.Diff(want.samples, samples); diff != "" {
				t.Errorf("samples (-want +got):\n%s", diff)
			}
			if unreadable != want.unreadable {
				t.Errorf("%d unreadable, want %d", unreadable, want.unreadable)
			}
		})
	}
}

// known are WANs as an earlier answer told of them.
func known(wans ...collector.KnownWAN) map[string]collector.KnownWAN {
	byID := map[string]collector.KnownWAN{}
	for _, wan := range wans {
		byID[wan.ID] = wan
	}
	return byID
}
