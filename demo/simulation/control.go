package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// maxBody is room for a whole document of many peers.
const maxBody = 32 << 20

// controls is JSON over HTTP to drive a router in another process. What changes
// something answers 204, what is wrong answers 400 with {"error":…}.
//
//	GET /state
//	POST /fault {"endpoint","fault"}             DELETE /fault?endpoint=E
//	POST /change {"endpoint","pointer","value"}  DELETE /change?endpoint=E&pointer=P
//	POST /restore {"endpoint"}                   POST /reboot
//	DELETE /scenes                               nothing happens by itself any more
//	POST /certificate  DELETE /certificate       show another certificate, and the first again
func (s *Simulation) controls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, s.Router.State())
	})
	for pattern, do := range map[string]func(order) error{
		"POST /fault":         s.fault,
		"DELETE /fault":       s.clearFault,
		"POST /change":        func(o order) error { return s.player.Change(o.Endpoint, o.Pointer, o.Value) },
		"DELETE /change":      func(o order) error { return s.player.Remove(o.Endpoint, o.Pointer) },
		"POST /restore":       func(o order) error { return s.player.Restore(o.Endpoint) },
		"POST /reboot":        func(order) error { s.Router.Reboot(0); return nil },
		"DELETE /scenes":      func(order) error { s.player.EndScenes(); return nil },
		"POST /certificate":   s.anotherCertificate,
		"DELETE /certificate": s.firstCertificate,
	} {
		mux.Handle(pattern, obey(do))
	}
	return loopbackOnly(mux)
}

// order is what a request asks for, in its body or its query.
type order struct {
	Endpoint string            `json:"endpoint"`
	Pointer  string            `json:"pointer"`
	Value    json.RawMessage   `json:"value"`
	Fault    peplinktest.Fault `json:"fault"`
}

func (s *Simulation) fault(o order) error {
	switch status := o.Fault.Status; {
	case o.Endpoint == "" || o.Fault == peplinktest.Fault{}:
		return errors.New("an endpoint and a fault are wanted")
	case status != 0 && (status < 200 || status > 599):
		return fmt.Errorf("status %d is not between 200 and 599", status)
	}
	s.Router.SetFault(o.Endpoint, o.Fault)
	return nil
}

func (s *Simulation) clearFault(o order) error {
	if o.Endpoint == "" {
		return errors.New("an endpoint is wanted")
	}
	s.Router.ClearFault(o.Endpoint)
	return nil
}

func (s *Simulation) anotherCertificate(order) error {
	other, err := peplinktest.SelfSigned(hosts...)
	if err != nil {
		return err
	}
	return s.server.ShowCertificate(other)
}

func (s *Simulation) firstCertificate(order) error {
	if s.certificate == nil {
		return errors.New("the router is served over plain HTTP: it shows no certificate")
	}
	return s.server.ShowCertificate(*s.certificate)
}

// obey does what a request asks for.
func obey(do func(order) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		o, err := readOrder(request)
		if err == nil {
			err = do(o)
		}
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func readOrder(request *http.Request) (o order, err error) {
	query := request.URL.Query()
	o.Endpoint, o.Pointer = query.Get("endpoint"), query.Get("pointer")
	decoder := json.NewDecoder(io.LimitReader(request.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil && !errors.Is(err, io.EOF) {
		return o, fmt.Errorf("body: %w", err)
	}
	return o, nil
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // a client that is gone is no concern of the port's
}

// controlPort is a socket that serves the controls of a router.
type controlPort struct {
	url    string
	server *http.Server
	ended  chan struct{}
}

func (s *Simulation) serveControl(ctx context.Context, address string) (*controlPort, error) {
	if !isLoopback(address) {
		return nil, fmt.Errorf("control address %s is not a loopback address", address)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("control port: %w", err)
	}
	c := &controlPort{
		url:    "http://" + listener.Addr().String(),
		server: &http.Server{Handler: s.controls(), ReadHeaderTimeout: 10 * time.Second},
		ended:  make(chan struct{}),
	}
	stop := context.AfterFunc(ctx, func() { _ = c.server.Close() })
	go func() {
		_ = c.server.Serve(listener)
		stop()
		close(c.ended)
	}()
	return c, nil
}

func (c *controlPort) close() error {
	err := c.server.Close()
	<-c.ended
	return err
}
