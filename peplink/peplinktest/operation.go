package peplinktest

import (
	"errors"
	"net/http"
	"slices"
)

// operation is one method of one endpoint.
type operation struct {
	// query are the query parameters but accessToken, and how each must look.
	query map[string]func(value string) bool
	// repeatable are those of them that may come several times.
	repeatable []string
	// body are the members of the JSON object that is posted.
	body map[string]argument
	// needs is what the caller must be allowed to.
	needs right
	// clients is who it is for: without API clients there is no such operation.
	clients bool
	// document is the one it is about: models without it lack the operation.
	document string
	// part is what of the document is answered, nil for all of it.
	part func(c *call, root *node) (*node, error)
	// answer is in place of the document.
	answer func(r *Router, c *call) answer
}

// right is what a session may do (API document, Permission).
type right int

const (
	anybody right = iota - 1 // also without a session
	reader                   // "can read the status and the config"
	writer                   // "can also change the config"
	admin                    // "can manage the client and the token"
)

// operationOf finds what a request asks for. A router that lacks an endpoint
// says so in the way of its model.
func (r *Router) operationOf(c *call) (o operation, refusal *answer) {
	known := endpoints[c.endpoint]
	exists := false
	for _, o := range known {
		exists = exists || o.document == "" || r.documents.has(o.document)
	}
	if !exists {
		return o, new(refusals[r.model.UnknownEndpoint]())
	}
	o, ok := known[c.request.Method]
	if o.clients && !r.TakesClients() {
		return o, new(unknownFunction())
	}
	if !ok {
		return o, new(unsupportedRequest())
	}
	return o, nil
}

// accepts names the first parameter, by name, that is unknown or ill-formed.
func (o operation) accepts(q query) (bad string, ok bool) {
	var faulty []string
	for name, values := range q {
		fits := o.query[name]
		if fits == nil || slices.ContainsFunc(values, func(value string) bool { return !fits(value) }) {
			faulty = append(faulty, name)
		}
	}
	if len(faulty) == 0 {
		return "", true
	}
	return slices.Min(faulty), false
}

// do carries an operation out that is permitted.
func (o operation) do(r *Router, c *call) answer {
	if c.malformed {
		return invalidParameter(c.badName)
	}
	if name, ok := o.accepts(c.query); !ok {
		return invalidParameter(name)
	}
	if c.request.Method == http.MethodPost {
		if refusal := c.readArguments(o.body); refusal != nil {
			return *refusal
		}
	}
	if o.answer != nil {
		return o.answer(r, c)
	}
	tree, err := r.documents.current(o.document)
	if err == nil && o.part != nil {
		tree, err = o.part(c, tree)
	}
	if fault, ok := errors.AsType[parameterFault](err); ok {
		return failure(codeInvalidParameter, fault.Error())
	}
	if err != nil {
		return unsupportedRequest()
	}
	return success(tree.json(), r.model.Notices[c.endpoint])
}

// parameterFault is a value that only the document itself can refuse.
type parameterFault string

func (f parameterFault) Error() string { return string(f) }

// errUnsupported is a document that cannot be answered on this model.
var errUnsupported = errors.New("unsupported request")
