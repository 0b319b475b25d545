package peplink_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// wantNone checks that nothing of an error, its causes included, shows a secret.
func wantNone(t *testing.T, err error, secrets ...string) {
	t.Helper()
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q"} {
			shown := fmt.Sprintf(verb, cause)
			for _, secret := range secrets {
				if strings.Contains(shown, secret) {
					t.Fatalf("%s of %T shows %q: %s", verb, cause, secret, shown)
				}
			}
		}
	}
}

// secretsOf are all that the client and its router keep between them.
func secretsOf(b *bench) []string {
	return append(b.Tokens(), peplinktest.ClientID, peplinktest.ClientSecret)
}

func TestNoSecretInFailures(t *testing.T) {
	for name, fault := range map[string]peplinktest.Fault{
		"api":         {Fail: &peplinktest.Fail{Code: new(3), Message: "invalid parameter"}},
		"forbidden":   {Forbidden: true},
		"unsupported": {Status: 404},
		"http":        {Status: 500},
		"redirect":    {Redirect: "http://192.0.2.1/?accessToken=x"},
		"cut":         {Cut: true},
		"decode":      {LoginPage: true},
		"too large":   {Oversize: 5 << 20},
	} {
		for _, endpoint := range []string{wan, grant} {
			t.Run(name+", "+endpoint, func(t *testing.T) {
				b := newBench(t, setup{})
				b.SetFault(endpoint, fault)
				err := b.wans()
				if err == nil {
					t.Fatal("no failure")
				}
				wantNone(t, err, secretsOf(b)...)
			})
		}
	}
}

func TestNoSecretInTimeout(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	b.SetFault(wan, peplinktest.Fault{Hang: true})
	ctx, leave := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := b.client.WANConnections(ctx)
		failed <- err
	}()
	b.waitFor(wan, 2)
	leave()
	err := <-failed
	wantReason(t, err, wan, peplink.ReasonTimeout)
	wantNone(t, err, secretsOf(b)...)

	// A router that is gone.
	b.Close()
	b.SetFault(wan, peplinktest.Fault{Hang: true})
	err = b.wans()
	wantReason(t, err, wan, peplink.ReasonHTTP)
	wantNone(t, err, secretsOf(b)...)
}

// A router may repeat in its words what it was sent, as it is or as it stood in the URL.
func TestNoSecretInRouterText(t *testing.T) {
	const token = "tok/en+with=signs"
	credentials := []string{peplinktest.ClientID, peplinktest.ClientSecret}
	known := map[string][]string{
		wan:   append([]string{token, url.QueryEscape(token)}, credentials...),
		grant: credentials,
	}
	for endpoint, secrets := range known {
		for _, secret := range secrets {
			for _, words := range []string{"no such token: " + secret, strings.Repeat("x", 190) + secret, secret + secret} {
				for _, failure := range []string{`{"stat":"fail","code":3,"message":%q}`, `{"stat":"fail","code":%q,"message":"no"}`} {
					body := fmt.Sprintf(failure, words)
					b := newBench(t, setup{})
					b.SetFault(grant, peplinktest.Fault{Body: new(`{"stat":"ok","response":{"accessToken":"` + token + `"}}`)})
					b.SetFault(endpoint, peplinktest.Fault{Body: &body})
					err := b.wans()
					if err == nil {
						t.Fatal("no failure")
					}
					wantNone(t, err, secret, secret[:8]) // nor the beginning of one that is cut
				}
			}
		}
	}
}

// What is no HTTP is quoted by the standard library: here all that the client sent.
func TestNoSecretInEcho(t *testing.T) {
	for name, prefix := range map[string]string{
		"as it is":       "",
		"as a status":    "HTTP/1.1 ",
		"as a header":    "HTTP/1.1 200 OK\r\n",
		"as a header, 2": "HTTP/1.1 200 OK\r\nX: ",
		"as a length":    "HTTP/1.1 200 OK\r\nContent-Length: ",
		"as an encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: ",
	} {
		t.Run(name, func(t *testing.T) {
			const token = "t0ken-that-is-secret"
			address := listen(t, func(connection net.Conn) {
				sent := make([]byte, 4096)
				n, _ := connection.Read(sent)
				if strings.HasPrefix(string(sent[:n]), http.MethodPost) {
					_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"+`{"stat":"ok","response":{"accessToken":"`+token+`"}}`)
					return
				}
				_, _ = io.WriteString(connection, prefix+string(sent[:n])+"\r\n\r\n")
			})
			err := ask(t, "http://"+address)
			if err == nil {
				t.Fatal("no failure")
			}
			wantNone(t, err, token)
		})
	}
}

// A private value in what is no HTTP is not told either: bodies are never quoted.
func TestNoBodyInErrors(t *testing.T) {
	const private = "subscriber-4711"
	for _, answer := range []string{private, "HTTP/1.1 " + private + "\r\n\r\n", "HTTP/1.1 200 OK\r\n" + private + "\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: " + private + "\r\n\r\n"} {
		address := listen(t, func(connection net.Conn) {
			_, _ = connection.Read(make([]byte, 4096))
			_, _ = io.WriteString(connection, answer)
		})
		err := ask(t, "http://"+address)
		wantReason(t, err, grant, peplink.ReasonHTTP)
		wantNone(t, err, private)
	}
	b := newBench(t, setup{})
	for _, body := range []string{private, `{"stat":"` + private + `"}`, `{"stat":"ok","response":"` + private + `"}`, "<p>" + private, `{"` + private} {
		b.SetFault(wan, peplinktest.Fault{Body: &body})
		err := b.wans()
		wantReason(t, err, wan, peplink.ReasonDecode)
		wantNone(t, err, private)
	}
}

// The credentials' own kind of error is told in the caller's words.
func TestCredentialError(t *testing.T) {
	cause := errors.New("bus-12.secret: \x1b[31mno such\u202e file")
	err := ask(t, "http://127.0.0.1:1", func(o *peplink.Options) {
		o.Credentials = func() (peplink.Credentials, error) { return peplink.Credentials{}, cause }
	})
	if failure := failureFor(t, err, grant, peplink.ReasonSecret); !errors.Is(failure, cause) {
		t.Errorf("%v does not hold its cause", failure)
	}
}

// In whatever form a router repeats a secret, and wherever the text is cut, it is not told.
func TestNoSecretInAnyForm(t *testing.T) {
	const token = `t/k&n+"<sig>ns=` + "ü ü"
	inJSON, err := json.Marshal(token)
	ok(t, err)
	quoted := string(inJSON[1 : len(inJSON)-1])
	escaped := url.QueryEscape(token)
	forms := map[string]string{
		"as it is": token, "URL": escaped, "URL, lower case": strings.ToLower(escaped),
		"path": url.PathEscape(token), "JSON": quoted, "JSON, PHP": strings.ReplaceAll(quoted, "/", `\/`), "HTML": html.EscapeString(token),
		"base64": base64.StdEncoding.EncodeToString([]byte(token)), "base64, URL": base64.URLEncoding.EncodeToString([]byte(token)),
	}
	b := newBench(t, setup{})
	granted, err := json.Marshal(map[string]any{"stat": "ok", "response": map[string]any{"accessToken": token}})
	ok(t, err)
	b.SetFault(grant, peplinktest.Fault{Body: new(string(granted))})
	b.SetFault(wan, peplinktest.Fault{Body: new(`{"stat":"ok"}`)})
	ok(t, b.wans())
	for name, form := range forms {
		for _, words := range []string{form, "no token " + form + " here", form + form, strings.Repeat("x", 192) + form, strings.Repeat("x", 188) + form} {
			for _, failure := range []map[string]any{{"stat": "fail", "code": 3, "message": words}, {"stat": "fail", "code": words, "message": "no"}} {
				body, err := json.Marshal(failure)
				ok(t, err)
				b.SetFault(wan, peplinktest.Fault{Body: new(string(body))})
				failed := b.wans()
				if failed == nil {
					t.Fatalf("%s: no failure", name)
				}
				wantNone(t, failed, form, form[:6])
			}
		}
	}
}

// A secret that is too short to be one is no reason to mangle what a router says.
func TestShortSecret(t *testing.T) {
	b := newBench(t, setup{router: []peplinktest.Option{peplinktest.WithClient("id", "con")}, options: func(o *peplink.Options) {
		o.Credentials = func() (peplink.Credentials, error) {
			return peplink.Credentials{ClientID: "id", ClientSecret: "con"}, nil
		}
	}})
	b.SetFault(wan, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(3), Message: "invalid connId"}})
	if got, want := b.wans().Error(), wan+": 3 invalid connId"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}
