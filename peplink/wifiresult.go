package peplink

import "context"

// WiFiResults is what cmd.wifi.result answers for each Wi-Fi WAN, by connection id.
type WiFiResults = Keyed[WiFiResult, OnlyOrder]

// WiFiResult is how a Wi-Fi WAN's last try to connect ended (API document, GET
// cmd.wifi.result). The names and addresses of the network are not decoded.
type WiFiResult struct {
	Result    Text   `json:"result"`    // CONNECTED, TIMEOUT, PSK_AUTH_FAIL, EAP_AUTH_FAIL, AP_NOT_FOUND, UNKNOWN_FAIL
	Timestamp Number `json:"timestamp"` // of the result, unix seconds
}

// WiFiResults asks cmd.wifi.result for each of the given WANs (API document, GET
// cmd.wifi.result). When one fails, what was read before, if anything, is returned with the
// error, which is an [*Error].
func (c *Client) WiFiResults(ctx context.Context, ids []string) (*Answer[WiFiResults], error) {
	return getEach[WiFiResult](ctx, c, "cmd.wifi.result", ids)
}
