package peplinktest

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// maxBody is more than any call of the API needs.
const maxBody = 64 << 10

// unauthorized is the answer to a missing, expired or refused session, and to
// one that may not read this endpoint: they cannot be told apart (field notes,
// Transport and errors).
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
	arguments, fault, ok := readArguments(c.request, "clientId", "clientSecret")
	if !ok {
		return fault
	}
	issued, ok := r.sessions.grant(arguments["clientId"], arguments["clientSecret"], r.clock.Now().Add(r.tokenLife))
	if !ok {
		return r.unauthorized()
	}
	type granted struct {
		AccessToken       string `json:"accessToken"`
		AuthorizationType any    `json:"authorizationType"`
		Scope             string `json:"scope"`
		ExpiresIn         any    `json:"expiresIn"`
	}
	life := int64(r.tokenLife / time.Second)
	response := granted{issued, 3, "api.read-only", life}
	if r.numbersAsStrings {
		response = granted{issued, "3", "api.read-only", strconv.FormatInt(life, 10)}
	}
	text, _ := jsonText(response) // strings and numbers always encode
	return success([]byte(text), "")
}

// revoke is POST auth.token.revoke. A client may end its own token only: the
// one the request itself carries (API document, POST auth.token.revoke: "Only
// Admin Permission or self revoke").
func (r *Router) revoke(c *call) answer {
	arguments, fault, ok := readArguments(c.request, "accessToken")
	if !ok {
		return fault
	}
	if arguments["accessToken"] != c.token {
		return r.unauthorized()
	}
	r.sessions.revoke(c.token)
	return success(nil, "")
}

// readArguments reads the body of a POST: a JSON object, said to be one, with
// exactly the wanted members, each once and each a string.
func readArguments(request *http.Request, wanted ...string) (arguments map[string]string, fault answer, ok bool) {
	body, fault, ok := readJSON(request)
	if !ok {
		return nil, fault, false
	}
	object, err := parseTree(body)
	if err != nil || object.kind != objectNode {
		return nil, failure(codeInvalidParameter, "invalid request"), false
	}
	return stringMembers(object, wanted)
}

// readNoArguments reads the body of a POST that takes none.
func readNoArguments(request *http.Request) (fault answer, ok bool) {
	body, fault, ok := readJSON(request)
	if !ok || len(body) == 0 {
		return fault, ok
	}
	_, fault, ok = readArguments(request)
	return fault, ok
}

// readJSON reads a body that is said to be JSON. It can be read again.
func readJSON(request *http.Request) (body []byte, fault answer, ok bool) {
	kind, _, err := mime.ParseMediaType(request.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, failure(codeInvalidParameter, "invalid content type"), false
	}
	body, err = io.ReadAll(io.LimitReader(request.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return nil, failure(codeInvalidParameter, "invalid request"), false
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	return body, answer{}, true
}

func stringMembers(object *node, wanted []string) (arguments map[string]string, fault answer, ok bool) {
	missing := make(map[string]bool)
	for _, name := range wanted {
		missing[name] = true
	}
	arguments = make(map[string]string)
	for i, spelled := range object.names {
		name := spelled.name()
		if !missing[name] {
			return nil, invalidParameter(name), false
		}
		text, isString := stringOf(object.nodes[i])
		if !isString {
			return nil, invalidParameter(name), false
		}
		arguments[name] = text
		delete(missing, name)
	}
	for _, name := range wanted {
		if missing[name] {
			return nil, invalidParameter(name), false
		}
	}
	return arguments, answer{}, true
}
