package compile

import "github.com/seed-a99ddb6e/stepwell/translator/program"

func (s *state) fail() *program.Fail {
	fail := &program.Fail{}
	fail.Error, fail.ErrorField = s.language.text(s.compiler, s.object, "Error")
	fail.Cause, fail.CauseField = s.language.text(s.compiler, s.object, "Cause")
	return fail
}
