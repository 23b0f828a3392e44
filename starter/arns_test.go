package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIdentitiesComeBackFromTheirNames(t *testing.T) {
	a := account{region: "eu-central-1", number: "123456789012"}
	for _, c := range []struct {
		id              identity
		arn, workflowID string
	}{
		{identity{"m", "n", ""}, "arn:aws:states:eu-central-1:123456789012:execution:m:n", "m/n"},
		{identity{"m", "n", "u-1"}, "arn:aws:states:eu-central-1:123456789012:express:m:n:u-1", "m/n:u-1"},
	} {
		assert.Equal(t, c.arn, a.executionARN(c.id))
		assert.Equal(t, c.workflowID, c.id.workflowID())
		for _, text := range []string{c.arn, c.workflowID} {
			id, ok := parseIdentity(text)
			assert.True(t, ok)
			assert.Equal(t, c.id, id)
		}
	}
	assert.Equal(t, "arn:aws:states:eu-central-1:123456789012:stateMachine:m", a.machineARN("m"))
}

func TestItemsAreNamedByTheirARN(t *testing.T) {
	id, ok := parseIdentity("arn:aws:states:us-east-1:000000000000:execution:m/Label:4d52-1")
	assert.True(t, ok)
	assert.Equal(t, "m/Label:4d52-1", id.workflowID())
}

func TestWhatNamesNoExecution(t *testing.T) {
	for _, text := range []string{
		"", "name", "/", "m/", "/n", "arn:", "arn:aws:s3:::bucket", "arn:aws:states:r:a:stateMachine:m",
		"arn:aws:states:r:a:stateMachine:m:1", "arn:aws:states:r:a:execution:m", "arn:aws:states:r:a:execution::n",
		"arn:aws:states:r:a:mapRun:m/l:u", "arn:aws:states:r:a:execution:m/:u", "arn:aws:lambda:r:a:execution:m:n",
	} {
		_, ok := parseIdentity(text)
		assert.False(t, ok, text)
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"a", "A-b_c.d", "straße", strings.Repeat("ü", longestName), "a(b)!@+='"} {
		assert.Empty(t, nameFault(name), name)
	}
	for _, name := range []string{"", strings.Repeat("a", longestName+1), "a b", "a\tb", "a\u00a0b", "\x7f", "a\x01", "a\ufffe", "\U0010ffff", "\xff"} {
		assert.NotEmpty(t, nameFault(name), "%q", name)
	}
	for _, r := range refusedInNames {
		assert.NotEmpty(t, nameFault("a"+string(r)), "%q", r)
	}
}

func TestMachineNameOfAFile(t *testing.T) {
	for file, want := range map[string]string{
		"orders.asl.json": "orders", "a/b/orders.json": "orders", "orders.asl.yaml": "orders", "orders.yml": "orders",
		"orders": "orders", "orders.v2.json": "orders.v2", `c:\x\orders.asl`: "orders", ".json": "",
	} {
		assert.Equal(t, want, machineNameOf(file), file)
	}
}

func FuzzParseIdentity(f *testing.F) {
	f.Add("m/n:u")
	f.Add("arn:aws:states:r:a:express:m:n:u")
	f.Add("arn:aws:states:r:a:execution:m/l:u")
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := parseIdentity(text)
		if !ok {
			return
		}
		assert.NotEmpty(t, id.machine)
		assert.NotEmpty(t, id.name)
		if !strings.HasPrefix(id.workflowID(), "arn:") && !strings.ContainsAny(id.machine+id.name+id.uuid, "/:") {
			again, ok := parseIdentity(id.workflowID())
			assert.True(t, ok)
			assert.Equal(t, id.workflowID(), again.workflowID())
		}
	})
}
