package peplink

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// WANConnections is the answer of status.wan.connection: the WANs by connection id.
type WANConnections = Keyed[WAN, WANFacts]

// WANFacts stand beside the connection ids (field notes, status.wan.connection).
type WANFacts struct {
	Timestamp Number // the router's clock, unix seconds
}

// fact implements [facts].
func (f *WANFacts) fact(key string) (into any, isFact bool) {
	switch key {
	case "timestamp":
		return &f.Timestamp, true
	case "reportTimestamp", "supportGatewayProxy", "connection":
		return nil, true
	}
	return nil, false
}

// WAN is one connection (API document, GET status.wan.connection, WAN_Status_Obj; field
// notes, status.wan.connection). What a connection does not have is absent: one that is
// down has no address, a disabled one no priority.
type WAN struct {
	Name           Text `json:"name"`
	StatusLED      Text `json:"statusLed"` // empty, gray, red, yellow, green, flash
	Message        Text `json:"message"`   // for people: "Connected to …", "No Cable Detected"
	Enable         Bool `json:"enable"`
	Locked         Bool `json:"locked"`
	AsLAN          Bool `json:"asLan"`
	ScheduledOff   Bool `json:"scheduledOff"`
	ManagementOnly Bool `json:"managementOnly"`
	Synergy        Bool `json:"synergy"`     // a WAN of another router, which this one controls
	SynergyLink    Bool `json:"synergyLink"` // the way to such a router

	Type        Text   `json:"type"` // ethernet, cellular, modem, wifi, wovlan, …
	VirtualType Text   `json:"virtualType"`
	Method      Text   `json:"method"` // dhcp, staticIp, ppp, unknown
	RoutingMode Text   `json:"routingMode"`
	Mode        Text   `json:"mode"`     // routing mode before firmware 8.3
	Priority    Number `json:"priority"` // the lowest is used first
	GroupSet    Text   `json:"groupSet"`
	Uptime      Number `json:"uptime"` // seconds; 0 or stale unless up

	IP           Text       `json:"ip"`
	Mask         Text       `json:"mask"` // prefix length
	Gateway      Text       `json:"gateway"`
	MAC          Text       `json:"mac"`
	DNS          List[Text] `json:"dns"`
	AdditionalIP List[Text] `json:"additionalIp"`
	MTU          Number     `json:"mtu"` // bytes
	MSS          Number     `json:"mss"` // bytes

	Cellular Object[Modem] `json:"cellular"`
	Gobi     Object[Modem] `json:"gobi"` // cellular before firmware 8.0.1
	USBModem Object[Modem] `json:"modem"`

	// Details of a Wi-Fi WAN stand in either object or on the WAN itself.
	WiFiObject     Object[WiFi]       `json:"wifi"`
	WirelessObject Object[WiFi]       `json:"wireless"`
	WiFiSignal     Object[WiFiSignal] `json:"signal"`
	SSID           Text               `json:"ssid"`
	BSSID          Text               `json:"bssid"`
}

// Modem returns the modem of a cellular or USB WAN, one without any fields for others.
func (w *WAN) Modem() *Modem {
	for _, object := range []Object[Modem]{w.Cellular, w.Gobi} {
		if modem, ok := object.Value(); ok {
			return modem
		}
	}
	return w.USBModem.OrZero()
}

// WiFi returns the details of a Wi-Fi WAN, wherever they stand.
func (w *WAN) WiFi() WiFi {
	for _, object := range []Object[WiFi]{w.WiFiObject, w.WirelessObject} {
		if details, ok := object.Value(); ok {
			return *details
		}
	}
	return WiFi{SSID: w.SSID, BSSID: w.BSSID, Signal: w.WiFiSignal}
}

// WiFi is the far end of a Wi-Fi WAN.
type WiFi struct {
	SSID   Text               `json:"ssid"`
	BSSID  Text               `json:"bssid"`
	Signal Object[WiFiSignal] `json:"signal"`
}

// WiFiSignal is how well a Wi-Fi WAN hears its access point.
type WiFiSignal struct {
	Strength Number `json:"strength"` // dBm; 0 where not connected
}

// Modem is a built-in or USB modem (API document, Gobi_Obj and Modem_Obj; field notes,
// status.wan.connection). The user name and password for the APN, which routers send in
// clear text, are not decoded.
type Modem struct {
	Name         Text         `json:"name"` // of a USB modem
	Manufacturer Text         `json:"manufacturer"`
	Model        Text         `json:"model"`
	Firmware     Text         `json:"firmware"`
	VendorID     Text         `json:"vendorId"`
	ProductID    Text         `json:"productId"`
	IMEI         Text         `json:"imei"`
	MEID         Object[MEID] `json:"meid"`
	ESN          Text         `json:"esn"`

	Network        Text              `json:"network"`
	MobileType     Text              `json:"mobileType"`
	DataTechnology Text              `json:"dataTechnology"`
	Mode           Text              `json:"mode"`
	Carrier        Carrier           `json:"carrier"`
	MCC            Text              `json:"mcc"` // with leading zeros
	MNC            Text              `json:"mnc"` // with leading zeros
	Roaming        Object[Roaming]   `json:"roamingStatus"`
	CellTower      Object[CellTower] `json:"cellTower"`

	SignalLevel        Number     `json:"signalLevel"` // 0 to 5
	RATs               List[RAT]  `json:"rat"`
	Bands              List[Band] `json:"band"` // before firmware 8.3, and of USB modems
	CarrierAggregation Bool       `json:"carrierAggregation"`
	ModulePowerOn      Bool       `json:"modulePowerOn"`

	SIMs               Keyed[SIM, OnlyOrder]  `json:"sim"`
	RemoteSIM          Object[SIM]            `json:"remoteSim"`
	SpeedFusionConnect Object[SIM]            `json:"speedfusionConnect5gLte"`
	Others             map[string]OtherMember `json:",embed"`
}

// AllBands lists the bands by radio access technology; one without a name where the
// firmware tells no technologies.
func (m *Modem) AllBands() []RAT {
	if rats := m.RATs.Items(); len(rats) > 0 {
		return rats
	}
	return []RAT{{Bands: m.Bands}}
}

// MEID is the identifier of a CDMA modem.
type MEID struct {
	Hex Text `json:"hex"`
	Dec Text `json:"dec"`
}

// Digits returns the hexadecimal form, or the decimal one where there is no other.
func (m *MEID) Digits() Text {
	if _, ok := m.Hex.Value(); ok {
		return m.Hex
	}
	return m.Dec
}

// Carrier is the network operator. Some routers write its name alone.
type Carrier struct {
	Name    Text `json:"name"`
	Country Text `json:"country"`
}

// readFrom implements [loose].
func (c *Carrier) readFrom(r *reader, dec *jsontext.Decoder) error {
	*c = Carrier{}
	if dec.PeekKind() != jsontext.KindBeginObject {
		return c.Name.readFrom(r, dec)
	}
	type object Carrier // which is not loose
	return json.UnmarshalDecode(dec, (*object)(c))
}

// Roaming tells whether a modem uses its home network.
type Roaming struct {
	Message Text `json:"message"` // home, roaming, roaming partner; no pairing with the code beside it is proven
}

// CellTower is the cell that a modem is connected to.
type CellTower struct {
	CellID  Text `json:"cellId"`
	PLMN    Text `json:"cellPlmn"`
	UTRANID Text `json:"cellUtranId"`
	TAC     Text `json:"tac"`
	LAC     Text `json:"lac"`
}

// RAT is a radio access technology in use, with its bands. The name may be missing.
type RAT struct {
	Name  Text       `json:"name"`
	Bands List[Band] `json:"band"`
}

// Band is a carrier on which a modem receives. The name may be missing, and two bands may
// bear the same one.
type Band struct {
	Name         Text           `json:"name"`
	Channel      Text           `json:"channel"`
	ChannelWidth Text           `json:"channelWidth"`
	Signal       Object[Signal] `json:"signal"`
}

// Signal is what a modem measured on a band; each part may be missing.
type Signal struct {
	RSSI Number `json:"rssi"` // dBm
	RSRP Number `json:"rsrp"` // dBm
	RSRQ Number `json:"rsrq"` // dB
	SINR Number `json:"sinr"` // dB
	SNR  Number `json:"snr"`  // dB
	ECIO Number `json:"ecio"` // dB
	RSCP Number `json:"rscp"` // dBm
}

// SIM is a SIM slot, or what stands for one.
type SIM struct {
	Active       Bool `json:"active"`
	CardDetected Bool `json:"simCardDetected"`
	Status       Text `json:"status"` // older firmware: In Use, SIM Card Detected, No SIM Card Detected
	APN          Text `json:"apn"`
	AutoAPN      Bool `json:"autoApn"`
	ICCID        Text `json:"iccid"`
	IMSI         Text `json:"imsi"`
	MTN          Text `json:"mtn"` // telephone number
}

// WANConnections asks status.wan.connection (API document, GET status.wan.connection;
// field notes, same heading). Errors are an [*Error].
func (c *Client) WANConnections(ctx context.Context) (*Answer[WANConnections], error) {
	return get[WANConnections](ctx, c, request{endpoint: "status.wan.connection"})
}
