package peplink

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"testing"
)

// These guards stand behind others: encoding/json hands on nothing that is not JSON, and a
// configured URL is one. Should that change, they fail as they say.

func TestDecodingWhatIsNoJSON(t *testing.T) {
	var counter Counter
	if err := counter.UnmarshalJSON([]byte(`[1,`)); err != nil || counter.presence != absent {
		t.Errorf("counter: %v, %+v", err, counter)
	}
	var carrier Carrier
	if err := carrier.UnmarshalJSON([]byte(`{"name"`)); err != nil || unreadableIn(reflect.ValueOf(carrier)) != 1 {
		t.Errorf("carrier: %v, %+v", err, carrier)
	}
	var text Text
	if err := text.UnmarshalJSON([]byte(`"\q"`)); err != nil || text.unreadable() != 1 {
		t.Errorf("text: %v, %+v", err, text)
	}
	for _, broken := range []string{`}`, `{"a":1,`, `{"a":1,]`, `{"a":x}`, `[1]`} {
		for key := range members([]byte(broken)) {
			if key != "a" {
				t.Errorf("%s has the key %q", broken, key)
			}
		}
	}
	if got := unreadableIn(reflect.Value{}); got != 0 {
		t.Errorf("nothing has %d unreadable fields", got)
	}
}

// An entry or element that is no T is left out and counted, whatever T is.
func TestEntriesOfAnotherKind(t *testing.T) {
	var keyed Keyed[int, OnlyOrder]
	if err := keyed.UnmarshalJSON([]byte(`{"1":{"a":1}}`)); err != nil || len(keyed.Entries()) != 0 || keyed.unreadable() != 1 {
		t.Errorf("keyed: %v, %+v", err, keyed)
	}
	var list List[int]
	if err := list.UnmarshalJSON([]byte(`[1,{},2,"x",3]`)); err != nil || list.unreadable() != 2 {
		t.Errorf("list: %v, %+v", err, list)
	}
	for place, item := range list.All() {
		if place != 0 || item != 1 {
			t.Errorf("first %d at %d", item, place)
		}
		break
	}
}

func TestRequestsThatCannotBeMade(t *testing.T) {
	c := New(Options{URL: &url.URL{Scheme: "http", Host: "127.0.0.1:9"}})
	t.Cleanup(c.Close)
	for name, r := range map[string]request{
		"method": {method: "NO METHOD", endpoint: "x"},
		"body":   {method: http.MethodPost, endpoint: "x", body: make(chan int)},
	} {
		if _, err := c.send(t.Context(), r); ReasonOf(err) != ReasonHTTP {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoCertificate(t *testing.T) {
	v := &verifier{}
	if err := v.verify(tls.ConnectionState{}); !isCertificateError(err) {
		t.Errorf("no certificate: %v", err)
	}
}

func TestProxyThatCannotBeDialled(t *testing.T) {
	refused := errors.New("refused")
	dial := dialTLSProxy("proxy.example", func(context.Context, string, string) (net.Conn, error) { return nil, refused })
	if _, err := dial(t.Context(), "tcp", "proxy.example:443"); !errors.Is(err, refused) {
		t.Errorf("dialled: %v", err)
	}
}
