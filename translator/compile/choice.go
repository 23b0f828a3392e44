package compile

import "github.com/seed-a99ddb6e/stepwell/translator/program"

func (s *state) choice() *program.Choice {
	choice := &program.Choice{}
	for _, rule := range s.entries("Choices") {
		choice.Rules = append(choice.Rules, program.Rule{
			Condition: s.language.condition(s.compiler, rule),
			Next:      s.target(rule, "Next"),
			Assign:    s.language.template(s.compiler, rule, "Assign"),
			Output:    s.language.output(s.compiler, rule),
		})
	}
	if s.has("Default") {
		choice.Default = s.target(s.object, "Default")
	}
	return choice
}
