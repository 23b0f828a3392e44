package compile

import (
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func (s *state) pass() *program.Pass {
	if !s.has("Result") {
		return &program.Pass{}
	}
	return &program.Pass{Result: expr.Literal{Value: s.get("Result")}}
}
