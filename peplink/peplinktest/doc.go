// Package peplinktest is a simulated router: an http.Handler that answers the
// router API from fixtures, and refuses what a real router refuses.
//
// It serves raw JSON and never imports package peplink, so a wrong struct there
// cannot agree with itself here. Each model is a folder below models/: the
// `response` of every endpoint in a file of its own, model.json for what the
// model is and which dialect of the API it speaks, moves.json for what changes
// with time, scenes.json for what happens to it by itself. An endpoint without
// a file is one the model's firmware lacks.
//
// Time is the router's [Clock]. A router shows its fixtures exactly at the
// instant it was started; with a frozen clock the same instant always gives
// the same bytes. Tests freeze the clock at [ReferenceTime], to which the
// timestamps in the fixtures belong.
package peplinktest
