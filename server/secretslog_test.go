package server

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A fault of the exporter ends one answer. The log tells where it was, and not what it
// held: its value may quote anything.
func TestFaultsTellNoValue(t *testing.T) {
	const secret = "s3cret-of-the-fleet"
	for name, value := range map[string]any{
		"text": "bad: " + secret, "error": errors.New(secret), "wrapped": fmt.Errorf("a: %w", errors.New(secret)), "bytes": []byte(secret), "struct": struct{ s string }{secret},
	} {
		t.Run(name, func(t *testing.T) {
			var logged bytes.Buffer
			s := &Server{Options: Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))}}
			routes := http.NewServeMux()
			routes.HandleFunc("/fault", func(http.ResponseWriter, *http.Request) { panic(value) })
			routes.HandleFunc("/sound", func(w http.ResponseWriter, _ *http.Request) { answerText(w, http.StatusOK, "sound") })
			listening := httptest.NewUnstartedServer(s.guard(routes))
			listening.Config.ErrorLog = errorLog(s.Logger)
			listening.Start()
			if answer, err := ask(t, listening, "/fault"); err == nil {
				t.Errorf("a fault was answered: %s", answer)
			}
			if answer, err := ask(t, listening, "/sound"); err != nil || answer != "sound\n" {
				t.Errorf("the next request: %q, %v", answer, err)
			}
			listening.Close() // after which nothing more is logged
			if !strings.Contains(logged.String(), "secretslog_test.go") || strings.Contains(logged.String(), secret) {
				t.Errorf("logged: %s", logged.String())
			}
		})
	}
}

// net/http quotes what it did not expect of its peer, and panics quote anything.
func TestStandardLogTellsNoQuote(t *testing.T) {
	const secret = `s3cr/t+&"<é>%\ of-the-fleet`
	var logged bytes.Buffer
	standard := errorLog(slog.New(slog.NewTextHandler(&logged, nil)))
	standard.Printf("Unsolicited response received on idle HTTP channel starting with %q; err=%v", secret, nil)
	standard.Printf("http: panic serving 192.0.2.1:80: \"%s\"\ngoroutine 1 [running]:\n%s", secret, secret)
	standard.Printf("http: panic serving 192.0.2.1:80: %s\ngoroutine 1 [running]:\n%s", secret, secret)
	told := logged.String()
	if strings.Count(told, "msg=") != 3 || !strings.Contains(told, "Unsolicited response") {
		t.Errorf("not told: %s", told)
	}
	for _, part := range []string{"s3cr", "of-the-fleet", "goroutine"} {
		if strings.Contains(told, part) {
			t.Errorf("%s is told: %s", part, told)
		}
	}
}

func ask(t *testing.T, listening *httptest.Server, path string) (string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, listening.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := listening.Client().Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(answer.Body)
	return text.String(), err
}
