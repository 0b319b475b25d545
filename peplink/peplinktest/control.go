package peplinktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// maxControlBody is room for a whole document of many peers.
const maxControlBody = 32 << 20

// State is what GET /state of the control port answers.
type State struct {
	Model        string           `json:"model"`
	Firmware     string           `json:"firmware"`
	Clock        time.Time        `json:"clock"`
	ValidTokens  int              `json:"valid_tokens"`
	ValidCookies int              `json:"valid_cookies"`
	InFlight     int              `json:"in_flight"`
	Faults       map[string]Fault `json:"faults"`
	Forbidden    []string         `json:"forbidden,omitempty"`
	Requests     map[string]int   `json:"requests"` // by endpoint
	Documents    []string         `json:"documents"`
}

// State is the router as it stands. Faults show the times they still hold.
func (r *Router) State() State {
	state := State{
		Model: r.model.Name, Firmware: r.model.Firmware,
		Clock: r.clock.Now(), ValidTokens: r.ValidTokens(), ValidCookies: r.ValidCookies(), InFlight: r.InFlight(),
		Faults: r.faults.standing(), Forbidden: r.Forbidden(), Documents: r.documents.names(),
	}
	r.requests.mu.Lock()
	defer r.requests.mu.Unlock()
	state.Requests = maps.Clone(r.requests.counts)
	return state
}

// Control is JSON over HTTP to drive a router in another process. It answers to
// requests from this machine only. What changes something answers 204, what is
// wrong answers 400 with {"error":…}.
//
//	GET /state, /requests, /tokens, /cookies   GET /document?endpoint=E
//	POST /fault {"endpoint","fault"}             DELETE /fault?endpoint=E
//	POST /forbid {"endpoint"}                    DELETE /forbid?endpoint=E
//	POST /change {"endpoint","pointer","value"}  DELETE /change?endpoint=E&pointer=P
//	POST /restore {"endpoint"}   POST /clock {"advance":"10m"} or {"set":"RFC 3339"}
//	POST /certificate  DELETE /certificate       show another certificate, and the first again
//	POST /revoke, /reboot, /wedge   DELETE /requests
func (r *Router) Control() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /state", show(func() any { return r.State() }))
	mux.Handle("GET /requests", show(func() any { return r.Requests() }))
	mux.Handle("GET /tokens", show(func() any { return r.Tokens() }))
	mux.Handle("GET /cookies", show(func() any { return r.Cookies() }))
	mux.Handle("GET /document", act(r.controlDocument))
	mux.Handle("POST /fault", act(r.controlFault))
	mux.Handle("DELETE /fault", act(r.controlClearFault))
	mux.Handle("POST /forbid", act(r.controlForbid))
	mux.Handle("DELETE /forbid", act(r.controlAllow))
	mux.Handle("POST /change", act(r.controlChange))
	mux.Handle("DELETE /change", act(r.controlRemove))
	mux.Handle("POST /restore", act(r.controlRestore))
	mux.Handle("POST /clock", act(r.controlClock))
	mux.Handle("POST /certificate", try(r.ChangeCertificate))
	mux.Handle("DELETE /certificate", try(r.RestoreCertificate))
	mux.Handle("DELETE /requests", do(r.ClearRequests))
	mux.Handle("POST /revoke", do(r.RevokeTokens))
	mux.Handle("POST /reboot", do(r.Reboot))
	mux.Handle("POST /wedge", do(r.WedgeConnections))
	return loopbackOnly(mux)
}

func (r *Router) controlDocument(request *http.Request) (any, error) {
	arguments, err := queryOf(request, "endpoint")
	if err != nil {
		return nil, err
	}
	document, err := r.Document(arguments.Get("endpoint"))
	return json.RawMessage(document), err
}

func (r *Router) controlFault(request *http.Request) (any, error) {
	var wanted struct {
		Endpoint string `json:"endpoint"`
		Fault    Fault  `json:"fault"`
	}
	if err := readControl(request, &wanted); err != nil {
		return nil, err
	}
	if err := knownEndpoint(wanted.Endpoint); err != nil {
		return nil, err
	}
	if err := wanted.Fault.check(); err != nil {
		return nil, err
	}
	r.SetFault(wanted.Endpoint, wanted.Fault)
	return nil, nil
}

func (r *Router) controlClearFault(request *http.Request) (any, error) {
	arguments, err := queryOf(request, "endpoint")
	if err != nil {
		return nil, err
	}
	endpoint := arguments.Get("endpoint")
	if err := knownEndpoint(endpoint); err != nil {
		return nil, err
	}
	r.ClearFault(endpoint)
	return nil, nil
}

func (r *Router) controlForbid(request *http.Request) (any, error) {
	var wanted struct {
		Endpoint string `json:"endpoint"`
	}
	if err := readControl(request, &wanted); err != nil {
		return nil, err
	}
	if err := forbiddable(wanted.Endpoint); err != nil {
		return nil, err
	}
	r.Forbid(wanted.Endpoint)
	return nil, nil
}

func (r *Router) controlAllow(request *http.Request) (any, error) {
	arguments, err := queryOf(request, "endpoint")
	if err != nil {
		return nil, err
	}
	if err := forbiddable(arguments.Get("endpoint")); err != nil {
		return nil, err
	}
	r.Allow(arguments.Get("endpoint"))
	return nil, nil
}

func (r *Router) controlChange(request *http.Request) (any, error) {
	var wanted struct {
		Endpoint string          `json:"endpoint"`
		Pointer  string          `json:"pointer"`
		Value    json.RawMessage `json:"value"`
	}
	if err := readControl(request, &wanted); err != nil {
		return nil, err
	}
	if len(wanted.Value) == 0 {
		return nil, errors.New("no value given")
	}
	return nil, r.Change(wanted.Endpoint, wanted.Pointer, wanted.Value)
}

func (r *Router) controlRemove(request *http.Request) (any, error) {
	arguments, err := queryOf(request, "endpoint", "pointer")
	if err != nil {
		return nil, err
	}
	return nil, r.Remove(arguments.Get("endpoint"), arguments.Get("pointer"))
}

func (r *Router) controlRestore(request *http.Request) (any, error) {
	var wanted struct {
		Endpoint string `json:"endpoint"`
	}
	if err := readControl(request, &wanted); err != nil {
		return nil, err
	}
	return nil, r.Restore(wanted.Endpoint)
}

func (r *Router) controlClock(request *http.Request) (any, error) {
	var wanted struct {
		Advance *string    `json:"advance"`
		Set     *time.Time `json:"set"`
	}
	if err := readControl(request, &wanted); err != nil {
		return nil, err
	}
	if (wanted.Advance == nil) == (wanted.Set == nil) {
		return nil, errors.New("either advance or set is wanted")
	}
	if wanted.Set != nil {
		r.clock.Set(*wanted.Set)
		return nil, nil
	}
	d, err := time.ParseDuration(*wanted.Advance)
	if err != nil {
		return nil, fmt.Errorf("advance: %w", err)
	}
	r.clock.Advance(d)
	return nil, nil
}
