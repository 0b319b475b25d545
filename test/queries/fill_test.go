package queries_test

import "regexp"

// builtIn are the variables that Grafana gives, with a value that parses in their place.
var builtIn = map[string]string{
	"__rate_interval": "5m", "__interval": "1m", "__range": "1d", "__range_s": "86400", "__interval_ms": "60000", "__range_ms": "86400000",
}

// anyValue stands for a value that is known only later. It is a pattern, and no label has it.
const anyValue = ".+"

var placeholder = regexp.MustCompile(`\$(?:\{([A-Za-z_]\w*)(?::(\w+))?\}|([A-Za-z_]\w*))`)

// filled is an expression as Grafana sends it, with something in the place of each variable.
func (d dashboard) filled(expr string) (text string, faults []string) {
	text = placeholder.ReplaceAllStringFunc(expr, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		name := parts[1] + parts[3]
		if value, ok := builtIn[name]; ok {
			return value
		}
		v, defined := d.variable(name)
		switch {
		case !defined:
			faults = append(faults, "no variable "+name)
		case v.Type == "query":
			return anyValue
		default:
			return v.query()
		}
		return found
	})
	return text, faults
}
