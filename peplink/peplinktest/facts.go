package peplinktest

import (
	"fmt"
	"net/http"
	"slices"
)

// facts are what a model's model.json says: who the router is, and which
// dialect of the API its firmware speaks.
type facts struct {
	// Name is the name of the folder, Device and Firmware are for people.
	Name     string `json:"name"`
	Device   string `json:"device"`
	Firmware string `json:"firmware"`
	// Notices are the endpoints whose answers carry a notice, with its status
	// (API document, Response: beta or deprecate).
	Notices map[string]string `json:"notices"`

	// Auth is who can log in: "client", "user" or both; only clients if absent.
	// A FusionHub often has no API clients (field notes, Sessions and tokens).
	Auth []string `json:"auth"`
	// GrantEndsOlderTokens is unproven of firmware 8.6 (field notes, Sessions
	// and tokens).
	GrantEndsOlderTokens bool `json:"grantEndsOlderTokens"`

	// AllowanceNeedsConnID is firmware 8.0.0: connId is mandatory, and only
	// cellular WANs are answered (API document, GET
	// status.wan.connection.allowance).
	AllowanceNeedsConnID bool `json:"allowanceNeedsConnId"`
	// UnknownEndpoint is how an endpoint is refused that this firmware lacks:
	// one of the table, "unknown function" if absent (field notes, Transport and
	// errors).
	UnknownEndpoint string `json:"unknownEndpoint"`
	// TunnelOptions is whether a repeated tunnelOption is answered for "many",
	// as if absent, or for the last "one" only (field notes, status.pepvpn).
	TunnelOptions string `json:"tunnelOptions"`
	// DefaultPeers is how many peers are listed where no size is asked for, 0
	// for all (field notes, status.pepvpn: long lists need size and start).
	DefaultPeers int `json:"defaultPeers"`
}

func (f *facts) check() error {
	for _, way := range f.Auth {
		if way != "client" && way != "user" {
			return fmt.Errorf("auth: %q is neither client nor user", way)
		}
	}
	if refusals[f.UnknownEndpoint] == nil {
		return fmt.Errorf("unknownEndpoint: %q is no known refusal", f.UnknownEndpoint)
	}
	if !slices.Contains([]string{"", "many", "one"}, f.TunnelOptions) {
		return fmt.Errorf("tunnelOptions: %q is neither many nor one", f.TunnelOptions)
	}
	return nil
}

// takes says whether one can log in that way, "client" or "user".
func (f *facts) takes(way string) bool {
	if len(f.Auth) == 0 {
		return way == "client"
	}
	return slices.Contains(f.Auth, way)
}

// refusals are the ways in which firmware refuses an endpoint it lacks.
var refusals = map[string]func() answer{
	"":                    unknownFunction,
	"unknown function":    unknownFunction,
	"Unsupported request": unsupportedRequest,
	"http404":             func() answer { return errorPage(http.StatusNotFound) },
}

func unknownFunction() answer { return failure(codeUnknownFunction, "unknown function") }

func unsupportedRequest() answer { return failure(codeUnsupportedRequest, "Unsupported request") }
