package intrinsic

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Prefix starts the name of every intrinsic function.
const Prefix = "States."

// Call is a compiled call of an intrinsic function. It is an [expr.Expr].
type Call struct {
	text     string
	function *function
	args     []argument
}

// argument is a call, a path, or else a literal.
type argument struct {
	call    *Call
	path    *jsonpath.Path
	literal value.Value
}

func (a argument) isLiteral() bool { return a.call == nil && a.path == nil }

// Function gives the name of the outermost function, such as States.Format.
func (c *Call) Function() string { return c.function.name }

// Paths gives the paths among the arguments, those of inner calls too.
func (c *Call) Paths() []*jsonpath.Path {
	var paths []*jsonpath.Path
	for _, a := range c.args {
		if a.call != nil {
			paths = append(paths, a.call.Paths()...)
		} else if a.path != nil {
			paths = append(paths, a.path)
		}
	}
	return paths
}

// String gives the text as it was parsed.
func (c *Call) String() string { return c.text }

// Eval calls the function. The error is a *[expr.Error] that names the whole
// call: AWS reports all of these as States.Runtime, not as the specification's
// States.IntrinsicFailure.
func (c *Call) Eval(env *expr.Env) (value.Value, error) {
	v, err := c.apply(env)
	if err != nil {
		return value.Value{}, &expr.Error{Name: expr.Runtime, Cause: fmt.Sprintf(
			"The function '%s' had the following error: %s", c.text, err)}
	}
	return v, nil
}

func (c *Call) apply(env *expr.Env) (value.Value, error) {
	var room [4]value.Value
	args := room[:0]
	for _, a := range c.args {
		v, err := a.eval(env)
		if err != nil {
			return value.Value{}, err
		}
		args = append(args, v)
	}
	for i, v := range args {
		if !c.function.parameter(i).accepts(v) {
			return value.Value{}, c.function.refuse("")
		}
	}
	v, err := c.function.apply(env, args)
	if err != nil {
		return value.Value{}, c.function.refuse(err.Error())
	}
	return v, nil
}

func (a argument) eval(env *expr.Env) (value.Value, error) {
	switch {
	case a.call != nil:
		return a.call.apply(env)
	case a.path == nil:
		return a.literal, nil
	}
	if v, ok := a.path.Find(env); ok {
		return v, nil
	}
	_, err := a.path.Lookup(env)
	return value.Value{}, missing(err.(*jsonpath.Miss), env)
}

// missing puts it as AWS does: a place that is not there is told with the
// state's input, whatever the path starts from; one that cannot be there is
// told in the words of the path library.
func missing(m *jsonpath.Miss, env *expr.Env) error {
	_, defined := env.Variable(m.Path.Variable())
	if !m.Absent || m.Path.Root() == jsonpath.Variable && !defined {
		return m
	}
	//lint:ignore ST1005 AWS's words
	return fmt.Errorf("The JsonPath argument for the field '%s' could not be found in the input '%s'",
		m.Path.Relative(), env.Input)
}

// refuse is a call that the function does not take.
func (f *function) refuse(detail string) error {
	if detail == "" {
		//lint:ignore ST1005 AWS's words
		return fmt.Errorf("Invalid arguments in %s", f.name)
	}
	//lint:ignore ST1005 AWS's words
	return fmt.Errorf("Invalid arguments in %s: %s", f.name, strings.TrimSuffix(detail, "."))
}
