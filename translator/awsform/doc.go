// Package awsform says what there is to say about a definition as AWS would:
// as the answer of ValidateStateMachineDefinition, and as the message with
// which CreateStateMachine and UpdateStateMachine refuse it.
//
// The diagnostics of the translator have AWS's words and places already where
// these are known; here they get AWS's codes, by one table, its order and its
// limits, and what AWS would not say is left out. Texts that are no JSON are
// told in the words of the JSON parser that AWS uses. The package knows no rule
// of the States Language and judges nothing by itself: a definition goes to
// translator.Translate, and what that says comes here.
package awsform
