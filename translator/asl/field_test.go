package asl_test

import (
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// structures gives all structures there are, by what they are.
func structures(t *testing.T) []*asl.Structure {
	var all []*asl.Structure
	seen := map[string]bool{}
	var add func(s *asl.Structure)
	add = func(s *asl.Structure) {
		if seen[s.Name] {
			return
		}
		seen[s.Name] = true
		all = append(all, s)
		for _, f := range s.Fields {
			if f.Of != nil {
				add(f.Of())
			}
		}
	}
	add(asl.TopLevel())
	for _, name := range asl.StateTypes() {
		require.NotNil(t, asl.StateFields(name), name)
		add(asl.StateFields(name))
	}
	require.Nil(t, asl.StateFields("Loop"))
	return all
}

func TestTheTableIsSound(t *testing.T) {
	for _, s := range structures(t) {
		seen := map[string]bool{}
		for _, f := range s.Fields {
			where := s.Name + " " + f.Name
			assert.False(t, seen[f.Name], "%s stands twice", where)
			seen[f.Name] = true
			assert.NotZero(t, f.Shape, where)
			switch f.Shape {
			case asl.Enum:
				assert.NotEmpty(t, f.Values, where)
			case asl.Integer:
				assert.Greater(t, f.Max, f.Min, where)
			case asl.Object, asl.Objects, asl.NestedMachine, asl.NestedMachines:
				assert.NotNil(t, f.Of, where)
			}
			if strings.HasSuffix(f.Name, "Path") {
				assert.False(t, f.In.Has(asl.JSONata), where)
			}
			if f.OldNameOf != "" {
				assert.NotNil(t, s.Field(f.OldNameOf), where)
			}
		}
		for _, groups := range [][][]string{s.One, s.AtMostOne, s.AtLeastOne, s.Together} {
			for _, group := range groups {
				for _, name := range group {
					assert.True(t, seen[name], "%s has a rule for %s, which it does not have", s.Name, name)
				}
			}
		}
	}
}

// TestFieldsOfStates pins which fields each type has in which language
// (AWS, "State machine structure" and the pages of the states).
func TestFieldsOfStates(t *testing.T) {
	const all = "Type Comment QueryLanguage "
	for name, c := range map[string]struct{ both, paths, expressions string }{
		"Pass":     {"Next End Assign", "InputPath Parameters Result ResultPath OutputPath", "Output"},
		"Task":     {"Next End Assign Resource Credentials TimeoutSeconds HeartbeatSeconds Retry Catch", "InputPath Parameters ResultSelector ResultPath OutputPath TimeoutSecondsPath HeartbeatSecondsPath", "Arguments Output"},
		"Choice":   {"Choices Default Assign", "InputPath OutputPath", "Output"},
		"Wait":     {"Next End Assign Seconds Timestamp", "SecondsPath TimestampPath InputPath OutputPath", "Output"},
		"Succeed":  {"", "InputPath OutputPath", "Output"},
		"Fail":     {"Error Cause", "ErrorPath CausePath", ""},
		"Parallel": {"Next End Assign Branches Retry Catch", "InputPath Parameters ResultSelector ResultPath OutputPath", "Arguments Output"},
		"Map": {"Next End Assign ItemProcessor Iterator ItemSelector MaxConcurrency Retry Catch ItemReader ItemBatcher ResultWriter ToleratedFailureCount ToleratedFailurePercentage Label",
			"InputPath ItemsPath Parameters ResultSelector ResultPath OutputPath MaxConcurrencyPath ToleratedFailureCountPath ToleratedFailurePercentagePath", "Items Output"},
	} {
		s := asl.StateFields(name)
		got := map[bool]map[bool][]string{true: {}, false: {}}
		for _, f := range s.Fields {
			paths, expressions := f.In.Has(asl.JSONPath), f.In.Has(asl.JSONata)
			got[paths][expressions] = append(got[paths][expressions], f.Name)
		}
		assert.ElementsMatch(t, strings.Fields(all+c.both), got[true][true], name)
		assert.ElementsMatch(t, strings.Fields(c.paths), got[true][false], name)
		assert.ElementsMatch(t, strings.Fields(c.expressions), got[false][true], name)
		assert.Empty(t, got[false][false], name)
	}
	assert.Len(t, asl.Comparisons(), 2*16+7)
}
