package peplinktest

import (
	"maps"
	"slices"
)

// clientList is GET auth.client. It tells the secrets too.
func (r *Router) clientList(*call) answer {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	return successOf(slices.Clone(r.sessions.clients))
}

// editClients is POST auth.client. Names need not differ (field notes, Sessions
// and tokens).
func (r *Router) editClients(c *call) answer {
	wanted, unwanted := []string{"name", "scope"}, "clientId"
	if c.text("action") == "remove" {
		wanted, unwanted = []string{"clientId"}, "name"
	}
	for _, name := range wanted {
		if c.arguments[name] == nil {
			return invalidParameter(name)
		}
	}
	if c.arguments[unwanted] != nil {
		return invalidParameter(unwanted)
	}
	if id := c.text("clientId"); id != "" {
		if !r.knowsClient(id) {
			return invalidParameter("clientId")
		}
		r.RemoveClient(id)
		r.note("Client %s removed", id)
		return success(nil, "")
	}
	added := client{
		Name: c.text("name"), ID: randomHex(), Secret: randomHex(),
		Created: r.clock.Now().Unix(), Scope: c.text("scope"),
	}
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	r.sessions.clients = append(r.sessions.clients, added)
	r.note("Client %s added", added.ID)
	return successOf(added)
}

func (r *Router) knowsClient(id string) bool {
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	return slices.ContainsFunc(r.sessions.clients, func(c client) bool { return c.ID == id })
}

// tokenList is GET auth.client.token: the tokens that are valid, of all clients
// or of one.
func (r *Router) tokenList(c *call) answer {
	type listed struct {
		AccessToken       string `json:"accessToken"`
		ClientID          string `json:"clientId"`
		ClientName        string `json:"clientName"`
		AuthorizationType int    `json:"authorizationType"`
		Scope             string `json:"scope"`
		Created           int64  `json:"createTimestamp"`
	}
	list, now := []listed{}, r.clock.Now()
	r.sessions.mu.Lock()
	defer r.sessions.mu.Unlock()
	for _, text := range slices.Sorted(maps.Keys(r.sessions.tokens)) {
		t := r.sessions.tokens[text]
		if id := c.query.get("clientId"); now.Before(t.expires) && (id == "" || id == t.client.ID) {
			list = append(list, listed{text, t.client.ID, t.client.Name, 3, t.client.Scope, t.created.Unix()})
		}
	}
	return successOf(list)
}
