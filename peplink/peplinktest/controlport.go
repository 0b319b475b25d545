package peplinktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

func knownEndpoint(name string) error {
	if _, known := endpoints[name]; known || name == EveryEndpoint {
		return nil
	}
	return fmt.Errorf("unknown endpoint %q", name)
}

// forbiddable refuses "*" too: a right is given or taken for one endpoint.
func forbiddable(name string) error {
	if name == EveryEndpoint {
		return errors.New("one endpoint is wanted")
	}
	return knownEndpoint(name)
}

// queryOf reads a query that holds exactly the wanted parameters.
func queryOf(request *http.Request, wanted ...string) (url.Values, error) {
	query, err := url.ParseQuery(request.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	for _, name := range wanted {
		if len(query[name]) != 1 {
			return nil, fmt.Errorf("%s is wanted once", name)
		}
	}
	if len(query) != len(wanted) {
		return nil, fmt.Errorf("only %q is wanted", wanted)
	}
	return query, nil
}

func readControl(request *http.Request, into any) error {
	decoder := json.NewDecoder(io.LimitReader(request.Body, maxControlBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("body: more than one JSON value")
	}
	return nil
}

func show(what func() any) http.Handler {
	return act(func(*http.Request) (any, error) { return what(), nil })
}

func do(what func()) http.Handler {
	return try(func() error {
		what()
		return nil
	})
}

func try(what func() error) http.Handler {
	return act(func(*http.Request) (any, error) { return nil, what() })
}

// act answers what it is told: JSON, nothing for nil, or an error.
func act(what func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		result, err := what(request)
		switch {
		case err != nil:
			writeControlError(w, http.StatusBadRequest, err.Error())
		case result == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			writeControl(w, http.StatusOK, result)
		}
	})
}

func writeControlError(w http.ResponseWriter, status int, message string) {
	writeControl(w, status, map[string]string{"error": message})
}

func writeControl(w http.ResponseWriter, status int, value any) {
	text, err := jsonText(value)
	if err != nil {
		status, text = http.StatusInternalServerError, `{"error":"not encodable"}`
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
