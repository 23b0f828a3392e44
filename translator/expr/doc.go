// Package expr is the seam between the machine and the query languages: what
// an expression is to those who evaluate it ([Expr]), and what an expression
// may see ([Env]).
//
// A language is a package below this one that compiles texts to Exprs:
// jsonpath, intrinsic and template make up the language JSONPath. Languages do
// not import each other, except that intrinsic uses jsonpath and template uses
// both. Evaluation is a pure function of the Env: time and randomness come in
// as values, and an Expr may be shared by goroutines.
package expr
