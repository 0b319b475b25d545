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

	"auth.client": {
		http.MethodGet: {clients: true, needs: admin, answer: (*Router).clientList},
		http.MethodPost: {clients: true, needs: admin, answer: (*Router).editClients, body: map[string]argument{
			"action": required(isOneOf("add", "remove")), "name": optional(isText), "clientId": optional(isText),
			"scope": optional(isOneOf(scopeAll, scopeReadOnly)),
		}},
	},
	"auth.client.token": {http.MethodGet: {
		clients: true, needs: admin, answer: (*Router).tokenList, query: map[string]func(string) bool{"clientId": isAnything},
	}},

	"cmd.config.apply":   {http.MethodPost: {document: wanDocument, needs: writer, answer: (*Router).applyConfig}},
	"cmd.config.discard": {http.MethodPost: {document: wanDocument, needs: writer, answer: (*Router).discardConfig}},
	"cmd.sms.sendMessage": {http.MethodPost: {
		document: cellularDocument, needs: writer, answer: (*Router).sendMessage, body: map[string]argument{
			"connId": optional(isID), "address": required(isPhoneNumber), "content": optional(isText),
		},
	}},
	"cmd.system.reboot": {http.MethodPost: {
		document: "info.firmware", needs: writer, answer: (*Router).reboot, body: map[string]argument{"firmwareId": optional(isID)},
	}},
	"cmd.ap": {
		http.MethodGet: {document: "cmd.ap"},
		http.MethodPost: {
			document: "cmd.ap", needs: writer, answer: (*Router).switchAP, body: map[string]argument{"enable": required(isBoolean)},
		},
	},
	"cmd.cellularModule.rescanNetwork": {http.MethodPost: {
		document: cellularDocument, needs: writer, answer: cellularOnly((*Router).rescanNetwork), body: map[string]argument{"connId": required(isID)},
	}},
	"cmd.cellularModule.reset": {http.MethodPost: {
		document: cellularDocument, needs: writer, answer: cellularOnly((*Router).resetModule), body: map[string]argument{"connId": required(isID)},
	}},
	"cmd.wan.cellular": {
		http.MethodGet: {document: cellularDocument, part: ofConnection, query: map[string]func(string) bool{"connId": isCount}},
		http.MethodPost: {document: cellularDocument, needs: writer, answer: cellularOnly((*Router).setSIM), body: map[string]argument{
			"connId": required(isID), "enabledSim": optional(isSIMList), "preferredSim": optional(isSIM),
		}},
	},
	"cmd.wifi.connect": {http.MethodPost: {
		document: scanDocument, needs: writer, answer: (*Router).connectWiFi, body: map[string]argument{
			"connId": required(isID), "ssid": required(isText), "securityPolicy": required(isSecurityPolicy),
			"key": optional(isText), "loginId": optional(isText), "password": optional(isText),
			"eapMethod": optional(isOneOf("TTLS", "PEAP")), "eapPhase2": optional(isOneOf("CHAP", "MSCHAP", "MSCHAPV2", "PAP")),
			"eapAuthenticationId": optional(isText), "preferredBssid": optional(isText),
		},
	}},
	"cmd.wifi.disconnect": {http.MethodPost: {
		document: scanDocument, needs: writer, answer: (*Router).leaveWiFi,
		body: map[string]argument{"connId": required(isID), "ssid": optional(isText)},
	}},
	"cmd.wifi.forget": {http.MethodPost: {
		document: scanDocument, needs: writer, answer: (*Router).leaveWiFi,
		body: map[string]argument{"connId": required(isID), "ssid": required(isText), "securityPolicy": required(isSecurityPolicy)},
	}},
	"cmd.wifi.result": {http.MethodGet: {
		document: resultDocument, part: ofConnection, query: map[string]func(string) bool{"connId": isCount},
	}},
	"cmd.wifi.scan": {http.MethodGet: {
		document: scanDocument, answer: (*Router).scan, query: map[string]func(string) bool{
			"connId": isCount, "infoType": listOf("status", "config"),
			"sortBy": listOf("name", "security", "signal", "channel"), "sortOrder": listOf("asc", "desc"),
		},
	}},
	"config.ssid.profile": {
		http.MethodGet: {document: ssidDocument, part: chosenByID, query: map[string]func(string) bool{"id": isWordList}},
		http.MethodPost: {document: ssidDocument, needs: writer, answer: (*Router).updateSSID, body: map[string]argument{
			"action": required(isOneOf("update")), "id": required(isID), "name": optional(isText), "enable": optional(isBoolean),
			"vlanId": optional(isID), "broadcast": optional(isBoolean), "security": optional(isSSIDSecurity),
		}},
	},
	"config.wan.connection.priority": {http.MethodPost: {
		document: wanDocument, needs: writer, answer: (*Router).setPriority, body: map[string]argument{
			"instantActive": optional(isBooleanText), "list": required(isPriorityList),
		},
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
		document: wanDocument, part: chosenByID,
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

func isSecurityPolicy(n *node) bool {
	return isOneOf("open", "wep", "wpa-eap", "wpa-psk", "8021x")(n)
}

func isYesOrNo(value string) bool { return value == "yes" || value == "no" }

func isAnything(string) bool { return true }
