package translator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func ExampleTranslate() {
	p, said := translator.Translate(`
StartAt: Greet
States:
  Greet:
    Type: Pass
    Parameters:
      text.$: States.Format('Hello {}', $.name)
    End: true
`)
	if p == nil {
		fmt.Println(said)
		return
	}
	fmt.Print(p)
	// Output:
	// STANDARD
	// start Greet
	// Greet: Pass, end
	//   Parameters         {"text.$":"States.Format('Hello {}', $.name)"}
}

func ExampleReport() {
	text := `{"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "Parameters": {"text.$": "$.names["}, "Next": "Done"}, "Don": {"Type": "Succeed"}}}`
	_, said := translator.Translate(text)
	for _, d := range said {
		if d.Severity == source.Error {
			fmt.Println(d.Code, d.Path)
		}
	}
	fmt.Println(strings.Split(translator.Report(text, said, translator.Named("greet.json")), "\n")[0])
	// Output:
	// SCHEMA_VALIDATION_FAILED /States/Greet/Parameters
	// MISSING_TRANSITION_TARGET /States/Greet/Next
	// UNREACHABLE_STATE /States/Don
	// greet.json:1:92: error SCHEMA_VALIDATION_FAILED: The value for the field 'text.$' must be a valid JSONPath or a valid intrinsic function call
}

const distributed = `{"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"End":true}}}`

func TestAProcessorTranslatesByItself(t *testing.T) {
	for _, as := range []program.Type{program.Standard, program.Express} {
		text := strings.Replace(distributed, "STANDARD", string(as), 1)
		p, said := translator.Translate(text)
		require.NotNil(t, p, translator.Report(text, said))
		item := p.Root().States[0].Map.Distributed.Item
		q, said := translator.Translate(item.Definition(), translator.AsProcessor())
		require.NotNil(t, q, translator.Report(item.Definition(), said))
		assert.Equal(t, as, q.Type())
		assert.True(t, q.IsProcessor())
		assert.Equal(t, item.Digest(), q.Digest())
		assert.Equal(t, item.String(), q.String())
	}
}

func TestOptions(t *testing.T) {
	leaf := func(options ...translator.Option) program.LeafKind {
		p, said := translator.Translate(distributed, options...)
		require.NotNil(t, p, translator.Report(distributed, said))
		return p.Root().States[0].Map.Distributed.Leaf.Kind
	}
	assert.Equal(t, program.PackedShard, leaf())
	assert.Equal(t, program.ChildWorkflow, leaf(translator.Leaf(program.ChildWorkflow)))

	cel := `{"QueryLanguage":"CEL","StartAt":"A","States":{"A":{"Type":"Pass","Output":"{% states.input %}","End":true}}}`
	p, said := translator.Translate(cel)
	require.NotNil(t, p, translator.Report(cel, said))
	p, said = translator.Translate(cel, translator.Strict())
	assert.Nil(t, p, "AWS does not have CEL")
	require.Len(t, said, 1)
	assert.Equal(t, "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]", said[0].Summary)

	p, said = translator.Translate(distributed, translator.OfType(program.Express))
	assert.Nil(t, p, "a Distributed Map needs a Standard machine")
	assert.True(t, said.HasErrors())
}

// TestAllFaultsAtOnce: slips of spelling, faults of content and faults inside
// of expressions are told by one call, once each, in the order of the text.
func TestAllFaultsAtOnce(t *testing.T) {
	text := `{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "InputPath": "$.a[", "Next": "B"},
    "B": {"Type": "Wait", "Seconds": -1, "Next": "C",},
    "C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "Next": "D"}, {"Variable": "x", "IsNull": true, "Next": "D"}]},
    "D": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:query", "Parameters": {"a.$": "b"}, "Next": "Nowhere"},
    "E": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "End": true}
  }
}`
	p, said := translator.Translate(text)
	assert.Nil(t, p)
	var got []string
	for _, d := range said {
		if d.Severity == source.Error {
			at := source.NewText("", text).Position(d.Span.Start)
			got = append(got, fmt.Sprintf("%d:%d %s", at.Line, at.Column, d.Code))
		}
	}
	assert.Equal(t, []string{
		"4:44 SCHEMA_VALIDATION_FAILED",
		"5:38 SCHEMA_VALIDATION_FAILED",
		"5:53 INVALID_JSON_DESCRIPTION",
		"6:41 SCHEMA_VALIDATION_FAILED",
		"6:88 SCHEMA_VALIDATION_FAILED",
		"7:39 SCHEMA_VALIDATION_FAILED",
		"7:96 SCHEMA_VALIDATION_FAILED",
		"7:110 MISSING_TRANSITION_TARGET",
		"8:5 UNREACHABLE_STATE",
	}, got, translator.Report(text, said))
}

func TestWhatIsNoDefinition(t *testing.T) {
	for text, code := range map[string]string{
		"": "SCHEMA_VALIDATION_FAILED", " ": "SCHEMA_VALIDATION_FAILED", "[]": "SCHEMA_VALIDATION_FAILED", "{}": "SCHEMA_VALIDATION_FAILED",
		"not a definition": "INVALID_JSON_DESCRIPTION", "{": "INVALID_JSON_DESCRIPTION", "a: *b": "INVALID_JSON_DESCRIPTION",
	} {
		p, said := translator.Translate(text)
		assert.Nil(t, p, text)
		if assert.Len(t, said, 1, text) {
			assert.Equal(t, code, said[0].Code, text)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	f.Add(distributed)
	f.Add("StartAt: A\nStates:\n  A: {Type: Choice, Choices: [{Not: {Variable: $.a, IsNull: true}, Next: A}]}")
	f.Add(`{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":{"Type":"Fail","CausePath":"States.UUID()"}}}],"Retry":[{"ErrorEquals":["X"],"BackoffRate":1.5}],"End":true}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, option := range []translator.Option{translator.OfType(program.Express), translator.AsProcessor()} {
			p, said := translator.Translate(text, option)
			require.Equal(t, said.HasErrors(), p == nil)
			translator.Report(text, said)
			if p == nil {
				continue
			}
			q, said := translator.Translate(p.Definition(), option)
			require.NotNil(t, q, translator.Report(p.Definition(), said))
			require.Equal(t, p.Digest(), q.Digest())
			require.Equal(t, p.String(), q.String())
		}
	})
}

func BenchmarkTranslate(b *testing.B) {
	var states []string
	for i := range 50 {
		states = append(states, fmt.Sprintf(`"S%d":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload":{"id.$":"$.order.id","text.$":"States.Format('order {}', $.order.id)"}},"ResultPath":"$.r","Retry":[{"ErrorEquals":["States.ALL"]}],"Next":"S%d"}`, i, i+1))
	}
	text := `{"StartAt":"S0","States":{` + strings.Join(states, ",") + `,"S50":{"Type":"Succeed"}}}`
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if p, said := translator.Translate(text); p == nil {
			b.Fatal(translator.Report(text, said))
		}
	}
}
