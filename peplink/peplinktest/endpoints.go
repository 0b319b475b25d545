package peplinktest

import (
	"net/http"
)

// endpoints are the functions of the API that can be simulated, by their names
// and methods.
var endpoints = map[string]map[string]operation{
	"login": {http.MethodPost: {
		needs: anybody, answer: (*Router).login,
		body: map[string]argument{"username": required(isText), "password": required(isText)},
	}},
	"logout": {http.MethodPost: {needs: anybody, answer: (*Router).logout}},

	"auth.token.grant": {http.MethodPost: {
		needs: anybody, clients: true, answer: (*Router).grant,
		body: map[string]argument{"clientId": required(isText), "clientSecret": required(isText)},
	}},
	"auth.token.revoke": {http.MethodPost: {
		clients: true, answer: (*Router).revoke, body: map[string]argument{"accessToken": required(isText)},
	}},

	"cmd.ap": {http.MethodGet: {document: "cmd.ap"}},
	"cmd.wan.cellular": {http.MethodGet: {
		document: "cmd.wan.cellular", part: ofConnection, query: map[string]func(string) bool{"connId": isCount},
	}},
	"cmd.wifi.result": {http.MethodGet: {
		document: "cmd.wifi.result", part: ofConnection, query: map[string]func(string) bool{"connId": isCount},
	}},
	"config.ssid.profile": {http.MethodGet: {
		document: "config.ssid.profile", part: chosenByID, query: map[string]func(string) bool{"id": isWordList},
	}},

	"info.firmware": {http.MethodGet: {document: "info.firmware", needs: anybody, part: firmwareInUse}},
	"info.location": {http.MethodGet: {document: "info.location"}},
	"info.system":   {http.MethodGet: {document: "info.system"}},
	"status.client": {http.MethodGet: {document: "status.client"}},
	"status.cpu":    {http.MethodGet: {document: "status.cpu"}},
	"status.lan.profile": {http.MethodGet: {
		document: "status.lan.profile", part: chosenByID, query: map[string]func(string) bool{"id": isWordList},
	}},
	"status.pepvpn": {http.MethodGet: {
		document: "status.pepvpn", part: chosenTunnels, repeatable: []string{"infoType", "tunnelOption"},
		query: map[string]func(string) bool{
			"infoType": listOf("profile", "peer", "tunnel"), "lite": isYesOrNo, "tunnelOption": isAnything,
			"start": isCount, "size": isSize, "searchPattern": isAnything, "serialNumber": isAnything,
		},
	}},
	"status.port":     {http.MethodGet: {document: "status.port"}},
	"status.port.lan": {http.MethodGet: {document: "status.port.lan"}},
	"status.port.wan": {http.MethodGet: {document: "status.port.wan"}},
	"status.traffic":  {http.MethodGet: {document: "status.traffic"}},
	"status.system.info": {http.MethodGet: {
		document: "status.system.info", part: chosenParts,
		query: map[string]func(string) bool{"infoType": listOf("device", "uptime", "cpuLoad", "thermalSensor", "fanSpeed")},
	}},
	"status.wan.connection": {http.MethodGet: {
		document: "status.wan.connection", part: chosenByID,
		query: map[string]func(string) bool{"id": isWordList, "lite": isYesOrNo},
	}},
	"status.wan.latency": {http.MethodGet: {document: "status.wan.latency"}},
	"status.wan.connection.allowance": {http.MethodGet: {
		document: "status.wan.connection.allowance", part: chosenAllowances,
		query: map[string]func(string) bool{"connId": isWordList},
	}},
}

func isWordList(value string) bool {
	_, ok := wordList(value)
	return ok
}

func isYesOrNo(value string) bool { return value == "yes" || value == "no" }

func isAnything(string) bool { return true }
