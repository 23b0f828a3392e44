package compile

import "github.com/seed-a99ddb6e/stepwell/translator/program"

func (s *state) wait() *program.Wait {
	return &program.Wait{Seconds: s.number("Seconds"), Timestamp: s.number("Timestamp")}
}
