package teststate

import (
	"fmt"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// isolate gives the state as it stands alone: where it leads to are Succeed
// states, branches are one Task each, and the iterations of a Map are a Map
// Run, so that whatever the state would start is an effect.
func isolate(s *program.State) *program.State {
	alone := *s
	alone.Name = stateName
	alone.Next = ending(s.Next)
	alone.Catch = slices.Clone(s.Catch)
	for i := range alone.Catch {
		alone.Catch[i].Next = ending(alone.Catch[i].Next)
	}
	switch {
	case s.Choice != nil:
		choice := program.Choice{Rules: slices.Clone(s.Choice.Rules), Default: ending(s.Choice.Default)}
		for i := range choice.Rules {
			choice.Rules[i].Next = ending(choice.Rules[i].Next)
		}
		alone.Choice = &choice
	case s.Parallel != nil:
		parallel := program.Parallel{}
		for i := range s.Parallel.Branches {
			parallel.Branches = append(parallel.Branches, branch(i))
		}
		alone.Parallel = &parallel
	case s.Map != nil && s.Map.Distributed == nil:
		inline := *s.Map
		inline.Distributed = &program.Distributed{
			Item:       program.New(program.Spec{Type: program.Standard, Root: inline.Processor}),
			ArraysOnly: true,
		}
		alone.Map = &inline
	}
	return &alone
}

func ending(s *program.State) *program.State {
	if s == nil {
		return nil
	}
	return &program.State{Name: s.Name, Type: program.SucceedState, Language: program.JSONPath}
}

func branch(i int) *program.Machine {
	task := &program.State{
		Name: fmt.Sprintf("Branches[%d]", i), Type: program.TaskState, Language: program.JSONPath,
		Task: &program.Task{Resource: program.Resource{Pattern: program.RequestResponse}},
	}
	return &program.Machine{StartAt: task, States: []*program.State{task}}
}
