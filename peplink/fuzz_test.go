package peplink_test

import (
	"errors"
	"math"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// seeds are answers of status.wan.connection, sound and garbled.
var seeds = []string{
	`{}`, `[]`, `null`, `""`, `-9999`, `5`, `"x"`, `[1]`,
	`{"1":{"name":"WAN","uptime":5,"dns":["192.0.2.1"],"priority":"1"},"order":[1],"timestamp":1773480413}`,
	`{"2":{"cellular":{"sim":{"1":{"active":true},"order":[1]},"rat":[{"band":[{"signal":{"rsrp":-90}}]}],"carrier":"C"}}}`,
	`{"2":{"cellular":{"carrier":{"name":5},"meid":[],"roamingStatus":{"code":0}}},"order":["2","7",null]}`,
	`{"vwan5":{"wifi":{"signal":{"strength":-57}}},"5":{"ssid":"s","signal":{"strength":0}}}`,
	`{"1":{},"1":{},"":{},"2":[],"3":""}`,
	`{"1":{"uptime":1e999,"mtu":"Inf","mss":"0x10","priority":true,"dns":"x"}}`,
	`{"1":{"1":{"usage":1,"unit":"GB","start":31}},"2":{"usage":1,"limit":0,"unit":"TB","start":32}}`,
	`{"1":{"name":"\ud800\u0000"}}`, "{\"1\":{\"name\":\"\xff\xfe\"}}", ` { "1" : { } } `,
}

func FuzzKeyed(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		answer, err := peplink.Decode[peplink.WANConnections](text)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, entry := range answer.Value.Entries() {
			if entry.ID == "" || seen[entry.ID] {
				t.Errorf("id %q is empty or listed twice", entry.ID)
			}
			seen[entry.ID] = true
			wan := &entry.Value
			wantFinite(t, wan.Uptime, wan.Priority, wan.MTU, wan.WiFi().Signal.OrZero().Strength)
			for _, rat := range wan.Modem().RATs.Items() {
				for _, band := range rat.Bands.Items() {
					signal := band.Signal.OrZero()
					wantFinite(t, signal.RSSI, signal.RSRP, signal.RSRQ, signal.SINR, signal.SNR, signal.ECIO, signal.RSCP)
				}
			}
		}
		wantFinite(t, answer.Value.Beside().Timestamp)
	})
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range seeds {
		f.Add(`{"stat":"ok","response":` + seed + `}`)
	}
	for _, seed := range []string{
		``, ` `, `{`, `<html>`, `{"stat":"ok"}`, `{"stat":"fail"}`, `{"stat":"fail","code":401,"message":"Unauthorized"}`,
		`{"stat":"fail","code":[],"message":{}}`, `{"stat":5}`, `[[[[`, `{"a":"\"[["}`, "\xef\xbb\xbf{}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		answer, err := peplink.DecodeBody[peplink.Allowances](body)
		if err != nil {
			if failure, isOurs := errors.AsType[*peplink.Error](err); !isOurs || failure.Detail == "" || failure.Reason == "" {
				t.Errorf("a failure without words or reason: %#v", err)
			}
			return
		}
		for _, entry := range answer.Value.Entries() {
			all := []peplink.Allowance{entry.Value.Whole}
			for _, sim := range entry.Value.BySIM.Entries() {
				all = append(all, sim.Value)
			}
			for _, allowance := range all {
				wantFinite(t, allowance.Usage, allowance.Limit)
				if day, ok := allowance.Start.Value(); ok && (day < 0 || day > 31) {
					t.Errorf("start on day %d", day)
				}
			}
		}
	})
}

func wantFinite(t *testing.T, numbers ...peplink.Number) {
	t.Helper()
	for _, number := range numbers {
		if value, ok := number.Value(); ok && (math.IsInf(value, 0) || math.IsNaN(value)) {
			t.Errorf("a number is %v", value)
		}
	}
}
