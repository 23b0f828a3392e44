package translator_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// corpus is a folder of the shared cases; the test is skipped without it.
func corpus(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "shared", "cases", filepath.FromSlash(pattern)))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skipf("../shared/cases/%s is not there: public definitions to translate", pattern)
	}
	return files
}

// foreign marks texts that are not for AWS: Resources of other products, and
// templates with a hole where a name or a path belongs.
var foreign = []string{`"docker://`, `"foo:bar"`, `"invalid-arn"`, `"arn:aws:swf:`, `"%ComparisonOperatorType%"`, `"%CONTEXT_OBJECT_LITERAL_PLACEHOLDER%"`}

// refused are texts that stand among the valid ones of their projects and that
// AWS refuses all the same, with the reason.
var refused = map[string]string{
	"asl-validator--src____tests____definitions__valid-assign.json":                                                          "a variable whose name is no identifier",
	"language-service--src__tests__json-strings__validationStrings-12.json":                                                  "one state name in two branches",
	"language-service--src__tests__json-strings__validationStrings-73.json":                                                  "a Wait without a time",
	"language-service--src__tests__json-strings__validationStrings-77.json":                                                  "a WriterConfig without Transformation",
	"local-sfn--__tests____cli__CLI.test-2.json":                                                                             "an OutputPath that is none, on purpose",
	"local-sfn--__tests____cli__CLI.test-5.json":                                                                             "a timeout of 0 seconds",
	"local-sfn--__tests____stateActions__ParallelStateAction.test-2.json":                                                    "one state name in three branches",
	"localstack--tests__aws__services__stepfunctions__templates__assign__statemachines__task_retry_reference_exception.json": "Retry with paths, on purpose",
	"localstack--tests__aws__services__stepfunctions__templates__services__statemachines__lambda_list_functions.json":        "no such optimized integration",
	"sfagent--stacks__agents__step_functions_generator_unified_llm-2.json":                                                   "fields of JSONata under JSONPath",
	"sfagent--stacks__agents__step_functions_generator_unified_llm-3.json":                                                   "fields of JSONata under JSONPath",
}

func isForeign(text string) bool {
	for _, mark := range foreign {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}

func TestPublicDefinitions(t *testing.T) {
	count := map[string]int{}
	for _, file := range corpus(t, "definitions/valid/*.json") {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		text := string(raw)
		switch {
		case isForeign(text):
			count["foreign Resource"]++
			continue
		}
		p, said := translator.Translate(text)
		if why := refused[filepath.Base(file)]; why != "" {
			assert.True(t, said.HasErrors(), "%s has %s", file, why)
			count["refused"]++
			continue
		}
		if !assert.False(t, said.HasErrors(), "%s\n%s", file, translator.Report(text, said)) {
			continue
		}
		count["translated"]++
		again(t, file, p)
	}
	t.Log(count)
}

// again translates the program's own definition, and those of its processors,
// and expects the same programs.
func again(t *testing.T, name string, p *program.Program) {
	t.Helper()
	options := []translator.Option{translator.OfType(p.Type())}
	if p.IsProcessor() {
		options = append(options, translator.AsProcessor())
	}
	q, said := translator.Translate(p.Definition(), options...)
	require.False(t, said.HasErrors(), "%s\n%s", name, translator.Report(p.Definition(), said))
	assert.Equal(t, p.Digest(), q.Digest(), name)
	assert.Equal(t, p.String(), q.String(), name)
	for _, item := range items(p.Root()) {
		again(t, name, item)
	}
}

// items gives the processors of the Distributed Maps of a machine.
func items(m *program.Machine) []*program.Program {
	var found []*program.Program
	for _, s := range m.States {
		if s.Map != nil && s.Map.Distributed != nil {
			found = append(found, s.Map.Distributed.Item)
		}
		for _, nested := range s.Machines() {
			found = append(found, items(nested)...)
		}
	}
	return found
}

func TestDefinitionsThatRanOnAWS(t *testing.T) {
	count := map[string]int{}
	for _, file := range corpus(t, "aws/*.jsonl") {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.SplitSeq(string(raw), "\n") {
			var c struct {
				ID, API, Type string
				Definition    json.RawMessage
			}
			if strings.TrimSpace(line) == "" {
				continue
			}
			require.NoError(t, json.Unmarshal([]byte(line), &c))
			if !strings.HasPrefix(c.API, "Start") || len(c.Definition) == 0 {
				continue
			}
			text := string(c.Definition)
			p, said := translator.Translate(text, translator.OfType(program.Type(c.Type)))
			if !assert.False(t, said.HasErrors(), "%s %s\n%s", file, c.ID, translator.Report(text, said)) {
				continue
			}
			count["translated"]++
			again(t, c.ID, p)
		}
	}
	t.Log(count)
}
