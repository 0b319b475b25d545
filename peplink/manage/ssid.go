package manage

import (
	"context"
	"regexp"
	"slices"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

const ssidEndpoint = "config.ssid.profile"

// SSIDChange is what is to change of a wireless network. What is empty or nil stays as it is.
type SSIDChange struct {
	Name      string        `json:"name,omitempty"`
	Enable    *bool         `json:"enable,omitempty"`
	VLANID    *int          `json:"vlanId,omitempty"`
	Broadcast *bool         `json:"broadcast,omitempty"`
	Security  *SSIDSecurity `json:"security,omitempty"`
}

// SSIDSecurity is how a wireless network is to be protected (API document, POST
// config.ssid.profile, SSID_Security_Obj).
type SSIDSecurity struct {
	Policy          string        `json:"policy,omitempty"` // WPA2 Personal, WPA/WPA2 Personal
	WPA2Personal    *WPA2Personal `json:"wpa2Personal,omitempty"`
	WPAWPA2Personal *WPA2Personal `json:"wpaWpa2Personal,omitempty"` // without FastTransition
}

// WPA2Personal is the protection by a key.
type WPA2Personal struct {
	FastTransition *bool  `json:"fastTransition,omitempty"`
	Key            string `json:"key,omitempty"` // 8 to 63 characters, or 64 hexadecimal digits
}

var (
	ssidPolicies = []string{"", "WPA2 Personal", "WPA/WPA2 Personal"}
	// ssidKey is the rule for keys. Their characters are those of a WPA passphrase.
	ssidKey = regexp.MustCompile(`^([ -~]{8,63}|[0-9A-Fa-f]{64})$`)
)

func (s *SSIDSecurity) check() (secrets []string, err error) {
	if s == nil {
		return nil, nil
	}
	if !slices.Contains(ssidPolicies, s.Policy) {
		return nil, invalid(ssidEndpoint, "the policy has to be WPA2 Personal or WPA/WPA2 Personal")
	}
	if both := s.WPAWPA2Personal; both != nil && both.FastTransition != nil {
		return nil, invalid(ssidEndpoint, "fast transition cannot be set for WPA/WPA2 Personal")
	}
	for _, personal := range []*WPA2Personal{s.WPA2Personal, s.WPAWPA2Personal} {
		if personal == nil || personal.Key == "" {
			continue
		}
		if !ssidKey.MatchString(personal.Key) {
			return nil, invalid(ssidEndpoint, "the key has to have 8 to 63 characters, or 64 hexadecimal digits")
		}
		secrets = append(secrets, personal.Key)
	}
	return secrets, nil
}

// UpdateSSID changes a wireless network, and returns it as it is configured (API document,
// POST config.ssid.profile; firmware 7.1.1; permission: read-write). Whether that waits for
// [ApplyConfig] the document does not say. Errors are [ErrInvalid] or a [*peplink.Error].
func UpdateSSID(ctx context.Context, c *peplink.Client, id int, change SSIDChange) (*peplink.Answer[peplink.SSIDs], error) {
	if id < 1 {
		return nil, invalid(ssidEndpoint, "the profile id has to be 1 or more")
	}
	secrets, err := change.Security.check()
	if err != nil {
		return nil, err
	}
	return post[peplink.SSIDs](ctx, c, ssidEndpoint, struct {
		Action string `json:"action"`
		ID     int    `json:"id"`
		SSIDChange
	}{"update", id, change}, secrets...)
}
