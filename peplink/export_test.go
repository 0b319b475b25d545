package peplink

import (
	"context"
	"time"
)

// Decode reads a response as the client does.
func Decode[T any](response string) (*Answer[T], error) {
	return DecodeBody[T](`{"stat":"ok","response":` + response + `}`)
}

// DecodeBody reads an answer's body as the client does, up to the largest that it takes.
func DecodeBody[T any](body string) (*Answer[T], error) {
	answer := &Answer[T]{}
	var failure *Error
	if answer.Unreadable, failure = (request{endpoint: pepvpnEndpoint, into: &answer.Value, maxPeers: MaxPeers}).open(context.Background(), []byte(body)); failure != nil {
		return nil, failure
	}
	return answer, nil
}

// MaxPeers is how many peers Decode reads.
const MaxPeers = 1000

// Suspect sets how long a connection may be idle before it is suspected to be dead, which
// a test cannot wait for.
func (c *Client) Suspect(after time.Duration) { c.deadAfter = after }
