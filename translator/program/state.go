package program

import "github.com/seed-a99ddb6e/stepwell/translator/expr"

// StateType is the Type of a state.
type StateType string

// The eight state types.
const (
	TaskState     StateType = "Task"
	PassState     StateType = "Pass"
	ChoiceState   StateType = "Choice"
	WaitState     StateType = "Wait"
	SucceedState  StateType = "Succeed"
	FailState     StateType = "Fail"
	ParallelState StateType = "Parallel"
	MapState      StateType = "Map"
)

// Machine is one States block: the top level, a branch or a processor.
type Machine struct {
	StartAt *State
	// States stand in document order.
	States []*State
}

// State is one state. Of the fields for the single types exactly the one of
// its Type is set (none for Succeed).
type State struct {
	Name     string
	Type     StateType
	Language Language
	// Next is nil when the state ends its machine.
	Next   *State
	Flow   Flow
	Assign expr.Expr // an object of variables; nil when there is none
	Retry  []Retrier
	Catch  []Catcher

	Task     *Task
	Pass     *Pass
	Choice   *Choice
	Wait     *Wait
	Fail     *Fail
	Parallel *Parallel
	Map      *Map
}

// Flow is how data pass through a state. Nil fields do nothing. JSONPath
// states use all but Output; in other languages Parameters holds Arguments,
// and Output gives the state's output.
type Flow struct {
	InputPath      expr.Expr
	Parameters     expr.Expr
	ResultSelector expr.Expr
	// ResultPath is nil for `$`, where the result replaces the input.
	ResultPath expr.Target
	OutputPath expr.Expr
	Output     expr.Expr
}

// Machines gives the machines nested in the state that run in the same
// execution: branches, and the processor of an inline Map.
func (s *State) Machines() []*Machine {
	switch {
	case s.Parallel != nil:
		return s.Parallel.Branches
	case s.Map != nil && s.Map.Distributed == nil:
		return []*Machine{s.Map.Processor}
	}
	return nil
}

// Successors gives the states that may follow this one: Next, those of rules
// and Default, those of catchers. One may stand more than once.
func (s *State) Successors() []*State {
	var next []*State
	add := func(s *State) {
		if s != nil {
			next = append(next, s)
		}
	}
	add(s.Next)
	if s.Choice != nil {
		for _, r := range s.Choice.Rules {
			add(r.Next)
		}
		add(s.Choice.Default)
	}
	for _, c := range s.Catch {
		add(c.Next)
	}
	return next
}

// Retrier is one entry of Retry with its defaults filled in. It travels to
// those who perform a Call, hence the JSON names.
type Retrier struct {
	ErrorEquals     []string `json:"errorEquals"`
	IntervalSeconds int64    `json:"intervalSeconds"`
	MaxAttempts     int64    `json:"maxAttempts"`
	BackoffRate     float64  `json:"backoffRate"`
	MaxDelaySeconds int64    `json:"maxDelaySeconds,omitempty"` // 0: no cap
	FullJitter      bool     `json:"fullJitter,omitempty"`
}

// Catcher is one entry of Catch.
type Catcher struct {
	ErrorEquals []string
	Next        *State
	ResultPath  expr.Target // nil for `$`
	Assign      expr.Expr
	Output      expr.Expr
}

// Number is a field that holds a number, or a path or expression that gives
// one. Expr is nil when the field is absent.
type Number struct {
	// Field is the name of the field that is there, such as MaxConcurrencyPath.
	Field string
	Expr  expr.Expr
}

// IsSet reports whether the field is there.
func (n Number) IsSet() bool { return n.Expr != nil }

// Constant gives the number when it stands in the definition as such.
func (n Number) Constant() (number float64, ok bool) {
	if l, literal := n.Expr.(expr.Literal); literal {
		return l.Value.Float()
	}
	return 0, false
}
