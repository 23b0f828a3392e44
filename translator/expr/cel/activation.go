package cel

import (
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/interpreter"
)

// Names that no text can spell, for what now(), random() and uuid() read.
const (
	nowName    = "@now"
	randomName = "@random"
	uuidName   = "@uuid"
)

// activation gives an evaluation the values of names. Those of random numbers
// are another one each time.
type activation struct{ env *Env }

// ResolveName gives the value of a variable.
func (a *activation) ResolveName(name string) (any, bool) {
	switch name {
	case nowName:
		return types.Timestamp{Time: a.env.Now.UTC()}, true
	case randomName, uuidName:
		if a.env.Random == nil {
			return types.NewErr("there are no random numbers here"), true
		}
		if name == randomName {
			return types.Double(a.env.Random.Float64()), true
		}
		return types.String(a.env.Random.UUID()), true
	}
	if a.env.Variables == nil {
		return nil, false
	}
	v, ok := a.env.Variables.Variable(name)
	if !ok {
		return nil, false
	}
	return wrap(v), true
}

// Parent gives nothing: there are no names but these.
func (a *activation) Parent() interpreter.Activation { return nil }
