package picture_test

import (
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata/picture"
)

func ExampleFormatNumber() {
	text, err := picture.FormatNumber(-12345.6, "#,##0.00;(#,##0.00)", picture.DefaultNumberOptions())
	fmt.Println(text, err)
	// Output: (12,345.60) <nil>
}

func ExampleCompileInteger() {
	words, err := picture.CompileInteger("w;o")
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := words.Format(1984)
	fmt.Println(text, err)
	fmt.Println(words.Parse("nineteen hundred and eighty-four"))
	// Output:
	// one thousand, nine hundred and eighty-fourth <nil>
	// 1984
}

func ExampleCompileDateTime() {
	date, err := picture.CompileDateTime("[FNn], the [Dwo] of [MNn] [Y]")
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := date.Format(1521801216617, "+0100")
	fmt.Println(text, err)
	// Output: Friday, the twenty-third of March 2018 <nil>
}

func ExampleParseDateTime() {
	now := time.Date(2018, 3, 23, 10, 33, 36, 0, time.UTC)
	millis, ok, err := picture.ParseDateTime("13:45", "[H]:[m]", now)
	fmt.Println(picture.ISO(millis), ok, err)
	// Output: 2018-03-23T13:45:00.000Z true <nil>
}
