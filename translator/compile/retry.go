package compile

import "github.com/seed-a99ddb6e/stepwell/translator/program"

// Defaults of a retrier (Amazon States Language, "Retrying after error").
const (
	defaultInterval    = 1
	defaultMaxAttempts = 3
	defaultBackoffRate = 2.0
)

func (s *state) retriers() []program.Retrier {
	var retriers []program.Retrier
	for _, o := range s.entries("Retry") {
		rate, ok := o.get("BackoffRate").Float()
		if !ok {
			rate = defaultBackoffRate
		}
		retriers = append(retriers, program.Retrier{
			ErrorEquals:     o.texts("ErrorEquals"),
			IntervalSeconds: o.int("IntervalSeconds", defaultInterval),
			MaxAttempts:     o.int("MaxAttempts", defaultMaxAttempts),
			BackoffRate:     rate,
			MaxDelaySeconds: o.int("MaxDelaySeconds", 0),
			FullJitter:      o.text("JitterStrategy") == "FULL",
		})
	}
	return retriers
}

func (s *state) catchers() []program.Catcher {
	var catchers []program.Catcher
	for _, o := range s.entries("Catch") {
		catchers = append(catchers, program.Catcher{
			ErrorEquals: o.texts("ErrorEquals"),
			Next:        s.target(o, "Next"),
			ResultPath:  s.language.place(s.compiler, o),
			Assign:      s.language.template(s.compiler, o, "Assign"),
			Output:      s.language.output(s.compiler, o),
		})
	}
	return catchers
}
