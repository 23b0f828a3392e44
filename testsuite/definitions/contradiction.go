package main

import (
	"regexp"
	"slices"
	"strings"
)

// contradiction is something of which projects and AWS think differently.
type contradiction struct {
	// reason says what it is, evidence by what AWS's view of it is known.
	reason, evidence string
	// found looks for it in the definition, and in its text.
	found func(definition object, text string) bool
}

// contradictions are looked for in a definition that is refused, the plainest
// first: one reason is given.
var contradictions = []contradiction{
	{"a Resource that is no ARN", "AWS guide, Task state: Resource is an ARN; recorded: \"The value is not a valid resource ARN\"",
		anyState(func(s namedState) bool {
			r := s.text("Resource")
			return s.text("Type") == "Task" && r != "" && !strings.HasPrefix(r, "arn:")
		})},
	{"a Resource of Amazon SWF", "AWS guide, Task state: functions, activities and service integrations only",
		anyState(func(s namedState) bool { return resource(s)[2] == "swf" })},
	{"an action that the optimized integration does not have", "AWS guide, integrations; recorded for dynamodb:query: \"The resource provided ... is not recognized\"",
		anyState(foreignAction)},
	{"a Resource with a hole that something fills in before AWS sees it", "the invalid suite itself: ${...} in a Resource is none",
		anyState(func(s namedState) bool {
			return s.text("Type") == "Task" && substitution.MatchString(s.text("Resource"))
		})},
	{"a hole of a template where a name or a path must stand", "no such field or path exists; filled in, the definition is another one",
		func(_ object, text string) bool { return hole.MatchString(text) }},
	{"one name for two states", "AWS guide, state machine structure: names are unique over the whole machine; published: DUPLICATE_STATE_NAME",
		func(d object, _ string) bool {
			seen := map[string]bool{}
			return slices.ContainsFunc(d.states(), func(s namedState) bool {
				again := seen[s.name]
				seen[s.name] = true
				return again
			})
		}},
	{"a transition to a state that is not in its block", "published: \"MISSING_TRANSITION_TARGET: Missing 'Next' target: X\"",
		anyBlock(func(b block) bool {
			return slices.ContainsFunc(b.own, func(s namedState) bool {
				return slices.ContainsFunc(s.targets(), func(t string) bool { return !b.under("States").has(t) })
			})
		})},
	{"a state that nothing leads to", "published: \"MISSING_TRANSITION_TARGET: State \\\"X\\\" is not reachable.\"",
		anyBlock(func(b block) bool {
			return slices.ContainsFunc(b.own, func(s namedState) bool {
				return s.name != b.text("StartAt") && !slices.ContainsFunc(b.own, func(from namedState) bool {
					return from.name != s.name && slices.Contains(from.targets(), s.name)
				})
			})
		})},
	{"a block without a terminal state", "published: \"MISSING_END_STATE: Workflow has no terminal state at null\"",
		anyBlock(func(b block) bool { return len(b.own) > 0 && !slices.ContainsFunc(b.own, namedState.ends) })},
	{"a state that neither ends nor goes on", "AWS guide, states: exactly one of Next and End",
		anyState(func(s namedState) bool { return s.text("Type") != "Choice" && !s.ends() && !s.has("Next") })},
	{"a Retry, Catch or TimeoutSeconds in a state of a type without it", "published: \"Field 'TimeoutSeconds' is not supported\", 17 combinations",
		anyState(func(s namedState) bool {
			switch s.text("Type") {
			case "Pass", "Wait", "Choice", "Succeed", "Fail":
				return s.has("Retry", "Catch", "TimeoutSeconds")
			case "Map", "Parallel":
				return s.has("TimeoutSeconds")
			}
			return false
		})},
	{"a Wait without a time", "AWS guide, Wait state: exactly one of Seconds, SecondsPath, Timestamp, TimestampPath",
		anyState(func(s namedState) bool {
			return s.text("Type") == "Wait" && !s.has("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
		})},
	{"a WriterConfig with one of its two fields", "AWS guide, ResultWriter: Transformation and OutputType are both needed",
		anyState(func(s namedState) bool {
			w := s.under("ResultWriter").under("WriterConfig")
			return w != nil && w.has("Transformation") != w.has("OutputType")
		})},
	{"an InputPath or OutputPath that does not begin with $", "published: \"Value must be a valid JSONPath.\"",
		anyState(func(s namedState) bool {
			return slices.ContainsFunc([]string{"InputPath", "OutputPath"}, func(f string) bool {
				return s.text(f) != "" && !strings.HasPrefix(s.text(f), "$")
			})
		})},
	{"a ResultPath into the context object", "States Language, ResultPath: a reference path into the raw input",
		anyState(func(s namedState) bool { return strings.HasPrefix(s.text("ResultPath"), "$$") })},
	{"a timeout of 0 seconds", "AWS guide, TimeoutSeconds: a positive integer",
		func(d object, text string) bool {
			return d["TimeoutSeconds"] == 0.0 || anyState(func(s namedState) bool { return s.object["TimeoutSeconds"] == 0.0 })(d, text)
		}},
	{"a retrier with texts for numbers", "AWS guide, Retry: IntervalSeconds, MaxAttempts and BackoffRate are literal numbers",
		anyState(func(s namedState) bool {
			return slices.ContainsFunc(s.list("Retry"), func(r object) bool {
				return r.text("IntervalSeconds")+r.text("MaxAttempts")+r.text("BackoffRate") != ""
			})
		})},
	{"fields of JSONata under JSONPath", "published: \"The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage\"",
		anyState(func(s namedState) bool {
			condition := func(r object) bool { return r.has("Condition") }
			return s.language == "JSONPath" && (s.has("Arguments", "Output", "Items") || slices.ContainsFunc(s.list("Choices"), condition))
		})},
	{"a variable whose name is no identifier", "AWS guide, variables: Unicode identifiers",
		anyState(func(s namedState) bool {
			for name := range s.under("Assign") {
				if !variable.MatchString(strings.TrimSuffix(name, ".$")) {
					return true
				}
			}
			return false
		})},
}

// overstrictness is something that projects refuse and AWS accepts.
var overstrictness = []contradiction{
	{"an expression without blanks inside of its {% and %}", "AWS guide, JSONata: the delimiters stand at the ends of the string; nothing is said of blanks between them",
		func(_ object, text string) bool { return tight.MatchString(text) }},
}

var tight = regexp.MustCompile(`"\{%[^\s%"][^"]*%\}"|"\{%[^"]*[^\s%"]%\}"`)

// contradicted gives the row that a definition, claimed to be valid, meets.
func contradicted(c claim) *contradiction { return met(contradictions, c) }

// overstrict gives the row that a definition, claimed to be invalid, meets.
func overstrict(c claim) *contradiction { return met(overstrictness, c) }

func met(rows []contradiction, c claim) *contradiction {
	d := c.decode()
	for i := range rows {
		if d != nil && rows[i].found(d, c.text) {
			return &rows[i]
		}
	}
	return nil
}

func anyState(found func(namedState) bool) func(object, string) bool {
	return func(d object, _ string) bool { return slices.ContainsFunc(d.states(), found) }
}

func anyBlock(found func(block) bool) func(object, string) bool {
	return func(d object, _ string) bool { return slices.ContainsFunc(d.blocks(), found) }
}

// substitution is what CloudFormation, Terraform, Mustache and people put where
// a value is to come.
var substitution = regexp.MustCompile(`\$\{|\{\{|<[A-Za-z_ -]+>`)

// hole is %Name% alone as a name or a value.
var hole = regexp.MustCompile(`"%[A-Za-z_]+%"`)

var variable = regexp.MustCompile(`^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$`)

// resource gives the parts of a Task's ARN: service and what follows it stand
// at 2 and 5.
func resource(s namedState) [6]string {
	var parts [6]string
	if s.text("Type") == "Task" {
		copy(parts[:], strings.SplitN(s.text("Resource"), ":", 6))
	}
	return parts
}

// actions are those of the optimized integrations whose list is known to be
// whole.
var actions = map[string][]string{
	"activity": nil, "batch": {"submitJob"}, "dynamodb": {"getItem", "putItem", "updateItem", "deleteItem"},
	"ecs": {"runTask"}, "events": {"putEvents"}, "glue": {"startJobRun"}, "lambda": {"invoke"},
	"sns": {"publish"}, "sqs": {"sendMessage"}, "states": {"startExecution"},
}

// foreignAction reports arn:aws:states:::<service>:<action> without such an
// action.
func foreignAction(s namedState) bool {
	parts := resource(s)
	service, rest, _ := strings.Cut(parts[5], ":")
	known, listed := actions[service]
	action, _, _ := strings.Cut(rest, ".")
	return parts[2] == "states" && parts[3] == "" && listed && !slices.Contains(known, action)
}
