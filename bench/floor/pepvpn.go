package main

type pepvpn struct {
	Profile map[string]profile `json:"profile"`
	Peer    []peer             `json:"peer"`
	Tunnel  map[string]tunnel  `json:"tunnel"`
}

type profile struct {
	Name          string `json:"name"`
	Type          string `json:"type"`
	Status        string `json:"status"`
	Master        bool   `json:"master"`
	UserShared    bool   `json:"userShared"`
	PeerCount     int    `json:"peerCount"`
	UserCount     int    `json:"userCount"`
	ConflictCount int    `json:"conflictCount"`
}

type peer struct {
	PeerID       string   `json:"peerId"`
	Name         string   `json:"name"`
	ProfileID    int      `json:"profileId"`
	SerialNumber string   `json:"serialNumber"`
	Type         string   `json:"type"`
	Status       string   `json:"status"`
	Username     string   `json:"username"`
	Secure       bool     `json:"secure"`
	Route        []string `json:"route"`
}

type tunnel struct {
	WAN map[string]link `json:"wan"`
}

type link struct {
	Name     string  `json:"name"`
	State    string  `json:"state"`
	Priority int     `json:"priority"`
	RTT      float64 `json:"rtt"`
	Receive  flowOf  `json:"receive"`
	Transmit flowOf  `json:"transmit"`
}

type flowOf struct {
	Byte   []float64 `json:"byte"`
	Packet struct {
		WAN        []float64 `json:"wan"`
		Forward    []float64 `json:"forward"`
		Fragment   []float64 `json:"fragment"`
		Loss       []float64 `json:"loss"`
		OutOfOrder []float64 `json:"outOfOrder"`
		Recover    []float64 `json:"recover"`
		Discard    []float64 `json:"discard"`
		FEC        []float64 `json:"fec"`
		Redundant  []float64 `json:"redundant"`
	} `json:"packet"`
}
