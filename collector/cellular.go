package collector

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// modem is the modem of a WAN as the tables see it. WANs without one have a modem that
// says nothing.
type modem struct {
	*peplink.Modem
	wan *wan
}

func (m *modem) labels() []string { return m.wan.labels() }

var roamingStates = []string{"home", "roaming", "roaming_partner"}

var modemTable = newTable(wanLabels, (*modem).labels,
	info("peplink_cellular_network_info", "The mobile network that the modem uses.",
		"cellular.carrier, mcc, mnc, dataTechnology or mobileType or network, mode",
		[]string{"carrier", "country", "mcc", "mnc", "technology", "mode"},
		func(m *modem) ([]string, bool) {
			technology := cmp.Or(m.DataTechnology.String(), m.MobileType.String(), m.Network.String())
			return anyOf(m.Carrier.Name.String(), m.Carrier.Country.String(), m.MCC.String(), m.MNC.String(), technology, m.Mode.String())
		}),
	info("peplink_modem_info", "The modem itself.", "cellular.manufacturer, model or name, firmware, vendorId, productId",
		[]string{"manufacturer", "model", "modem_firmware", "vendor_id", "product_id"},
		func(m *modem) ([]string, bool) {
			model := cmp.Or(m.Model.String(), m.Name.String())
			return anyOf(m.Manufacturer.String(), model, m.Firmware.String(), m.VendorID.String(), m.ProductID.String())
		}),
	info("peplink_modem_identity_info", "Identity numbers of the modem. Only with `expose: subscriber`.", "cellular.imei, meid.hex, esn",
		[]string{"imei", "meid", "esn"},
		func(m *modem) ([]string, bool) {
			return personal(m.wan.expose.Subscriber, m.IMEI, m.MEID.OrZero().Digits(), m.ESN)
		}),
	number("peplink_cellular_signal_level", "Bars of signal, 0 to 5.", "cellular.signalLevel",
		func(m *modem) peplink.Number { return m.SignalLevel }),
	flag("peplink_cellular_carrier_aggregation", "Whether the modem uses several bands at once.", "cellular.carrierAggregation",
		func(m *modem) peplink.Bool { return m.CarrierAggregation }),
	flag("peplink_cellular_module_powered", "Whether the modem has power.", "cellular.modulePowerOn",
		func(m *modem) peplink.Bool { return m.ModulePowerOn }),
	states("peplink_cellular_roaming_state", "Whether the modem roams.", "cellular.roamingStatus.message", roamingStates,
		func(m *modem) (string, bool) { return state(m.Roaming.OrZero().Message) }),
	info("peplink_cellular_cell_info", "The cell that the modem is connected to. Only with `expose: location`.", "cellular.cellTower",
		[]string{"cell_id", "plmn", "utran_id", "tac", "lac"},
		func(m *modem) ([]string, bool) {
			cell := m.CellTower.OrZero()
			return personal(m.wan.expose.Location, cell.CellID, cell.PLMN, cell.UTRANID, cell.TAC, cell.LAC)
		}),
)

// band is a band on which a modem receives, as the tables see it.
type band struct {
	*peplink.Band
	signal   *peplink.Signal
	modem    *modem
	rat      string
	index    int // among the modem's bands of equal rat and name
	position int // among all of the modem's bands
}

// bands lists the bands of all radio access technologies. Two may have the same name;
// their index tells them apart.
func (m *modem) bands() []band {
	type names struct{ rat, band string }
	var bands []band
	met := map[names]int{}
	for _, rat := range m.AllBands() {
		heard := rat.Bands.Items()
		for i := range heard {
			b := &heard[i]
			key := names{rat.Name.String(), b.Name.String()}
			bands = append(bands, band{
				Band: b, signal: b.Signal.OrZero(), modem: m, rat: key.rat, index: met[key], position: len(bands),
			})
			met[key]++
		}
	}
	return bands
}

func (b *band) labels() []string {
	return append(b.modem.labels(), b.rat, b.Name.String(), strconv.Itoa(b.index))
}

// signal makes a row from a part of a band's signal.
func signal(name, help, source string, part func(*peplink.Signal) peplink.Number) metric[band] {
	return number(name, help, "cellular.rat[].band[].signal."+source,
		func(b *band) peplink.Number { return part(b.signal) })
}

var bandTable = newTable(slices.Concat(wanLabels, []string{"rat", "band", "band_index"}), (*band).labels,
	signal("peplink_cellular_rssi_dbm", "Received signal strength indicator.", "rssi",
		func(s *peplink.Signal) peplink.Number { return s.RSSI }),
	signal("peplink_cellular_rsrp_dbm", "Reference signal received power.", "rsrp",
		func(s *peplink.Signal) peplink.Number { return s.RSRP }),
	signal("peplink_cellular_rsrq_db", "Reference signal received quality.", "rsrq",
		func(s *peplink.Signal) peplink.Number { return s.RSRQ }),
	signal("peplink_cellular_sinr_db", "Signal to interference plus noise ratio.", "sinr",
		func(s *peplink.Signal) peplink.Number { return s.SINR }),
	signal("peplink_cellular_snr_db", "Signal to noise ratio.", "snr",
		func(s *peplink.Signal) peplink.Number { return s.SNR }),
	signal("peplink_cellular_ecio_db", "Energy to interference ratio (Ec/Io).", "ecio",
		func(s *peplink.Signal) peplink.Number { return s.ECIO }),
	signal("peplink_cellular_rscp_dbm", "Received signal code power.", "rscp",
		func(s *peplink.Signal) peplink.Number { return s.RSCP }),
	info("peplink_cellular_band_info", "A band on which the modem receives, and its position among them; the first is the primary one.",
		"cellular.rat[].band[].channel, channelWidth", []string{"channel", "channel_width", "position"},
		func(b *band) ([]string, bool) {
			return []string{b.Channel.String(), b.ChannelWidth.String(), strconv.Itoa(b.position)}, true
		}),
)
