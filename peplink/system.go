package peplink

import (
	"context"
	"net/url"
	"strings"
)

// The parts of status.system.info. The endpoint is not documented; some models refuse it
// whole or in part (field notes, Other endpoints).
const (
	SystemDevice   = "device"
	SystemUptime   = "uptime"
	SystemCPULoad  = "cpuLoad"
	SystemThermals = "thermalSensor"
	SystemFans     = "fanSpeed"
)

// SystemParts lists all parts of status.system.info.
var SystemParts = []string{SystemDevice, SystemUptime, SystemCPULoad, SystemThermals, SystemFans}

// SystemInfo is the answer of status.system.info. Parts that were not asked for are absent.
type SystemInfo struct {
	Device   Object[Device]      `json:"device"`
	Uptime   Object[Uptime]      `json:"uptime"`
	CPULoad  Object[CPULoad]     `json:"cpuLoad"`
	Thermals List[ThermalSensor] `json:"thermalSensor"`
	Fans     List[Fan]           `json:"fanSpeed"`
}

// Device is the router itself.
type Device struct {
	SerialNumber     Text `json:"serialNumber"`
	Name             Text `json:"name"`
	Model            Text `json:"model"`
	ProductCode      Text `json:"productCode"`
	HardwareRevision Text `json:"hardwareRevision"`
	FirmwareVersion  Text `json:"firmwareVersion"`
}

// Uptime is the time since the router started.
type Uptime struct {
	Seconds Number `json:"second"`
}

// CPULoad is how busy the router's processor is.
type CPULoad struct {
	Percentage Percentage `json:"percentage"`
}

// ThermalSensor is a thermometer in the router.
type ThermalSensor struct {
	Temperature Number `json:"temperature"` // °C
	Threshold   Number `json:"threshold"`   // °C above which the router is too hot
}

// Fan is a fan of the router.
type Fan struct {
	Speed Number `json:"value"` // revolutions per minute
}

// Percentage is a number of percent, with or without the sign.
type Percentage struct{ field[float64] }

// UnmarshalJSON implements [json.Unmarshaler].
func (p *Percentage) UnmarshalJSON(data []byte) error {
	text, isString := strings.CutSuffix(string(data), `%"`)
	if isString {
		data = []byte(text + `"`)
	}
	p.field = number(data)
	return nil
}

// With returns what either tells, where each was asked for other parts.
func (s SystemInfo) With(other SystemInfo) SystemInfo {
	if other.Device.presence != absent {
		s.Device = other.Device
	}
	if other.Uptime.presence != absent {
		s.Uptime = other.Uptime
	}
	if other.CPULoad.presence != absent {
		s.CPULoad = other.CPULoad
	}
	if other.Thermals.presence != absent {
		s.Thermals = other.Thermals
	}
	if other.Fans.presence != absent {
		s.Fans = other.Fans
	}
	return s
}

// SystemInfoOf is a SystemInfo that tells the load alone.
func SystemInfoOf(load CPULoad) SystemInfo {
	return SystemInfo{CPULoad: Object[CPULoad]{found(load)}}
}

// SystemInfo asks status.system.info for some of the parts. Errors are an [*Error].
func (c *Client) SystemInfo(ctx context.Context, parts ...string) (*Answer[SystemInfo], error) {
	return get[SystemInfo](ctx, c, "status.system.info", url.Values{"infoType": {strings.Join(parts, " ")}})
}

// CPU asks status.cpu, for routers that do not tell the load otherwise (field notes, Other
// endpoints). Errors are an [*Error].
func (c *Client) CPU(ctx context.Context) (*Answer[CPULoad], error) {
	answer, err := get[struct {
		CPU Object[struct {
			Load Percentage `json:"load"`
		}] `json:"cpu"`
	}](ctx, c, "status.cpu", nil)
	if err != nil {
		return nil, err
	}
	return &Answer[CPULoad]{
		Value:      CPULoad{Percentage: answer.Value.CPU.OrZero().Load},
		Unreadable: answer.Unreadable,
	}, nil
}
