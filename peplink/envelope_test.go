package peplink_test

import (
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// answering makes the router answer status.wan.connection in a certain way, and asks it.
func answering(t *testing.T, fault peplinktest.Fault) (*peplink.Answer[peplink.WANConnections], error) {
	t.Helper()
	b := newBench(t, setup{})
	b.SetFault(wan, fault)
	return b.client.WANConnections(t.Context())
}

func TestEnvelope(t *testing.T) {
	for name, test := range map[string]struct {
		body    string
		entries int
	}{
		"object":              {`{"stat":"ok","response":{"1":{"name":"a"}}}`, 1},
		"notice beside":       {`{"stat":"ok","notice":{"status":"beta"},"response":{"1":{}}}`, 1},
		"response missing":    {`{"stat":"ok"}`, 0},
		"response null":       {`{"stat":"ok","response":null}`, 0},
		"response empty list": {`{"stat":"ok","response":[]}`, 0},
		"space around":        {"\r\n {\"stat\": \"ok\",\n \"response\" : {\"1\":{}}} \n", 1},
		"code beside ok":      {`{"stat":"ok","code":0,"message":"","response":{"1":{}}}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := answering(t, peplinktest.Fault{Body: &test.body})
			ok(t, err)
			if got := len(answer.Value.Entries()); got != test.entries || answer.Unreadable != 0 {
				t.Errorf("%s: %d entries, %d unreadable, want %d and 0", test.body, got, answer.Unreadable, test.entries)
			}
		})
	}
}

func TestFailure(t *testing.T) {
	for name, test := range map[string]struct {
		body   string
		reason peplink.Reason
		says   string
	}{
		"code and message":     {`{"stat":"fail","code":3,"message":"invalid connId"}`, peplink.ReasonAPI, "3 invalid connId"},
		"code a string":        {`{"stat":"fail","code":"3","message":"invalid connId"}`, peplink.ReasonAPI, "3 invalid connId"},
		"without code":         {`{"stat":"fail","message":"busy"}`, peplink.ReasonAPI, "busy"},
		"without message":      {`{"stat":"fail","code":7}`, peplink.ReasonAPI, "7"},
		"without both":         {`{"stat":"fail"}`, peplink.ReasonAPI, "without code or message"},
		"message no text":      {`{"stat":"fail","code":7,"message":["x"]}`, peplink.ReasonAPI, "7"},
		"unknown function":     {`{"stat":"fail","code":1,"message":"unknown function"}`, peplink.ReasonUnsupported, "unknown function"},
		"unsupported request":  {`{"stat":"fail","message":"Unsupported request"}`, peplink.ReasonUnsupported, "Unsupported request"},
		"unsupported, no case": {`{"stat":"fail","message":"UNKNOWN FUNCTION"}`, peplink.ReasonUnsupported, "UNKNOWN FUNCTION"},
		"unsupported in words": {`{"stat":"fail","code":9,"message":"Feature not supported on this model"}`, peplink.ReasonUnsupported, "not supported"},
		"unsupported function": {`{"stat":"fail","code":9,"message":"Unsupported function"}`, peplink.ReasonUnsupported, "Unsupported"},
		"permission denied":    {`{"stat":"fail","code":9,"message":"Permission denied"}`, peplink.ReasonForbidden, "Permission denied"},
		"response beside fail": {`{"stat":"fail","code":7,"message":"no","response":{"1":{}}}`, peplink.ReasonAPI, "7 no"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := answering(t, peplinktest.Fault{Body: &test.body})
			if failure := failureFor(t, err, wan, test.reason); !strings.Contains(failure.Error(), test.says) {
				t.Errorf("%q does not say %q", failure, test.says)
			}
		})
	}
}

func TestNoAnswerOfTheAPI(t *testing.T) {
	for name, test := range map[string]struct {
		fault peplinktest.Fault
		says  string
	}{
		"web page":         {peplinktest.Fault{LoginPage: true}, "is the API enabled on the router"},
		"web page, space":  {peplinktest.Fault{Body: new("\n\t<html>")}, "is this the port of its web admin"},
		"empty":            {peplinktest.Fault{Body: new("")}, "empty"},
		"only space":       {peplinktest.Fault{Body: new(" \n")}, "empty"},
		"plain text":       {peplinktest.Fault{Body: new("hello")}, "is this a Peplink router?"},
		"cut JSON":         {peplinktest.Fault{Body: new(`{"stat":"ok","response":{`)}, "is this a Peplink router?"},
		"two objects":      {peplinktest.Fault{Body: new(`{"stat":"ok"}{"stat":"ok"}`)}, "is this a Peplink router?"},
		"list":             {peplinktest.Fault{Body: new(`[{"stat":"ok"}]`)}, "is this a Peplink router?"},
		"null":             {peplinktest.Fault{Body: new(`null`)}, "is this a Peplink router?"},
		"stat missing":     {peplinktest.Fault{Body: new(`{"response":{"1":{}}}`)}, `no "stat"`},
		"stat unknown":     {peplinktest.Fault{Body: new(`{"stat":"perhaps","response":{}}`)}, "is this a Peplink router?"},
		"stat no text":     {peplinktest.Fault{Body: new(`{"stat":true,"response":{}}`)}, "is this a Peplink router?"},
		"response a list":  {peplinktest.Fault{Body: new(`{"stat":"ok","response":[{"1":{}}]}`)}, "not the object"},
		"response a word":  {peplinktest.Fault{Body: new(`{"stat":"ok","response":"up"}`)}, "not the object"},
		"huge":             {peplinktest.Fault{Oversize: 4<<20 + 1}, "larger than 4 MiB"},
		"very huge":        {peplinktest.Fault{Oversize: 16 << 20}, "larger than 4 MiB"},
		"deep":             {peplinktest.Fault{Body: new(nested(1001))}, "deeper than 1000"},
		"very deep":        {peplinktest.Fault{Nesting: 1 << 20}, "deeper than 1000"},
		"deep, never shut": {peplinktest.Fault{Body: new(strings.Repeat(`[`, 1<<20))}, "deeper than 1000"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := answering(t, test.fault)
			if failure := failureFor(t, err, wan, peplink.ReasonDecode); !strings.Contains(failure.Error(), test.says) {
				t.Errorf("%q does not say %q", failure, test.says)
			}
		})
	}
}

func TestLargestAnswer(t *testing.T) {
	if _, err := answering(t, peplinktest.Fault{Oversize: 4 << 20}); err != nil {
		t.Errorf("4 MiB: %v", err)
	}
	answer, err := answering(t, peplinktest.Fault{Body: new(nested(1000))})
	if err != nil || len(answer.Value.Entries()) != 1 {
		t.Errorf("1000 levels: %+v, error %v", answer, err)
	}
	brackets := `{"stat":"ok","response":{"1":{"name":"` + strings.Repeat(`[{\"`, 2000) + `"}}}`
	if _, err := answering(t, peplinktest.Fault{Body: &brackets}); err != nil {
		t.Errorf("brackets in a text are no levels: %v", err)
	}
}

// nested is an answer of so many levels.
func nested(levels int) string {
	inner := levels - 3 // the envelope, the response, and the WAN
	return `{"stat":"ok","response":{"1":{"x":` + strings.Repeat("[", inner) + strings.Repeat("]", inner) + `}}}`
}

func TestCut(t *testing.T) {
	_, err := answering(t, peplinktest.Fault{Cut: true})
	wantReason(t, err, wan, peplink.ReasonHTTP)
}
