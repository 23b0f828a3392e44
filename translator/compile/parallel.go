package compile

import "github.com/seed-a99ddb6e/stepwell/translator/program"

func (s *state) parallel() *program.Parallel {
	parallel := &program.Parallel{}
	for _, branch := range s.from.Nested {
		parallel.Branches = append(parallel.Branches, s.machine(branch))
	}
	return parallel
}
