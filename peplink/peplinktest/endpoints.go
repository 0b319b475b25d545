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

	"info.firmware": {http.MethodGet: {document: "info.firmware", needs: anybody, part: firmwareInUse}},
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
	"status.system.info": {http.MethodGet: {
		document: "status.system.info", part: chosenParts,
		query: map[string]func(string) bool{"infoType": listOf("device", "uptime", "cpuLoad", "thermalSensor", "fanSpeed")},
	}},
	"status.wan.connection": {http.MethodGet: {
		document: "status.wan.connection", part: chosenByID,
		query: map[string]func(string) bool{"id": isWordList, "lite": isYesOrNo},
	}},
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
