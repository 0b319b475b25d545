package collector

import (
	"strconv"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var systemTables = []documented{&systemTable, &thermalTable, &fanTable}

// CollectSystem adds what the router tells of itself.
func CollectSystem(system *peplink.SystemInfo, _ *View, into *Families) {
	systemTable.collect(system, into)
	for place, thermal := range system.Thermals.All() {
		thermalTable.collect(&sensor[peplink.ThermalSensor]{thermal, place + 1}, into)
	}
	for place, fan := range system.Fans.All() {
		fanTable.collect(&sensor[peplink.Fan]{fan, place + 1}, into)
	}
}

// sensor is a thermometer or a fan, and its place among those of its kind, from 1: they
// have no names.
type sensor[T any] struct {
	value *T
	place int
}

func (s *sensor[T]) labels() []string { return []string{strconv.Itoa(s.place)} }

var systemTable = newTable(nil, nil,
	info("peplink_device_info", "The router itself.", "device.serialNumber, name, model, productCode, hardwareRevision, firmwareVersion, pepvpnVersion; device alone: routerName of info.system",
		[]string{"serial_number", "device", "model", "product_code", "hardware_revision", "firmware", "pepvpn_version"},
		func(s *peplink.SystemInfo) ([]string, bool) {
			d := s.Device.OrZero()
			return anyOf(d.SerialNumber.String(), d.Name.String(), d.Model.String(), d.ProductCode.String(),
				d.HardwareRevision.String(), d.FirmwareVersion.String(), d.PepVPNVersion.String())
		}),
	number("peplink_device_uptime_seconds", "Time since the router started.", "uptime.second",
		func(s *peplink.SystemInfo) peplink.Number { return s.Uptime.OrZero().Seconds }),
	gauge("peplink_device_cpu_load_ratio", "How busy the processor is, 0 to 1.", "cpuLoad.percentage, or cpu.load of status.cpu",
		func(s *peplink.SystemInfo) (float64, bool) {
			percentage, ok := s.CPULoad.OrZero().Percentage.Value()
			return percentage / 100, ok
		}),
)

var thermalTable = newTable([]string{"sensor"}, (*sensor[peplink.ThermalSensor]).labels,
	number("peplink_device_temperature_celsius", "Temperature in the router.", "thermalSensor[].temperature",
		func(s *sensor[peplink.ThermalSensor]) peplink.Number { return s.value.Temperature }),
	number("peplink_device_temperature_threshold_celsius", "Threshold of the thermometer. What it triggers is not known: it may be lower than the temperature of a healthy router.", "thermalSensor[].threshold",
		func(s *sensor[peplink.ThermalSensor]) peplink.Number { return s.value.Threshold }),
	number("peplink_device_temperature_max_celsius", "Maximum that the router names for the thermometer.", "thermalSensor[].max",
		func(s *sensor[peplink.ThermalSensor]) peplink.Number { return s.value.Max }),
)

var fanTable = newTable([]string{"fan"}, (*sensor[peplink.Fan]).labels,
	number("peplink_device_fan_speed_rpm", "Speed of the fan.", "fanSpeed[].value",
		func(s *sensor[peplink.Fan]) peplink.Number { return s.value.Speed }),
)
