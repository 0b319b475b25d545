package server_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// never is the class of what nothing exposes.
const never = ""

// personalByKey are the fields of all answers that hold something personal, by the word of
// `expose` that shows it. Names of networks and of access points, which are metrics by
// default, are not among them.
var personalByKey = map[string]string{
	"imsi": "subscriber", "iccid": "subscriber", "mtn": "subscriber",
	"imei": "subscriber", "hex": "subscriber", "esn": "subscriber", "meid": "subscriber",
	"cellId": "location", "cellPlmn": "location", "cellUtranId": "location", "tac": "location", "lac": "location",
	"ip": "addresses", "gateway": "addresses", "mac": "addresses", "bssid": "addresses", "mask": "addresses",

	"password": never, "gatewayUrl": never, "dns": never, "additionalIp": never, "dec": never, "dialNumber": never,
	"route": never, "inactiveRoute": never, "conflictRoute": never, "server": never, "client": never, "bridge": never,
	"siteId": never, "key": never,
}

// personalClass is the class of a field by its place in a document.
func personalClass(endpoint string, place []string) (class string, is bool) {
	named := slices.DeleteFunc(slices.Clone(place), isPosition)
	if len(named) == 0 {
		return "", false
	}
	key, above := named[len(named)-1], named[:len(named)-1]
	switch {
	case slices.Contains(above, "remoteSim"):
		return never, true
	case key == "bssid" && strings.HasPrefix(endpoint, "cmd.wifi."), endpoint == "status.client" && personalByKey[key] != "":
		return never, true
	case slices.Contains(above, "modem") && slices.Contains([]string{"imsi", "iccid", "mtn"}, key):
		return never, true
	case key == "username" && endpoint == pepvpnEndpoint:
		return "subscriber", true
	case key == "username":
		return never, true
	}
	class, is = personalByKey[key]
	return class, is
}

// isPosition tells the parts of a place that are no names: ids, slots, places in a list.
func isPosition(part string) bool { return strings.Trim(part, "0123456789") == "" }

// personalValues collects what is personal in all documents of a router, by class, with
// the field that holds it. Values of less than four characters prove nothing.
func (r *router) personalValues(t *testing.T) map[string]map[string]string {
	t.Helper()
	found := map[string]map[string]string{never: {}, "subscriber": {}, "location": {}, "addresses": {}}
	for _, endpoint := range r.State().Documents {
		document, err := r.Document(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		err = eachValue(json.NewDecoder(strings.NewReader(string(document))), nil, func(place []string, value string) {
			field := endpoint + "/" + strings.Join(place, "/")
			class, is := personalClass(endpoint, place)
			if is && len(value) >= 4 && value != "-9999" {
				found[class][value] = field
			}
			if place[len(place)-1] == "message" {
				for _, address := range addressesIn(value) {
					found["addresses"][address] = field
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// addressesIn are those in a router's own words.
func addressesIn(message string) (addresses []string) {
	for word := range strings.FieldsSeq(message) {
		word = strings.Trim(word, ".,")
		_, notIP := netip.ParseAddr(word)
		if _, notMAC := net.ParseMAC(word); notIP == nil || notMAC == nil {
			addresses = append(addresses, word)
		}
	}
	return addresses
}

// eachValue walks over a document token by token, so that keys which occur twice are both
// met. Places in lists are digits.
func eachValue(decoder *json.Decoder, place []string, visit func(place []string, value string)) error {
	decoder.UseNumber()
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'), json.Delim('['):
		for at := 0; decoder.More(); at++ {
			key := fmt.Sprint(at)
			if token == json.Delim('{') {
				named, err := decoder.Token()
				if err != nil {
					return err
				}
				key = fmt.Sprint(named)
			}
			if err := eachValue(decoder, append(slices.Clip(place), key), visit); err != nil {
				return err
			}
		}
		_, err := decoder.Token()
		return err
	}
	switch token.(type) {
	case string, json.Number:
		visit(place, fmt.Sprint(token))
	}
	return nil
}

// finder finds a value in a text of lower case however it is written. Short values may be a
// sample, a part of a time or an ordinary word by chance: of them only whole words count,
// and in expositions only whole labels.
func finder(value string) func(text string) bool {
	// HTML and URLs write the plus in other ways.
	value = strings.ToLower(strings.TrimPrefix(value, "+"))
	if len(value) >= 8 {
		return func(text string) bool { return strings.Contains(text, value) }
	}
	isWord := wholeWord(value)
	return func(text string) bool {
		if strings.HasPrefix(text, "# help") {
			return strings.Contains(text, `"`+value+`"`)
		}
		return strings.Contains(text, value) && isWord(text)
	}
}

// wholeWord finds a value that is no part of a longer one.
func wholeWord(value string) func(text string) bool {
	return regexp.MustCompile(`(?i)(?:^|[^0-9a-z.])` + regexp.QuoteMeta(value) + `(?:$|[^0-9a-z])`).MatchString
}

// labelFinder finds a value in an exposition of lower case where it is no part of another
// one.
func labelFinder(value string) func(text string) bool {
	if len(value) < 8 {
		return finder(value)
	}
	value = strings.ToLower(strings.TrimPrefix(value, "+"))
	isWord := wholeWord(value)
	return func(text string) bool { return strings.Contains(text, value) && isWord(text) }
}

// The walk and the search are what other tests rely on.
func TestPersonalValuesAreFound(t *testing.T) {
	const document = `{"1":{"sim":{"1":{"imsi":12345678,"imsi":"x"}},"dns":["a","b"]},"order":[1]}`
	if got := addressesIn("IP 203.0.113.9... via 2001:db8::7, 00:00:5E:00:53:99 12 s"); len(got) != 3 {
		t.Errorf("addresses %q", got)
	}
	var got []string
	decoder := json.NewDecoder(strings.NewReader(document))
	if err := eachValue(decoder, nil, func(place []string, value string) {
		got = append(got, strings.Join(place, "/")+"="+value)
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"1/sim/1/imsi=12345678", "1/sim/1/imsi=x", "1/dns/0=a", "1/dns/1=b", "order/0=1"}
	if !slices.Equal(got, want) {
		t.Errorf("met %q, want %q", got, want)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		t.Errorf("the walk ends before the document: %v", err)
	}
	for value, text := range map[string]string{
		"+493023125021": "&#43;493023125021", "A0000000000021": "x=a0000000000021y", "4411": `lac 4411, and`,
		"00:00:5E:00:53:01": "mac 00:00:5e:00:53:01", "1012": "# HELP\na{b=\"1012\"} 1",
	} {
		if !finder(value)(strings.ToLower(text)) {
			t.Errorf("%s is not found in %s", value, text)
		}
	}
	for value, text := range map[string]string{"1012": "# HELP\na{b=\"HD2-1012\"} 1012", "4411": "1.4411 44110"} {
		if finder(value)(strings.ToLower(text)) {
			t.Errorf("%s is found in %s", value, text)
		}
	}
}
