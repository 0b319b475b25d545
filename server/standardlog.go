package server

import (
	"log"
	"log/slog"
	"strings"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// maxLogText is the length of a line of the standard library's log, in characters.
const maxLogText = 200

// CaptureStandardLog logs what the standard library logs on its own with all else.
func CaptureStandardLog(logger *slog.Logger) {
	log.SetFlags(0)
	log.SetOutput(standardLog{logger})
}

// errorLog is for what wants a log of its own, such as an [net/http.Server].
func errorLog(logger *slog.Logger) *log.Logger { return log.New(standardLog{logger}, "", 0) }

// standardLog takes lines of the standard library's log. net/http quotes what it did not
// expect of its peer, which may be an echo of a token: only what stands before the first
// quote is told.
type standardLog struct{ logger *slog.Logger }

func (l standardLog) Write(line []byte) (int, error) {
	text, _, _ := strings.Cut(string(line), `"`)
	text, _, _ = strings.Cut(text, "\n") // what follows a panic's first line
	if text, _, cut := strings.Cut(text, "panic serving"); cut {
		l.logger.Error("a request failed by a fault of the exporter", "text", peplink.Clean(text, maxLogText))
		return len(line), nil
	}
	l.logger.Warn("the standard library reports", "text", peplink.Clean(strings.TrimSpace(text), maxLogText))
	return len(line), nil
}
