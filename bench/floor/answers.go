package main

// answer is an envelope with something in it.
type answer interface{ status() string }

// envelope is around every answer of a router.
type envelope[T any] struct {
	Stat     string `json:"stat"`
	Response T      `json:"response"`
}

func (e *envelope[T]) status() string { return e.Stat }

// answerOf is what an endpoint's answer is decoded into.
func answerOf(path string) answer {
	switch path {
	case "/api/status.wan.connection":
		return &envelope[map[string]wan]{}
	case "/api/status.wan.connection.allowance":
		return &envelope[map[string]allowances]{}
	case "/api/status.pepvpn":
		return &envelope[pepvpn]{}
	case "/api/status.traffic":
		return &envelope[traffic]{}
	case "/api/status.system.info":
		return &envelope[system]{}
	case "/api/info.firmware":
		return &envelope[map[string]firmware]{}
	}
	return &envelope[map[string]any]{}
}

type wan struct {
	Name           string    `json:"name"`
	Enable         bool      `json:"enable"`
	AsLAN          bool      `json:"asLan"`
	Locked         bool      `json:"locked"`
	ManagementOnly bool      `json:"managementOnly"`
	Message        string    `json:"message"`
	StatusLED      string    `json:"statusLed"`
	Uptime         float64   `json:"uptime"`
	Type           string    `json:"type"`
	VirtualType    string    `json:"virtualType"`
	Priority       int       `json:"priority"`
	GroupSet       int       `json:"groupSet"`
	IP             string    `json:"ip"`
	Mask           int       `json:"mask"`
	Gateway        string    `json:"gateway"`
	Method         string    `json:"method"`
	RoutingMode    string    `json:"routingMode"`
	DNS            []string  `json:"dns"`
	MTU            int       `json:"mtu"`
	MSS            int       `json:"mss"`
	MAC            string    `json:"mac"`
	Cellular       *cellular `json:"cellular"`
	WiFi           *wifi     `json:"wifi"`
}

type wifi struct {
	SSID   string  `json:"ssid"`
	BSSID  string  `json:"bssid"`
	Signal float64 `json:"signal"`
}

type cellular struct {
	Network            string         `json:"network"`
	MobileType         string         `json:"mobileType"`
	DataTechnology     string         `json:"dataTechnology"`
	ModulePowerOn      bool           `json:"modulePowerOn"`
	Mode               string         `json:"mode"`
	SIM                map[string]sim `json:"sim"`
	Carrier            carrier        `json:"carrier"`
	CarrierAggregation bool           `json:"carrierAggregation"`
	SignalLevel        int            `json:"signalLevel"`
	RAT                []rat          `json:"rat"`
	MCC                string         `json:"mcc"`
	MNC                string         `json:"mnc"`
	Model              string         `json:"model"`
	Firmware           string         `json:"firmware"`
	Manufacturer       string         `json:"manufacturer"`
}

type sim struct {
	Active          bool   `json:"active"`
	SIMCardDetected bool   `json:"simCardDetected"`
	AutoAPN         bool   `json:"autoApn"`
	APN             string `json:"apn"`
}

type carrier struct {
	Name    string `json:"name"`
	Country string `json:"country"`
}

type rat struct {
	Name string `json:"name"`
	Band []band `json:"band"`
}

type band struct {
	Name         string `json:"name"`
	Channel      int    `json:"channel"`
	ChannelWidth string `json:"channelWidth"`
	Signal       struct {
		RSSI *float64 `json:"rssi"`
		SINR *float64 `json:"sinr"`
		RSRP *float64 `json:"rsrp"`
		RSRQ *float64 `json:"rsrq"`
	} `json:"signal"`
}

type allowance struct {
	Enable bool    `json:"enable"`
	Usage  float64 `json:"usage"`
	Limit  float64 `json:"limit"`
	Start  any     `json:"start"` // "15" or 15
	Unit   string  `json:"unit"`
}

type allowances struct {
	allowance
	First  *allowance `json:"1"`
	Second *allowance `json:"2"`
}

type firmware struct {
	Version  string `json:"version"`
	Bootable bool   `json:"bootable"`
	InUse    bool   `json:"inUse"`
}

type system struct {
	Device struct {
		SerialNumber     string `json:"serialNumber"`
		Name             string `json:"name"`
		Model            string `json:"model"`
		ProductCode      string `json:"productCode"`
		HardwareRevision string `json:"hardwareRevision"`
		FirmwareVersion  string `json:"firmwareVersion"`
	} `json:"device"`
	Uptime struct {
		Second float64 `json:"second"`
	} `json:"uptime"`
	CPULoad struct {
		Percentage float64 `json:"percentage"`
	} `json:"cpuLoad"`
	ThermalSensor []struct {
		Temperature float64 `json:"temperature"`
		Min         float64 `json:"min"`
		Max         float64 `json:"max"`
		Threshold   float64 `json:"threshold"`
	} `json:"thermalSensor"`
	FanSpeed []struct {
		Active     bool    `json:"active"`
		Value      float64 `json:"value"`
		Total      float64 `json:"total"`
		Percentage float64 `json:"percentage"`
	} `json:"fanSpeed"`
}

type traffic struct {
	Bandwidth map[string]flow `json:"bandwidth"`
	Traffic   map[string]flow `json:"traffic"`
	Lifetime  map[string]flow `json:"lifetime"`
}

type flow struct {
	Name    string `json:"name"`
	Overall struct {
		Download float64 `json:"download"`
		Upload   float64 `json:"upload"`
	} `json:"overall"`
}
