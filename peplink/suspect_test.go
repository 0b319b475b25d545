package peplink

import "time"

// Suspect sets how long a connection may be idle before it is suspected to be dead, which
// a test cannot wait for.
func (c *Client) Suspect(after time.Duration) { c.staleAfter = after }
