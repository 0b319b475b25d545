package collector_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// cellular is a WAN with a modem.
func cellular(modem string) string { return `{"type":"cellular","cellular":` + modem + `}` }

// Two bands may have the same name; index and position keep them apart.
func TestBands(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{"2": cellular(`{"rat":[
		{"name":"LTE","band":[
			{"name":"B3","channel":1300,"signal":{"rsrp":-97}},
			{"name":"B1","channel":"100","channelWidth":"20 MHz","signal":{"rsrp":"-90","rsrq":-8.0}},
			{"name":"B3","signal":{"rsrp":-98}}]},
		{"name":"5G","band":[{"name":"B3","signal":{"rsrp":-99}},{"signal":{"rsrp":-100}}]},
		{"band":[{"name":"B3","signal":{"rsrp":-101}},{"signal":{}},{}]},
		{"name":"LTE","band":[{"name":"B3","signal":{"rsrp":-102}}]},
		{"name":"WCDMA"}]}`)})
	want := []string{
		`peplink_cellular_rsrp_dbm{band="", band_index="0", rat="5G", wan="", wan_id="2"} -100`,
		`peplink_cellular_rsrp_dbm{band="B1", band_index="0", rat="LTE", wan="", wan_id="2"} -90`,
		`peplink_cellular_rsrp_dbm{band="B3", band_index="0", rat="", wan="", wan_id="2"} -101`,
		`peplink_cellular_rsrp_dbm{band="B3", band_index="0", rat="5G", wan="", wan_id="2"} -99`,
		`peplink_cellular_rsrp_dbm{band="B3", band_index="0", rat="LTE", wan="", wan_id="2"} -97`,
		`peplink_cellular_rsrp_dbm{band="B3", band_index="1", rat="LTE", wan="", wan_id="2"} -98`,
		`peplink_cellular_rsrp_dbm{band="B3", band_index="2", rat="LTE", wan="", wan_id="2"} -102`,
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_cellular_rsrp_dbm")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = []string{
		`peplink_cellular_band_info{band="", band_index="0", channel="", channel_width="", position="4", rat="5G", wan="", wan_id="2"} 1`,
		`peplink_cellular_band_info{band="", band_index="0", channel="", channel_width="", position="6", rat="", wan="", wan_id="2"} 1`,
		`peplink_cellular_band_info{band="", band_index="1", channel="", channel_width="", position="7", rat="", wan="", wan_id="2"} 1`,
		`peplink_cellular_band_info{band="B1", band_index="0", channel="100", channel_width="20 MHz", position="1", rat="LTE", wan="", wan_id="2"} 1`,
		`peplink_cellular_band_info{band="B3", band_index="0", channel="", channel_width="", position="3", rat="5G", wan="", wan_id="2"} 1`,
		`peplink_cellular_band_info{band="B3", band_index="0", channel="", channel_width="", position="5", rat="", wan="", wan_id="2"} 1`,
		`peplink_cellular_band_info{band="B3", band_index="0", channel="1300", channel_width="", position="0", rat="LTE", wan="", wan_id="2"} 1`,
		`peplink_cellular_band_info{band="B3", band_index="1", channel="", channel_width="", position="2", rat="LTE", wan="", wan_id="2"} 1`,
		`peplink_cellular_band_info{band="B3", band_index="2", channel="", channel_width="", position="8", rat="LTE", wan="", wan_id="2"} 1`,
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_cellular_band_info")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSignals(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{"2": cellular(`{"rat":[{"name":"R","band":[
		{"name":"B","signal":{"rssi":-63,"rsrp":-90,"rsrq":-8.5,"sinr":19.399999999999999,"snr":0,"ecio":"-4","rscp":-80}},
		{"name":"none","signal":{"rssi":-9999,"rsrp":null,"rsrq":"","sinr":"-9999","snr":[],"ecio":{}}},
		{"name":"garbled","signal":{"rssi":"weak","rsrp":true,"rsrq":[1]}}]}]}`)})
	const labels = `{band="B", band_index="0", rat="R", wan="", wan_id="2"}`
	want := []string{
		"peplink_cellular_ecio_db" + labels + " -4", "peplink_cellular_rscp_dbm" + labels + " -80",
		"peplink_cellular_rsrp_dbm" + labels + " -90", "peplink_cellular_rsrq_db" + labels + " -8.5",
		"peplink_cellular_rssi_dbm" + labels + " -63", "peplink_cellular_sinr_db" + labels + " 19.4",
		"peplink_cellular_snr_db" + labels + " 0",
	}
	got := lines(samples, "peplink_cellular_ecio_db", "peplink_cellular_rscp_dbm", "peplink_cellular_rsrp_dbm",
		"peplink_cellular_rsrq_db", "peplink_cellular_rssi_dbm", "peplink_cellular_sinr_db", "peplink_cellular_snr_db")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := unreadable(t, samples, "wan"); got != 3 {
		t.Errorf("%v unreadable fields, want 3", got)
	}
}

// Older firmware has the bands at the modem itself (API document, Gobi_Obj and Modem_Obj).
func TestBandsWithoutRAT(t *testing.T) {
	const bands = `"band":[{"name":"B3","signal":{"rsrp":-97}},{"name":"B3","signal":{"rsrp":-98}}]`
	samples := answers(t, wanEndpoint, map[string]string{
		"cellular": cellular(`{` + bands + `}`),
		"modem":    `{"type":"modem","modem":{` + bands + `}}`,
	})
	want := []string{
		`peplink_cellular_rsrp_dbm{band="B3", band_index="0", rat="", wan="", wan_id="cellular"} -97`,
		`peplink_cellular_rsrp_dbm{band="B3", band_index="0", rat="", wan="", wan_id="modem"} -97`,
		`peplink_cellular_rsrp_dbm{band="B3", band_index="1", rat="", wan="", wan_id="cellular"} -98`,
		`peplink_cellular_rsrp_dbm{band="B3", band_index="1", rat="", wan="", wan_id="modem"} -98`,
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_cellular_rsrp_dbm")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A modem is under cellular, under modem where it is plugged in, and under gobi before
// firmware 8.0.1 (API document, GET status.wan.connection).
func TestModemsWhereverTheyStand(t *testing.T) {
	const modem = `{"name":"Stick","vendorId":4817,"productId":"5404","signalLevel":"3","carrier":"Other Mobile","network":"LTE"}`
	samples := answers(t, wanEndpoint, map[string]string{
		"cellular": `{"type":"cellular","cellular":` + modem + `}`,
		"modem":    `{"type":"modem","modem":` + modem + `}`,
		"gobi":     `{"type":"gobi","gobi":` + modem + `}`,
		"none":     `{"type":"ethernet"}`,
		"empty":    `{"type":"cellular","cellular":{}}`,
	})
	levels := map[string]float64{"cellular": 3, "modem": 3, "gobi": 3}
	if diff := cmp.Diff(levels, family(t, samples, "peplink_cellular_signal_level", "wan_id")); diff != "" {
		t.Errorf("signal level (-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{"model": "Stick", "vendor_id": "4817", "product_id": "5404"} {
		texts := map[string]string{"cellular": want, "modem": want, "gobi": want}
		if diff := cmp.Diff(texts, labelled(samples, "peplink_modem_info", name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestModelBeforeNameOfModem(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"both": cellular(`{"model":"EM-Example 12","name":"Stick"}`), "name": cellular(`{"name":"Stick","model":""}`), "neither": cellular(`{"mcc":"262"}`),
	})
	want := map[string]string{"both": "EM-Example 12", "name": "Stick"}
	if diff := cmp.Diff(want, labelled(samples, "peplink_modem_info", "model")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Technology is the first of three fields that says something.
func TestNetwork(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"all":      cellular(`{"dataTechnology":"LTE-A","mobileType":"LTE","network":"4G"}`),
		"two":      cellular(`{"dataTechnology":"","mobileType":"LTE","network":"4G"}`),
		"network":  cellular(`{"network":"4G"}`),
		"none":     cellular(`{"mnc":"02"}`),
		"nothing":  cellular(`{"signalLevel":1}`),
		"carriers": cellular(`{"carrier":{"name":"Example","country":"Germany"}}`),
		"text":     cellular(`{"carrier":"Example"}`),
	})
	for label, want := range map[string]map[string]string{
		"technology": {"all": "LTE-A", "two": "LTE", "network": "4G", "none": "", "carriers": "", "text": ""},
		"carrier":    {"all": "", "two": "", "network": "", "none": "", "carriers": "Example", "text": "Example"},
		"country":    {"all": "", "two": "", "network": "", "none": "", "carriers": "Germany", "text": ""},
		"mnc":        {"all": "", "two": "", "network": "", "none": "02", "carriers": "", "text": ""},
	} {
		if diff := cmp.Diff(want, labelled(samples, "peplink_cellular_network_info", label)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", label, diff)
		}
	}
}

// roamings are answers with the state they mean; "" is for none.
var roamings = map[string][2]string{
	"code 0, roaming":          {`{"code":0,"message":"roaming"}`, "roaming"},
	"code 1, home":             {`{"code":1,"message":"home"}`, "home"},
	"code 2 alone":             {`{"code":2}`, ""},
	"code as text alone":       {`{"code":"1"}`, ""},
	"code unknown":             {`{"code":3,"message":"roaming partner"}`, "roaming_partner"},
	"code is no whole number":  {`{"code":0.5,"message":"home"}`, "home"},
	"code negative":            {`{"code":-1,"message":"Home"}`, "home"},
	"no code":                  {`{"message":"Roaming"}`, "roaming"},
	"code unreadable":          {`{"code":true,"message":"roaming"}`, "roaming"},
	"unknown word":             {`{"message":"Emergency Only"}`, "emergency_only"},
	"runs of other characters": {`{"message":"5G -- (limited)"}`, "5g_limited_"},
	"begins with others":       {`{"message":"*limited*"}`, "_limited_"},
	"other alphabets":          {`{"message":"Größe"}`, "gr_e"},
	"only others":              {`{"message":"???"}`, "_"},
	"underscores are others":   {`{"message":"a__b"}`, "a_b"},
	"32 characters":            {`{"message":"abcdefghijklmnopqrstuvwxyz012345"}`, "abcdefghijklmnopqrstuvwxyz012345"},
	"33 characters":            {`{"message":"abcdefghijklmnopqrstuvwxyz0123456"}`, "abcdefghijklmnopqrstuvwxyz012345"},
	"unknown code alone":       {`{"code":3}`, ""},
	"empty":                    {`{}`, ""},
	"empty message":            {`{"message":""}`, ""},
}

func TestRoaming(t *testing.T) {
	objects, want := map[string]string{"missing": cellular(`{"mnc":"02"}`)}, map[string]string{}
	for name, test := range roamings {
		objects[name] = cellular(`{"roamingStatus":` + test[0] + `}`)
		if test[1] != "" {
			want[name] = test[1]
		}
	}
	samples := answers(t, wanEndpoint, objects)
	if diff := cmp.Diff(want, states(t, samples, "peplink_cellular_roaming_state")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestModemFlags(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"on": cellular(`{"carrierAggregation":true,"modulePowerOn":true}`), "off": cellular(`{"carrierAggregation":false,"modulePowerOn":false}`),
		"unsaid": cellular(`{"mnc":"02"}`),
	})
	for _, name := range []string{"peplink_cellular_carrier_aggregation", "peplink_cellular_module_powered"} {
		if diff := cmp.Diff(map[string]float64{"on": 1, "off": 0}, family(t, samples, name, "wan_id")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Numbers of the modem, and the cell it is in, are shown where the target exposes them.
func TestIdentityAndCell(t *testing.T) {
	objects := map[string]string{
		"whole": cellular(`{"imei":"350000000000021","meid":{"hex":"A0000000000021","dec":"26843545600"},"esn":"80000021",
			"cellTower":{"cellId":11021,"cellPlmn":26202,"cellUtranId":333021,"tac":"33021","lac":5}}`),
		"dec":   cellular(`{"meid":{"hex":"","dec":"26843545600"},"cellTower":{"lac":5}}`),
		"empty": cellular(`{"imei":"","meid":{"hex":"","dec":""},"esn":"","cellTower":{}}`),
	}
	identity := []string{
		`peplink_modem_identity_info{esn="", imei="", meid="26843545600", wan="", wan_id="dec"} 1`,
		`peplink_modem_identity_info{esn="80000021", imei="350000000000021", meid="A0000000000021", wan="", wan_id="whole"} 1`,
	}
	cell := []string{
		`peplink_cellular_cell_info{cell_id="", lac="5", plmn="", tac="", utran_id="", wan="", wan_id="dec"} 1`,
		`peplink_cellular_cell_info{cell_id="11021", lac="5", plmn="26202", tac="33021", utran_id="333021", wan="", wan_id="whole"} 1`,
	}
	for name, test := range map[string]struct {
		expose         collector.Expose
		identity, cell []string
	}{
		"nothing":    {collector.Expose{}, nil, nil},
		"addresses":  {collector.Expose{Addresses: true}, nil, nil},
		"subscriber": {collector.Expose{Subscriber: true}, identity, nil},
		"location":   {collector.Expose{Location: true}, nil, cell},
	} {
		samples := answers(t, wanEndpoint, objects, exposing(test.expose))
		if diff := cmp.Diff(test.identity, lines(samples, "peplink_modem_identity_info")); diff != "" {
			t.Errorf("%s exposed, identity (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(test.cell, lines(samples, "peplink_cellular_cell_info")); diff != "" {
			t.Errorf("%s exposed, cell (-want +got):\n%s", name, diff)
		}
	}
}
