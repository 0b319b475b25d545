package peplink

import (
	"bytes"
	"context"

	"github.com/go-json-experiment/json/jsontext"
)

// RemoteLinks is a link as the peer tells of it, by the connection ids of the peer (API
// document, GET status.pepvpn, WAN_Obj). It is kept as it was sent, for it is seldom asked
// for.
type RemoteLinks struct{ sent []byte }

// readFrom implements [loose].
func (l *RemoteLinks) readFrom(_ *reader, dec *jsontext.Decoder) error {
	sent, err := dec.ReadValue()
	l.sent = bytes.Clone(sent)
	return err
}

// Read returns the links, and how many values of them are unreadable.
func (l *RemoteLinks) Read() (links *Keyed[LinkEnd, OnlyOrder], unreadable int) {
	var counted remoteLinks
	if len(l.sent) > 0 {
		r := &reader{ctx: context.Background(), text: l.sent}
		_ = r.decode(&counted) // it has been found to be JSON
	}
	return &counted.links, counted.unreadable
}

// remoteLinks is what is decoded of them.
type remoteLinks struct {
	links      Keyed[LinkEnd, OnlyOrder]
	unreadable int
}

// readFrom implements [loose].
func (l *remoteLinks) readFrom(r *reader, dec *jsontext.Decoder) error {
	err := readLinks(r, dec, &l.links)
	l.unreadable = r.unreadable
	return err
}
