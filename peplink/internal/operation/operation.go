// Package operation is the key to the acting half of the API. Package peplink carries an
// [Operation] out, package manage knows which there are, and nobody else can make one,
// because this package is internal to peplink.
package operation

import "net/url"

// Operation is a call of the API.
type Operation struct {
	Method   string // GET, or POST for what changes something
	Endpoint string
	Query    url.Values
	Body     any      // sent as JSON
	Secrets  []string // that it holds: what must not be told if the router repeats it
}
