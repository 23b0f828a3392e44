package main

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/machine/teststate"
	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// stateTest are the flags of test-state, as they were given.
type stateTest struct {
	state, level, role                            string
	input, mock, variables, context, circumstance string
	revealSecrets                                 bool
}

func newTestState(c *console) *cobra.Command {
	var t stateTest
	format := jsonFirst()
	command := &cobra.Command{
		Use:   "test-state FILE",
		Short: "Test one state, with a mock in place of what it calls",
		Long: `Test one state, as TestState of AWS Step Functions does; the file - is stdin.

The file holds one state, or a whole definition with --state NAME. Nothing is
called and nothing is started: what a Task, a Parallel or a Map would come to is
given as a mock, by a result or by an error.

  --mock '{"result": {"StatusCode": 200}}'
  --mock '{"errorOutput": {"error": "States.Timeout", "cause": "too slow"}}'

A result is held against the API of the Task's service; "fieldValidationMode" in
the mock says how: STRICT, PRESENT (required fields may be missing) or NONE.
--state-configuration says in which circumstances the state is tested:
retrierRetryCount, errorCausedByState, mapIterationFailureCount and
mapItemReaderData.

Exits with 0 when the state could be tested, however it came out: that is the
answer's status, SUCCEEDED, FAILED, RETRIABLE or CAUGHT_ERROR.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			if err := format.check(); err != nil {
				return err
			}
			return t.run(c, files[0], format)
		},
	}
	flags := command.Flags()
	flags.StringVar(&t.state, "state", "", "`name` of the state in a whole definition, nested ones too")
	flags.StringVarP(&t.input, "input", "i", "{}", "input of the state: `JSON`, @file, or - for stdin")
	flags.StringVar(&t.mock, "mock", "", "how the state's work ends: `JSON` or @file")
	flags.StringVar(&t.variables, "variables", "", "workflow variables that the state sees: `JSON` or @file")
	flags.StringVar(&t.context, "context", "", "context object that the state sees: `JSON` or @file (with a mock)")
	flags.StringVar(&t.circumstance, "state-configuration", "", "circumstances of the test: `JSON` or @file")
	flags.StringVar(&t.level, "inspection-level", string(teststate.Info), "how much to tell: INFO, DEBUG (the data flow) or TRACE")
	flags.StringVar(&t.role, "role-arn", "", "`ARN` that the context object shows as the execution's role")
	flags.BoolVar(&t.revealSecrets, "reveal-secrets", false, "as AWS has it, for HTTP Tasks; not with a mock")
	completeFlag(command, "inspection-level", string(teststate.Info), string(teststate.Debug), string(teststate.Trace))
	format.addFlag(command)
	return command
}

func (t *stateTest) run(c *console, file string, format outputFormat) error {
	request, err := t.request(c, file)
	if err != nil {
		return err
	}
	response, err := teststate.Test(*request)
	var refused *teststate.Fault
	switch {
	case errors.As(err, &refused):
		return c.explainTest(file, request, refused)
	case err != nil:
		return err
	}
	return c.answerWith(format, response, func() string { return testText(response) })
}

func (t *stateTest) request(c *console, file string) (*teststate.Request, error) {
	if file == standardInput && t.input == standardInput {
		return nil, misused("give one of them as a file", "definition and input cannot both come from stdin")
	}
	request := &teststate.Request{
		StateName: t.state, RoleArn: t.role, RevealSecrets: t.revealSecrets,
		InspectionLevel: teststate.Level(strings.ToUpper(t.level)),
		Time:            time.Now().UTC().Truncate(time.Millisecond),
		Seed:            seed(),
	}
	if request.InspectionLevel != teststate.Info && request.InspectionLevel != teststate.Debug && request.InspectionLevel != teststate.Trace {
		return nil, misused("use INFO, DEBUG or TRACE", "--inspection-level %q is no level of inspection", t.level)
	}
	input, err := c.readInput(t.input)
	if err != nil {
		return nil, err
	}
	request.Input = input.String()
	for _, f := range []struct {
		name, given string
		take        func(value.Value) error
	}{
		{"--mock", t.mock, func(v value.Value) error { return decodeMock(v, request) }},
		{"--variables", t.variables, func(v value.Value) error { request.Variables = v.String(); return nil }},
		{"--context", t.context, func(v value.Value) error { request.Context = v.String(); return nil }},
		{"--state-configuration", t.circumstance, func(v value.Value) error {
			return decodeStrictly(v, &request.StateConfiguration)
		}},
	} {
		if f.given == "" {
			continue
		}
		v, err := c.readObject(f.name, f.given)
		if err != nil {
			return nil, err
		}
		if err := f.take(v); err != nil {
			return nil, misused("'stepwell test-state --help' shows its form", "%s cannot be read: %s", f.name, memberFault(err))
		}
	}
	request.Definition, err = c.readFile(file)
	return request, err
}

// readObject gives the JSON object that a flag holds or names by @file.
func (c *console) readObject(flag, given string) (value.Value, error) {
	name, text := flag, given
	if file, ok := strings.CutPrefix(given, "@"); ok {
		var err error
		if text, err = c.readFile(file); err != nil {
			return value.Value{}, err
		}
		name = file
	}
	v, err := value.ParseString(text)
	if err != nil {
		hint, _, _ := strings.Cut(inputHint(name, text, err), "\ngive JSON")
		return v, misused(hint, "%s is not JSON", name)
	}
	if v.Kind() != value.Object {
		return v, misused("give an object: "+flag+" '{...}'", "%s is no JSON object", name)
	}
	return v, nil
}

// decodeMock reads a mock. Unlike in AWS's API the result may be any JSON value;
// a string is the text of one, as there.
func decodeMock(v value.Value, request *teststate.Request) error {
	if result := v.Get("result"); !result.IsAbsent() && result.Kind() != value.String {
		v = v.With("result", value.OfString(result.String()))
	}
	request.Mock = &teststate.Mock{}
	return decodeStrictly(v, request.Mock)
}

// decodeStrictly reads an object that may have no members but those of into.
func decodeStrictly(v value.Value, into any) error {
	d := json.NewDecoder(strings.NewReader(v.String()))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// memberFault says what is wrong with a member of an object.
func memberFault(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return wrong.Field + " cannot be a " + wrong.Value
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// explainTest tells why the state was not tested.
func (c *console) explainTest(file string, r *teststate.Request, refused *teststate.Fault) error {
	if len(refused.Diagnostics) > 0 {
		name := file
		if file == standardInput {
			name = "stdin"
		}
		text := source.NewText(name, r.Definition)
		for _, said := range refused.Diagnostics {
			if _, err := c.err.Write([]byte(text.Render(said))); err != nil {
				return err
			}
		}
		return failed("correct what is marked", "Invalid State Machine Definition: %s", name)
	}
	next := ""
	switch {
	case refused.Member == "stateName":
		next = statesHint(r.Definition)
	case refused.Member == "mock" && r.Mock == nil:
		next = "give what it comes to, since nothing is called here:\n" +
			`--mock '{"result": ...}' or --mock '{"errorOutput": {"error": "NAME", "cause": "TEXT"}}'`
	case refused.Member == "mock" && r.Mock.Result != nil:
		next = `correct the result; "fieldValidationMode": "PRESENT" or "NONE" in the mock checks less`
	}
	return failed(next, "%s", refused)
}

// statesHint names the states of a definition.
func statesHint(definition string) string {
	def, _ := asl.Parse(source.NewText("definition", definition))
	if def.Machine == nil {
		return ""
	}
	var names []string
	def.Machine.Walk(func(s *asl.State) { names = append(names, s.Name) })
	const most = 20
	if len(names) > most {
		names = append(names[:most], "...")
	}
	return "name one of its states: --state NAME, of " + strings.Join(names, ", ")
}
