package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// account is where ARNs say that things are. Stepwell has neither Regions nor
// accounts: they are taken from the environment so that definitions and tools
// that look at ARNs find what they expect.
type account struct{ region, number string }

func (c *console) account() account {
	return account{
		region: c.setting("AWS_REGION", c.setting("AWS_DEFAULT_REGION", "us-east-1")),
		number: c.setting("STEPWELL_ACCOUNT", "000000000000"),
	}
}

func (a account) arn(kind, rest string) string {
	return fmt.Sprintf("arn:aws:states:%s:%s:%s:%s", a.region, a.number, kind, rest)
}

func (a account) machineARN(name string) string { return a.arn("stateMachine", name) }

// executionARN gives arn:...:execution:<machine>:<name>, or for an Express
// execution arn:...:express:<machine>:<name>:<uuid>.
func (a account) executionARN(id identity) string {
	if id.uuid != "" {
		return a.arn("express", id.machine+":"+id.name+":"+id.uuid)
	}
	return a.arn("execution", id.machine+":"+id.name)
}

// identity says which execution is meant. The uuid tells Express executions of
// one name apart; Standard ones have none. For an item of a Distributed Map
// name is the label of its Map.
type identity struct{ machine, name, uuid string }

func (id identity) workflowID() string {
	if id.uuid != "" {
		return wire.ExecutionID(id.machine, id.name+":"+id.uuid)
	}
	return wire.ExecutionID(id.machine, id.name)
}

// parseIdentity reads an execution's ARN or workflow id; ok is false when the
// text is neither.
func parseIdentity(text string) (id identity, ok bool) {
	var rest string
	if strings.HasPrefix(text, "arn:") {
		parts := strings.SplitN(text, ":", 8)
		if len(parts) < 8 || parts[2] != "states" {
			return id, false
		}
		id.machine, rest = parts[6], parts[7]
		if kind := parts[5]; kind != "execution" && kind != "express" {
			return id, false
		}
		if machine, label, isItem := strings.Cut(id.machine, "/"); isItem {
			return identity{machine: machine, name: label, uuid: rest}, machine != "" && label != "" && rest != ""
		}
	} else {
		cut := strings.LastIndexByte(text, '/')
		if cut < 0 {
			return id, false
		}
		id.machine, rest = text[:cut], text[cut+1:]
	}
	id.name, id.uuid, _ = strings.Cut(rest, ":")
	return id, id.machine != "" && id.name != ""
}

// longestName is how many characters a name may have.
const longestName = 80

const refusedInNames = "<>{}[]?*\"#%\\^|~$&,;:/`"

// nameFault says why a text cannot be the name of a state machine or an
// execution, "" when it can (AWS API, CreateStateMachine and StartExecution:
// name).
func nameFault(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "it is empty"
	case n > longestName:
		return fmt.Sprintf("it has %d characters, %d are allowed", n, longestName)
	case !utf8.ValidString(name):
		return "it is not UTF-8"
	}
	for _, r := range name {
		switch {
		case unicode.IsSpace(r):
			return "white space is not allowed"
		case strings.ContainsRune(refusedInNames, r):
			return fmt.Sprintf("the character %c is not allowed", r)
		case r < 0x20, r >= 0x7f && r <= 0x9f, r == 0xfffe, r == 0xffff, r == unicode.MaxRune:
			return fmt.Sprintf("the character %U is not allowed", r)
		}
	}
	return ""
}

// checkName gives AWS's InvalidName as a fault of the flag.
func checkName(flag, name string) error {
	if why := nameFault(name); why != "" {
		return misused("use 1 to 80 letters, digits, - and _", "Invalid Name: '%s' (%s): %s", name, flag, why)
	}
	return nil
}

// machineNameOf gives the name of the state machine in a file: the file's name
// without what tells its form.
func machineNameOf(file string) string {
	name := file[strings.LastIndexAny(file, `/\`)+1:]
	for _, form := range []string{".json", ".yaml", ".yml", ".asl"} {
		name = strings.TrimSuffix(name, form)
	}
	return name
}
