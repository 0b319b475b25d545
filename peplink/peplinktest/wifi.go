package peplinktest

import (
	"cmp"
	"slices"
	"strings"
)

const (
	scanDocument   = "cmd.wifi.scan"
	resultDocument = "cmd.wifi.result"
)

// WiFiKey is what every access point in reach takes as key, and as password.
const WiFiKey = "key-of-every-access-point"

// accessPoint is one that a Wi-Fi WAN can hear, as GET cmd.wifi.scan lists it
// (API document).
type accessPoint struct {
	SSID     string       `json:"ssid"`
	BSSID    string       `json:"bssid"`
	Signal   int          `json:"signal"`
	Channel  int          `json:"channel"`
	Security string       `json:"securityPolicy"`
	Status   *wifiStatus  `json:"status,omitempty"`
	Config   *wifiProfile `json:"config,omitempty"` // nil where there is no profile
}

type wifiStatus struct {
	InUse     bool `json:"inUse"`
	Connected bool `json:"connected"`
}

type wifiProfile struct {
	ProfileID int  `json:"profileId"`
	Automatic bool `json:"automatic"`
}

// inReach are the access points that a WAN can hear.
func (r *Router) inReach(id string) (list []accessPoint, ok bool) {
	tree, err := r.documents.current(scanDocument)
	if err != nil || tree.member(id) == nil {
		return nil, false
	}
	return list, tree.member(id).decode(&list)
}

// scan is GET cmd.wifi.scan.
func (r *Router) scan(c *call) answer {
	list, ok := r.inReach(c.query.get("connId"))
	if !ok {
		return failure(codeInvalidParameter, "invalid connId")
	}
	more, _ := wordList(c.query.get("infoType"))
	slices.SortStableFunc(list, func(a, b accessPoint) int {
		order := map[string]int{
			"security": cmp.Compare(a.Security, b.Security), "signal": a.Signal - b.Signal, "channel": a.Channel - b.Channel,
			"name": cmp.Compare(a.SSID, b.SSID), "": cmp.Compare(a.SSID, b.SSID),
		}[c.query.get("sortBy")]
		if c.query.get("sortBy") == "" && (a.Config == nil) != (b.Config == nil) {
			order = map[bool]int{true: 1, false: -1}[a.Config == nil] // those with a profile come first
		}
		if c.query.get("sortOrder") == "desc" {
			order = -order
		}
		return order
	})
	for i := range list {
		if !slices.Contains(more, "status") {
			list[i].Status = nil
		}
		if !slices.Contains(more, "config") {
			list[i].Config = nil
		}
	}
	return successOf(list)
}

// connectWiFi is POST cmd.wifi.connect. What came of it tells cmd.wifi.result.
func (r *Router) connectWiFi(c *call) answer {
	id, ssid, policy := c.id("connId"), c.text("ssid"), c.text("securityPolicy")
	list, ok := r.inReach(id)
	if !ok {
		return failure(codeInvalidParameter, "invalid connId")
	}
	at := slices.IndexFunc(list, func(a accessPoint) bool { return a.SSID == ssid && a.Security == policy })
	profile := at >= 0 && list[at].Config != nil
	secret, failed := "key", "PSK_AUTH_FAIL"
	if policy == "wpa-eap" || policy == "8021x" {
		secret, failed = "password", "EAP_AUTH_FAIL"
	}
	if policy != "open" && !profile && c.arguments[secret] == nil {
		return invalidParameter(secret)
	}
	result := map[string]any{"timestamp": r.clock.Now().Unix(), "ssid": ssid, "securityPolicy": policy, "result": "CONNECTED"}
	switch {
	case at < 0:
		result["result"] = "AP_NOT_FOUND"
	case c.arguments[secret] != nil && c.text(secret) != WiFiKey:
		result["result"] = failed
	default:
		result["bssid"] = list[at].BSSID
		result["message"] = "connected to " + ssid + " (" + list[at].BSSID + ")"
		if !profile {
			list[at].Config = &wifiProfile{ProfileID: len(list) + 1, Automatic: true}
		}
		r.joined(id, list, at)
	}
	r.change(resultDocument, "/"+id, result)
	return success(nil, "")
}

// joined makes a WAN look like one that is connected to an access point, by -1
// to none.
func (r *Router) joined(id string, list []accessPoint, at int) {
	for i := range list {
		list[i].Status = &wifiStatus{InUse: i == at, Connected: i == at}
	}
	r.change(scanDocument, "/"+id, list)
	path := "/" + id
	if at < 0 {
		r.disconnectWAN(path, "red", "Disconnected")
		return
	}
	ap := list[at]
	r.change(wanDocument, path+"/statusLed", "green")
	r.change(wanDocument, path+"/message", "Connected to "+ap.SSID)
	r.change(wanDocument, path+"/uptime", 0)
	r.change(wanDocument, path+"/ip", "198.51.100.250")
	r.change(wanDocument, path+"/mask", 24)
	r.change(wanDocument, path+"/gateway", "198.51.100.249")
	r.change(wanDocument, path+"/wifi", map[string]any{
		"ssid": ap.SSID, "bssid": ap.BSSID, "signal": map[string]int{"strength": ap.Signal},
	})
	r.note("WAN %s connected to %s", id, ap.SSID)
}

// leaveWiFi is POST cmd.wifi.disconnect, and POST cmd.wifi.forget, which names a
// security policy and removes the profile too, if any.
func (r *Router) leaveWiFi(c *call) answer {
	id, ssid := c.id("connId"), c.text("ssid")
	list, ok := r.inReach(id)
	if !ok {
		return failure(codeInvalidParameter, "invalid connId")
	}
	forget := strings.HasSuffix(c.endpoint, "forget")
	connected := false
	for i, a := range list {
		if ssid != "" && a.SSID != ssid || forget && a.Security != c.text("securityPolicy") {
			continue
		}
		connected = connected || a.Status != nil && a.Status.Connected
		if forget {
			list[i].Config = nil
		}
	}
	if connected {
		r.joined(id, list, -1)
	} else if forget {
		r.change(scanDocument, "/"+id, list)
	}
	return success(nil, "")
}
