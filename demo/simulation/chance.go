package simulation

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// dice fall alike for the same place and seed. They depend on nothing else, so
// that a new line in moves.json changes no other value.
type dice uint64

func diceOf(place string) dice {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(place))
	return dice(hash.Sum64())
}

func (d dice) cast(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(d))) //nolint:gosec // no secret, must repeat
}

// rate differs from router to router: no two of a fleet are equally busy. With
// seed 0 it is as given.
func (d dice) rate(perSecond float64, seed uint64) float64 {
	if seed == 0 {
		return perSecond
	}
	return perSecond * (0.75 + d.cast(seed).Float64()/2)
}

// wave is smooth, between -1 and 1, and repeats only after very long. With seed
// 0 it begins at rest: it is 0 when the router starts.
func (d dice) wave(period, second float64, seed uint64) (height float64) {
	weights := [...]float64{0.5, 0.3, 0.2}
	lengths := [...]float64{1, math.Phi, math.E * math.Pi}
	fall := d.cast(seed)
	for i, weight := range weights {
		phase := 2 * math.Pi * fall.Float64()
		height += weight * math.Sin(2*math.Pi*second/(period*lengths[i])+phase)
		if seed == 0 {
			height -= weight * math.Sin(phase)
		}
	}
	if seed == 0 {
		height /= 2
	}
	return height
}
