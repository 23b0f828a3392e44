package activities

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNewFunction(t *testing.T) {
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:charge"
	for _, c := range []struct {
		text, qualifier string
		want            function
	}{
		{"charge", "", function{text: "charge", name: "charge"}},
		{"charge", "prod", function{text: "charge", name: "charge", qualifier: "prod"}},
		{"charge:prod", "", function{text: "charge", name: "charge", qualifier: "prod"}},
		{"123456789012:function:charge", "", function{text: "123456789012:function:charge", name: "charge"}},
		{"123456789012:function:charge:7", "", function{text: "123456789012:function:charge", name: "charge", qualifier: "7"}},
		{arn, "", function{text: arn, name: "charge", region: "eu-west-1"}},
		{arn + ":$LATEST", "", function{text: arn, name: "charge", qualifier: "$LATEST", region: "eu-west-1"}},
		{arn + ":prod", "other", function{text: arn, name: "charge", qualifier: "prod", region: "eu-west-1"}},
		{"arn:aws:lambda:eu-west-1:123456789012:function:function", "", function{text: "arn:aws:lambda:eu-west-1:123456789012:function:function", name: "function", region: "eu-west-1"}},
		{"function", "", function{text: "function", name: "function"}},
		{"", "", function{}},
	} {
		assert.Equal(t, c.want, newFunction(c.text, c.qualifier), c.text)
	}
}

func TestFunctionMatches(t *testing.T) {
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:charge-card"
	for _, c := range []struct {
		pattern, function string
		want              bool
	}{
		{"charge-card", arn, true},
		{"charge-card", arn + ":prod", true},
		{"charge-card:prod", arn + ":prod", true},
		{"charge-card:prod", arn, false},
		{"charge-card:prod", arn + ":test", false},
		{arn, arn + ":prod", true},
		{arn, "charge-card", false},
		{"charge-*", arn, true},
		{"*-card", "charge-card", true},
		{"c*r*e-*d", "charge-card", true},
		{"arn:aws:lambda:*:*:function:charge-*", arn, true},
		{"arn:aws:lambda:us-*:*:function:charge-*", arn, false},
		{"*", "anything", true},
		{"charge", "charge-card", false},
		{"card", "charge-card", false},
		{"ab*ba", "aba", false},
	} {
		assert.Equal(t, c.want, newFunction(c.function, "").matches(c.pattern), "%s / %s", c.pattern, c.function)
	}
}
