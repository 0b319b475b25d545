package peplinktest

import (
	"errors"
	"net/http"
)

// endpoint is what a router knows of one of its functions.
type endpoint struct {
	method string
	// parameters are the query parameters but accessToken, and how each
	// must look.
	parameters map[string]func(value string) bool
	// repeatable are those of them that may come several times.
	repeatable []string
	// open endpoints answer without a session.
	open bool
	// clients are who it is for: without API clients there is no such function.
	clients bool
	// answer makes the answer of an endpoint that has no document.
	answer func(r *Router, c *call) answer
	// part is what of the document is answered, nil for all of it.
	part func(c *call, root *node) (*node, error)
}

// endpoints are the functions of the API that can be simulated. Those with a
// document of their own exist on a router only if its model has the fixture.
var endpoints = map[string]endpoint{
	"login":             {method: http.MethodPost, open: true, answer: (*Router).login},
	"logout":            {method: http.MethodPost, open: true, answer: (*Router).logout},
	"auth.token.grant":  {method: http.MethodPost, open: true, clients: true, answer: (*Router).grant},
	"auth.token.revoke": {method: http.MethodPost, clients: true, answer: (*Router).revoke},
	"info.firmware":     {method: http.MethodGet, open: true, part: firmwareInUse},
	"status.cpu":        {method: http.MethodGet},
	"status.lan.profile": {
		method: http.MethodGet, part: chosenByID,
		parameters: map[string]func(string) bool{"id": isWordList},
	},
	"status.pepvpn": {
		method: http.MethodGet, part: chosenTunnels, repeatable: []string{"infoType", "tunnelOption"},
		parameters: map[string]func(string) bool{
			"infoType": listOf("profile", "peer", "tunnel"), "lite": isYesOrNo, "tunnelOption": isAnything,
			"start": isCount, "size": isSize, "searchPattern": isAnything, "serialNumber": isAnything,
		},
	},
	"status.system.info": {
		method: http.MethodGet, part: chosenParts,
		parameters: map[string]func(string) bool{"infoType": listOf("device", "uptime", "cpuLoad", "thermalSensor", "fanSpeed")},
	},
	"status.wan.connection": {
		method: http.MethodGet, part: chosenByID,
		parameters: map[string]func(string) bool{"id": isWordList, "lite": isYesOrNo},
	},
	"status.wan.connection.allowance": {
		method: http.MethodGet, part: chosenAllowances,
		parameters: map[string]func(string) bool{"connId": isWordList},
	},
}

func isWordList(value string) bool {
	_, ok := wordList(value)
	return ok
}

func isYesOrNo(value string) bool {
	return value == "yes" || value == "no"
}

func isAnything(string) bool { return true }

// parameterFault is a value that only the document itself can refuse.
type parameterFault string

func (f parameterFault) Error() string { return string(f) }

// errUnsupported is a document that cannot be answered on this model.
var errUnsupported = errors.New("unsupported request")

// document answers an endpoint with its document.
func (r *Router) document(c *call) answer {
	tree, err := r.documents.current(c.endpoint)
	if err == nil && c.known.part != nil {
		tree, err = c.known.part(c, tree)
	}
	if fault, ok := errors.AsType[parameterFault](err); ok {
		return failure(codeInvalidParameter, fault.Error())
	}
	if err != nil {
		return unsupportedRequest()
	}
	return success(tree.appendJSON(nil), r.model.Notices[c.endpoint])
}
