// Package peplink is a client of the HTTP API of Peplink and Pepwave routers.
//
// A [Client] speaks to one router. Its methods, one for each endpoint, return an
// [Answer]: what the router said, with everything that was missing or unreadable
// told apart from zero. All requests of a Client share one session, which is
// granted once, renewed before it expires and replaced when the router has lost it.
//
// The package rests on two texts, cited as "API document" (the vendor's Router API
// documentation) and "field notes" (what routers of firmware 8.3 to 8.6 were seen to
// send). Where they differ, the field notes win.
//
// It knows neither metrics nor logs: failures are an [*Error] with a [Reason], and
// what happened on the wire is told to an observer.
package peplink
