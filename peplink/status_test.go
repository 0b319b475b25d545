package peplink_test

import (
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestStatus(t *testing.T) {
	for status, test := range map[int]struct {
		reason peplink.Reason
		says   string
	}{
		http.StatusNotFound:            {peplink.ReasonUnsupported, "404 Not Found"},
		http.StatusInternalServerError: {peplink.ReasonHTTP, "500 Internal Server Error"},
		http.StatusServiceUnavailable:  {peplink.ReasonHTTP, "503"},
		http.StatusForbidden:           {peplink.ReasonForbidden, "403"},
		http.StatusTooManyRequests:     {peplink.ReasonHTTP, "429"},
		http.StatusNoContent:           {peplink.ReasonHTTP, "204"},
		http.StatusCreated:             {peplink.ReasonHTTP, "201"},
		http.StatusNotModified:         {peplink.ReasonHTTP, "304"},
	} {
		b := newBench(t, setup{})
		b.SetFault(wan, peplinktest.Fault{Status: status})
		if failure := failureFor(t, b.wans(), wan, test.reason); !strings.Contains(failure.Error(), test.says) {
			t.Errorf("%q does not say %q", failure, test.says)
		}
		b.wantCount(grant, 1)
		b.wantCount(wan, 1)
		ok(t, b.allowances()) // one endpoint's trouble is not another's
	}
}

func TestRedirect(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	for _, endpoint := range []string{wan, grant} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			b := newBench(t, setup{})
			b.SetFault(endpoint, peplinktest.Fault{Redirect: other.URL + "/api/" + endpoint, Status: status})
			if failure := failureFor(t, b.wans(), endpoint, peplink.ReasonHTTP); !strings.Contains(failure.Error(), "redirects are not followed") {
				t.Errorf("%q does not say that redirects are not followed", failure)
			}
			b.wantCount(endpoint, 1)
		}
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests to where the router pointed", n)
	}
}

func TestRequest(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	for _, request := range b.Requests() {
		switch {
		case request.Endpoint == grant && request.Method == http.MethodPost && request.Token == peplinktest.TokenNone:
		case request.Endpoint == wan && request.Method == http.MethodGet && request.Token == peplinktest.TokenOK && len(request.Params) == 0:
		default:
			t.Errorf("unexpected request %+v", request)
		}
	}
	b.wantCount(peplinktest.EveryEndpoint, 2)
}

// A small packed answer that is large when unpacked counts as it is unpacked.
func TestPackedAnswer(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, grant) {
			_, _ = w.Write([]byte(`{"stat":"ok","response":{"accessToken":"t"}}`))
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		_, _ = packed.Write([]byte(`{"stat":"ok","response":{"x":"` + strings.Repeat("x", 8<<20) + `"}}`))
		_ = packed.Close()
	})
	_, err := client.WANConnections(t.Context())
	wantReason(t, err, wan, peplink.ReasonDecode)
}
