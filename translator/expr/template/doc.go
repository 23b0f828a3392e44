// Package template is the payload templates of the JSONPath language, such as
// the value of Parameters.
//
// [Compile] takes a template as it stands in the definition and makes one
// expression of it: a key that ends `.$` holds a path or an intrinsic function
// and loses the ending; all else is literal, and a part that holds no such key
// is one literal that is handed out without copying. Literal members come before
// dynamic ones, as on AWS. Faults carry their place inside the template, so
// that the caller can show them in the definition. [Dynamic] is the same for a
// single string.
//
// The package knows neither states nor which field it compiles.
package template
