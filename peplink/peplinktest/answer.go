package peplinktest

import (
	"net/http"
	"strings"
)

// answer is what goes back to the client, before any fault touches it.
type answer struct {
	status      int
	contentType string
	location    string       // of a redirect
	cookie      *http.Cookie // set by it, nil for none
	body        []byte
	stat        string // as in the body, "" for what is no envelope
	code        *int
}

// The codes of failures. Only 401 and 3 are known from real routers; of unknown
// functions only the messages are (field notes, Transport and errors).
const (
	codeUnknownFunction    = 1
	codeUnsupportedRequest = 2
	codeInvalidParameter   = 3
	codeUnauthorized       = 401
)

// Fail is a failure as the router words it.
type Fail struct {
	// Code is absent in some real failures (field notes, Transport and errors).
	Code    *int   `json:"code,omitempty"`
	Message string `json:"message"`
}

func (f Fail) answer() answer {
	text, _ := jsonText(struct { // strings and numbers always encode
		Stat string `json:"stat"`
		Fail
	}{"fail", f})
	return answer{
		status: http.StatusOK, contentType: "application/json",
		body: []byte(text), stat: "fail", code: f.Code,
	}
}

func failure(code int, message string) answer {
	return Fail{Code: &code, Message: message}.answer()
}

func invalidParameter(name string) answer {
	return failure(codeInvalidParameter, "invalid parameter "+name)
}

// success wraps a response, nil for none, with a notice of that status, "" for
// none (API document, Response).
func success(response []byte, notice string) answer {
	var body strings.Builder
	body.WriteString(`{"stat":"ok"`)
	if notice != "" {
		body.WriteString(`,"notice":{"status":` + quoted(notice) + `}`)
	}
	if response != nil {
		body.WriteString(`,"response":`)
		body.Write(response)
	}
	body.WriteString("}")
	return answer{
		status: http.StatusOK, contentType: "application/json",
		body: []byte(body.String()), stat: "ok",
	}
}

// successOf wraps a Go value that encodes to JSON.
func successOf(response any) answer {
	text, err := jsonText(response)
	if err != nil {
		panic(err) // only of a type that does not encode
	}
	return success([]byte(text), "")
}

// loginPage is what the web administration answers to every path it does not
// know, and to API paths if the API is off: HTML, with status 200 (field notes,
// Transport and errors).
func loginPage() answer {
	return answer{
		status: http.StatusOK, contentType: "text/html; charset=utf-8",
		body: []byte(`<!DOCTYPE html>
<html><head><title>Web Admin</title></head>
<body><form method="post" action="/cgi-bin/login.cgi">
<input name="username"><input name="password" type="password"><button>Log in</button>
</form></body></html>
`),
	}
}

// errorPage is the web server's own, for the HTTP errors no API call names.
func errorPage(status int) answer {
	text := http.StatusText(status)
	return answer{
		status: status, contentType: "text/html",
		body: []byte("<html><head><title>" + text + "</title></head><body>" + text + "</body></html>\n"),
	}
}
