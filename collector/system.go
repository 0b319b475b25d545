package collector

import (
	"context"
	"strconv"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var systemTables = []described{systemTable, thermalTable, fanTable}

func readSystem(ctx context.Context, a *asking) (reading, error) {
	answer, err := ask(ctx, a, "system", a.system, a.askSystem)
	return asReading(answer, err, collectSystem)
}

// askSystem asks for all parts at once or, of a model that refuses that, for one by one.
func (a *asking) askSystem(ctx context.Context) (*peplink.Answer[peplink.SystemInfo], error) {
	const call = "status.system.info in one"
	refused := map[string]error{}
	if a.refusals.of(call) == nil {
		answer, err := a.client.SystemInfo(ctx, peplink.SystemParts...)
		if !isFinal(err) {
			return answer, err
		}
		refused[call] = err
	}
	all := &peplink.Answer[peplink.SystemInfo]{}
	var deviceErr error
	for _, part := range peplink.SystemParts {
		answer, err := a.askSystemPart(ctx, part, refused)
		switch {
		case err == nil:
			all.Value = all.Value.With(answer.Value)
			all.Unreadable += answer.Unreadable
		case !isFinal(err):
			return all, err
		case part == peplink.SystemDevice:
			deviceErr = err
		}
	}
	// A failure in any words is what the model lacks only if it has the device, without
	// which nothing is read.
	for call, err := range refused {
		if deviceErr == nil || isRefusal(err) {
			a.refusals.remember(call, err)
		}
	}
	return all, deviceErr
}

// askSystemPart asks for one part. A refusal is to be remembered, so that only what the
// model has is asked for at later scrapes.
func (a *asking) askSystemPart(ctx context.Context, part string, refused map[string]error) (*peplink.Answer[peplink.SystemInfo], error) {
	call := "status.system.info " + part
	err := a.refusals.of(call)
	if err == nil {
		var answer *peplink.Answer[peplink.SystemInfo]
		if answer, err = a.client.SystemInfo(ctx, part); !isFinal(err) {
			return answer, err
		}
		refused[call] = err
	}
	if part != peplink.SystemCPULoad || a.refusals.of("status.cpu") != nil {
		return nil, err
	}
	load, cpuErr := a.client.CPU(ctx)
	if cpuErr != nil {
		if isFinal(cpuErr) {
			refused["status.cpu"] = cpuErr
		}
		return nil, cpuErr
	}
	return &peplink.Answer[peplink.SystemInfo]{
		Value:      peplink.SystemInfoOf(load.Value),
		Unreadable: load.Unreadable,
	}, nil
}

// isFinal reports whether the router refused, in whatever words, what it was asked.
func isFinal(err error) bool { return isRefusal(err) || isFailure(err) }

// sensor is a thermometer or a fan, and its place among those of its kind, from 1: they
// have no names.
type sensor[T any] struct {
	value T
	place int
}

func (s sensor[T]) labels() []string { return []string{strconv.Itoa(s.place)} }

func collectSystem(system peplink.SystemInfo, _ view, into *sink) {
	systemTable.collect(system, into)
	for place, thermal := range system.Thermals.All() {
		thermalTable.collect(sensor[peplink.ThermalSensor]{thermal, place + 1}, into)
	}
	for place, fan := range system.Fans.All() {
		fanTable.collect(sensor[peplink.Fan]{fan, place + 1}, into)
	}
}

var systemTable = newTable(nil, unlabelled[peplink.SystemInfo],
	info("peplink_device_info", "The router itself.", "device.serialNumber, name, model, productCode, hardwareRevision, firmwareVersion",
		[]string{"serial_number", "device", "model", "product_code", "hardware_revision", "firmware"},
		func(s peplink.SystemInfo) ([]string, bool) {
			d := s.Device.OrZero()
			return anyOf(d.SerialNumber.String(), d.Name.String(), d.Model.String(), d.ProductCode.String(), d.HardwareRevision.String(), d.FirmwareVersion.String())
		}),
	number("peplink_device_uptime_seconds", "Time since the router started.", "uptime.second",
		func(s peplink.SystemInfo) peplink.Number { return s.Uptime.OrZero().Seconds }),
	gauge("peplink_device_cpu_load_ratio", "How busy the processor is, 0 to 1.", "cpuLoad.percentage, or cpu.load of status.cpu",
		func(s peplink.SystemInfo) (float64, bool) {
			percentage, ok := s.CPULoad.OrZero().Percentage.Value()
			return percentage / 100, ok
		}),
)

var thermalTable = newTable([]string{"sensor"}, sensor[peplink.ThermalSensor].labels,
	number("peplink_device_temperature_celsius", "Temperature in the router.", "thermalSensor[].temperature",
		func(s sensor[peplink.ThermalSensor]) peplink.Number { return s.value.Temperature }),
	number("peplink_device_temperature_threshold_celsius", "Temperature above which the router is too hot.", "thermalSensor[].threshold",
		func(s sensor[peplink.ThermalSensor]) peplink.Number { return s.value.Threshold }),
)

var fanTable = newTable([]string{"fan"}, sensor[peplink.Fan].labels,
	number("peplink_device_fan_speed_rpm", "Speed of the fan.", "fanSpeed[].value",
		func(s sensor[peplink.Fan]) peplink.Number { return s.value.Speed }),
)
