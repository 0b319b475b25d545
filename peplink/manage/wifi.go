package manage

import (
	"context"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

const (
	connectEndpoint    = "cmd.wifi.connect"
	disconnectEndpoint = "cmd.wifi.disconnect"
	forgetEndpoint     = "cmd.wifi.forget"
	scanEndpoint       = "cmd.wifi.scan"
)

// The words that the API document knows.
var (
	securityPolicies = []string{"open", "wep", "wpa-eap", "wpa-psk", "8021x"}
	eapMethods       = []string{"", "TTLS", "PEAP"}
	eapPhases        = []string{"", "CHAP", "MSCHAP", "MSCHAPV2", "PAP"}
	sortings         = []string{"", "name", "security", "signal", "channel"}
)

// WiFiNetwork is one that a Wi-Fi WAN can use.
type WiFiNetwork struct {
	ConnID         int    `json:"connId"`
	SSID           string `json:"ssid"`
	SecurityPolicy string `json:"securityPolicy"` // open, wep, wpa-eap, wpa-psk, 8021x
}

func (n WiFiNetwork) check(endpoint string) error {
	switch {
	case n.ConnID < 1:
		return needConnID(endpoint, n.ConnID)
	case n.SSID == "":
		return invalid(endpoint, "the SSID is missing")
	case !slices.Contains(securityPolicies, n.SecurityPolicy):
		return invalid(endpoint, "the security policy has to be open, wep, wpa-eap, wpa-psk or 8021x")
	}
	return nil
}

// WiFiCredentials are what a network wants to know that the router has no profile of. What
// is empty is not sent.
type WiFiCredentials struct {
	Key           string `json:"key,omitempty"` // for wep and wpa-psk; the rest for wpa-eap and 8021x
	LoginID       string `json:"loginId,omitempty"`
	Password      string `json:"password,omitempty"`
	EAPMethod     string `json:"eapMethod,omitempty"`           // TTLS, PEAP
	EAPPhase2     string `json:"eapPhase2,omitempty"`           // CHAP, MSCHAP, MSCHAPV2, PAP
	OuterIdentity string `json:"eapAuthenticationId,omitempty"` // anonymous, credentials, or any other
	BSSID         string `json:"preferredBssid,omitempty"`
}

// ConnectWiFi connects a Wi-Fi WAN with a network, and makes a profile of it (API document,
// POST cmd.wifi.connect; firmware 7.1.1; permission: read-write). What came of it tells
// [peplink.Client.WiFiResults], later. Errors are [ErrInvalid] or a [*peplink.Error].
func ConnectWiFi(ctx context.Context, c *peplink.Client, n WiFiNetwork, with WiFiCredentials) error {
	if err := n.check(connectEndpoint); err != nil {
		return err
	}
	switch {
	case !slices.Contains(eapMethods, with.EAPMethod):
		return invalid(connectEndpoint, "the EAP method has to be TTLS or PEAP")
	case !slices.Contains(eapPhases, with.EAPPhase2):
		return invalid(connectEndpoint, "phase 2 of EAP has to be CHAP, MSCHAP, MSCHAPV2 or PAP")
	}
	if with.BSSID != "" {
		if address, err := net.ParseMAC(with.BSSID); err != nil || len(address) != 6 {
			return invalid(connectEndpoint, "the BSSID has to be a MAC address")
		}
	}
	return do(ctx, c, connectEndpoint, struct {
		WiFiNetwork
		WiFiCredentials
	}{n, with}, with.Key, with.LoginID, with.Password)
}

// DisconnectWiFi disconnects a Wi-Fi WAN from a network, from any where the SSID is "" (API
// document, POST cmd.wifi.disconnect; firmware 7.1.1; permission: read-write). Errors are
// [ErrInvalid] or a [*peplink.Error].
func DisconnectWiFi(ctx context.Context, c *peplink.Client, connID int, ssid string) error {
	if err := needConnID(disconnectEndpoint, connID); err != nil {
		return err
	}
	return do(ctx, c, disconnectEndpoint, struct {
		connection
		SSID string `json:"ssid,omitempty"`
	}{connection{connID}, ssid})
}

// ForgetWiFi removes the profile of a network, if there is one, and disconnects from it (API
// document, POST cmd.wifi.forget; firmware 7.1.1; permission: read-write). Errors are
// [ErrInvalid] or a [*peplink.Error].
func ForgetWiFi(ctx context.Context, c *peplink.Client, n WiFiNetwork) error {
	if err := n.check(forgetEndpoint); err != nil {
		return err
	}
	return do(ctx, c, forgetEndpoint, n)
}

// Scan says what a scan tells, and in which order.
type Scan struct {
	Status, Profile bool   // tell of each network whether it is connected, and its profile
	SortBy          string // name, security, signal, channel; "" for those with a profile first, then by name
	Descending      bool
}

// FoundWiFi is an access point that a Wi-Fi WAN hears (API document, GET cmd.wifi.scan,
// Wifi_Obj).
type FoundWiFi struct {
	SSID           peplink.Text   `json:"ssid"` // absent for a hidden one
	BSSID          peplink.Text   `json:"bssid"`
	Signal         peplink.Number `json:"signal"` // dBm
	Channel        peplink.Text   `json:"channel"`
	SecurityPolicy peplink.Text   `json:"securityPolicy"`

	Status  peplink.Object[WiFiStatus]  `json:"status"`
	Profile peplink.Object[WiFiProfile] `json:"config"`
}

// WiFiStatus is whether a Wi-Fi WAN uses a network.
type WiFiStatus struct {
	InUse     peplink.Bool `json:"inUse"` // it is to be connected
	Connected peplink.Bool `json:"connected"`
}

// WiFiProfile is what a router keeps of a network.
type WiFiProfile struct {
	ID        peplink.Number `json:"profileId"`
	Automatic peplink.Bool   `json:"automatic"` // it is connected with unasked
}

// ScanWiFi lists the access points that a Wi-Fi WAN hears (API document, GET cmd.wifi.scan;
// firmware 7.1.1; permission: read-only). To ask for status and profile at once is unproven.
// Errors are [ErrInvalid] or a [*peplink.Error].
func ScanWiFi(ctx context.Context, c *peplink.Client, connID int, scan Scan) (*peplink.Answer[peplink.List[FoundWiFi]], error) {
	if err := needConnID(scanEndpoint, connID); err != nil {
		return nil, err
	}
	if !slices.Contains(sortings, scan.SortBy) {
		return nil, invalid(scanEndpoint, "a scan is sorted by name, security, signal or channel")
	}
	query := url.Values{"connId": {strconv.Itoa(connID)}}
	var more []string
	if scan.Status {
		more = append(more, "status")
	}
	if scan.Profile {
		more = append(more, "config")
	}
	if len(more) > 0 {
		query.Set("infoType", strings.Join(more, " "))
	}
	if scan.SortBy != "" {
		query.Set("sortBy", scan.SortBy)
	}
	if scan.Descending {
		query.Set("sortOrder", "desc")
	}
	return get[peplink.List[FoundWiFi]](ctx, c, scanEndpoint, query)
}
