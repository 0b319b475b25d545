package peplink

import (
	"cmp"
	"context"
	"net/url"
)

// getEach asks an endpoint that tells of one WAN at a time, once for each connection id.
// What was read is returned beside the first failure: the router may refuse to tell of one
// WAN alone.
func getEach[T any](ctx context.Context, c *Client, endpoint string, ids []string) (*Answer[Keyed[T, OnlyOrder]], error) {
	all := &Answer[Keyed[T, OnlyOrder]]{}
	var failure error
	for _, id := range ids {
		answer, err := get[T](ctx, c, request{endpoint: endpoint, query: url.Values{"connId": {id}}})
		if err == nil {
			all.Value.entries = append(all.Value.entries, Entry[T]{ID: id, Value: answer.Value})
			all.Unreadable += answer.Unreadable
			continue
		}
		failure = cmp.Or(failure, err)
		if !isFailure(err) {
			break
		}
	}
	if failure != nil && len(all.Value.entries) == 0 {
		return nil, failure
	}
	return all, failure
}
