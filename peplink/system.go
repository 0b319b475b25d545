package peplink

import (
	"context"
	"net/url"
	"strings"
)

const (
	systemEndpoint = "status.system.info"
	cpuEndpoint    = "status.cpu"
	nameEndpoint   = "info.system"
)

// SystemInfo is the answer of status.system.info. The endpoint is not documented; some
// models refuse it whole or in part (field notes, Other endpoints).
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
	PepVPNVersion    Text `json:"pepvpnVersion"` // of SpeedFusion
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
	Threshold   Number `json:"threshold"`   // °C; a healthy router was above it (field notes, Learned since)
	Max         Number `json:"max"`         // °C
}

// Fan is a fan of the router.
type Fan struct {
	Speed Number `json:"value"` // revolutions per minute
}

// add takes over what another answer tells.
func (s *SystemInfo) add(other *SystemInfo) {
	s.Device = either(s.Device, other.Device)
	s.Uptime = either(s.Uptime, other.Uptime)
	s.CPULoad = either(s.CPULoad, other.CPULoad)
	if other.Thermals.presence != absent {
		s.Thermals = other.Thermals
	}
	if other.Fans.presence != absent {
		s.Fans = other.Fans
	}
}

func either[T any](old, other Object[T]) Object[T] {
	if other.presence != absent {
		return other
	}
	return old
}

// System asks status.system.info for all it can tell or, of a model that refuses that, part
// by part; then status.cpu for the load, and info.system for the router's name, where
// nothing else tells them. What was read before a failure is returned with the error, which
// is an [*Error]. It is that of the device where the model does not tell it, for without it
// a router is not known.
func (c *Client) System(ctx context.Context) (*Answer[SystemInfo], error) {
	parts := []string{"device", "uptime", "cpuLoad", "thermalSensor", "fanSpeed"}
	refused := map[string]error{} // by call, to be remembered: only what the model has is asked for later
	ask := func(call string, ask func() (*Answer[SystemInfo], error)) (*Answer[SystemInfo], error) {
		if err := c.dialects.refusal(call); err != nil {
			return nil, err
		}
		answer, err := ask()
		if isFinal(err) {
			refused[call] = err
		}
		return answer, err
	}
	answer, err := ask(systemEndpoint, func() (*Answer[SystemInfo], error) { return c.systemInfo(ctx, parts...) })
	if !isFinal(err) {
		return answer, err
	}
	all, read := &Answer[SystemInfo]{}, 0
	var deviceErr error
	for _, part := range parts {
		answer, err := ask(systemEndpoint+" "+part, func() (*Answer[SystemInfo], error) { return c.systemInfo(ctx, part) })
		if part == "device" && isFinal(err) {
			deviceErr = err
			answer, err = ask(nameEndpoint, func() (*Answer[SystemInfo], error) { return c.name(ctx) })
		}
		if part == "cpuLoad" && isFinal(err) {
			answer, err = ask(cpuEndpoint, func() (*Answer[SystemInfo], error) { return c.cpu(ctx) })
		}
		switch {
		case err == nil:
			read++
			all.Value.add(&answer.Value)
			all.Unreadable += answer.Unreadable
		case !isFinal(err):
			return all.orNil(read), err
		}
	}
	// A failure in any words is what the model lacks only if it has the device, without
	// which nothing is read.
	for call, err := range refused {
		if deviceErr == nil || isRefusal(err) {
			c.dialects.remember(call, err)
		}
	}
	return all.orNil(read), deviceErr
}

// isFinal reports whether the router refused, in whatever words, what it was asked.
func isFinal(err error) bool { return isRefusal(err) || isFailure(err) }

func (c *Client) systemInfo(ctx context.Context, parts ...string) (*Answer[SystemInfo], error) {
	return get[SystemInfo](ctx, c, request{endpoint: systemEndpoint, query: url.Values{"infoType": {strings.Join(parts, " ")}}})
}

// cpu asks status.cpu (field notes, Other endpoints).
func (c *Client) cpu(ctx context.Context) (*Answer[SystemInfo], error) {
	answer, err := get[struct {
		CPU Object[struct {
			Load Percentage `json:"load"`
		}] `json:"cpu"`
	}](ctx, c, request{endpoint: cpuEndpoint})
	if err != nil {
		return nil, err
	}
	load := &CPULoad{Percentage: answer.Value.CPU.OrZero().Load}
	return &Answer[SystemInfo]{
		Value:      SystemInfo{CPULoad: Object[CPULoad]{found(load)}},
		Unreadable: answer.Unreadable,
	}, nil
}

// name asks info.system (field notes, Learned since).
func (c *Client) name(ctx context.Context) (*Answer[SystemInfo], error) {
	answer, err := get[struct {
		RouterName Text `json:"routerName"`
	}](ctx, c, request{endpoint: nameEndpoint})
	if err != nil {
		return nil, err
	}
	return &Answer[SystemInfo]{
		Value:      SystemInfo{Device: Object[Device]{found(&Device{Name: answer.Value.RouterName})}},
		Unreadable: answer.Unreadable,
	}, nil
}
