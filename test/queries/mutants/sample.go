package mutants

import (
	"fmt"
	"hash/fnv"
)

// sampled takes one mutant in so many that no more than are wanted are spread over all rules. Where it begins
// depends on the seed, so that other changes try other mutants. It says how the same ones are taken again.
func sampled(all []mutant, wanted int, seed string) ([]mutant, string) {
	if wanted <= 0 || wanted >= len(all) {
		return all, fmt.Sprintf("all %d mutants", len(all))
	}
	step := (len(all) + wanted - 1) / wanted
	hash := fnv.New32a()
	hash.Write([]byte(seed)) // never fails
	first := int(hash.Sum32()>>1) % step
	var some []mutant
	for i := first; i < len(all); i += step {
		some = append(some, all[i])
	}
	return some, fmt.Sprintf("%d of %d mutants: one in %d, beginning with number %d (-mutants.sample=%d -mutants.seed=%s)",
		len(some), len(all), step, first+1, wanted, seed)
}
