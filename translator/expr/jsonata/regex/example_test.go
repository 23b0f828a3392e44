package regex_test

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata/regex"
)

func Example() {
	date, err := regex.Compile(`(?<year>\d{4})-(?<month>\d\d)`, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "from 2024-05 to 2025-01"
	budget := 10_000
	for from := 0; ; {
		m, found, err := date.Match(text, from, &budget)
		if err != nil || !found {
			break
		}
		year := m.Groups[0]
		fmt.Println(text[m.Start:m.End], text[year.Start:year.End])
		from = m.End
	}
	// Output:
	// 2024-05 2024
	// 2025-01 2025
}
