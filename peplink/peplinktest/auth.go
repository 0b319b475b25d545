package peplinktest

import (
	"net/http"
	"strconv"
	"time"
)

// unauthorized is the answer to a missing, expired or refused session, and to
// one that may not do this: they cannot be told apart (field notes, Transport
// and errors).
func (r *Router) unauthorized() answer {
	refused := failure(codeUnauthorized, "Unauthorized")
	if r.unauthorizedAs401 {
		refused.status = http.StatusUnauthorized
	}
	return refused
}

// grant is POST auth.token.grant. It needs no session. Naming a scope fails, as
// on some 8.x (field notes, Sessions and tokens).
func (r *Router) grant(c *call) answer {
	issued, scope, ok := r.sessions.grant(c.text("clientId"), c.text("clientSecret"), r.clock.Now(), r.tokenLife)
	if !ok {
		return r.unauthorized()
	}
	r.note("API: token granted to client %s", c.text("clientId"))
	type granted struct {
		AccessToken       string `json:"accessToken"`
		AuthorizationType any    `json:"authorizationType"`
		Scope             string `json:"scope"`
		ExpiresIn         any    `json:"expiresIn"`
	}
	life := int64(r.tokenLife / time.Second)
	if r.numbersAsStrings {
		return successOf(granted{issued, "3", scope, strconv.FormatInt(life, 10)})
	}
	return successOf(granted{issued, 3, scope, life})
}

// revoke is POST auth.token.revoke. A client may end its own token only: the
// one the request itself carries (API document, POST auth.token.revoke: "Only
// Admin Permission or self revoke").
func (r *Router) revoke(c *call) answer {
	token := c.text("accessToken")
	if self := c.session == byToken && token == c.token; !self && c.right < admin {
		return r.unauthorized()
	}
	r.sessions.revoke(token)
	return success(nil, "")
}
