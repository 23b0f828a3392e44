package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/go-json-experiment/json"
)

// The orders are the items of all contenders. An order follows from its number
// alone, and with it what has to come of it.

// orderOf gives what a Task is asked about an order.
func orderOf(i int) order {
	return order{OrderID: fmt.Sprintf("order-%07d", i), Amount: strconv.Itoa(amountOf(i))}
}

func amountOf(i int) int     { return i * 37 % 500 }
func countryOf(i int) string { return []string{"DE", "FR", "ES", "SE"}[i%4] }

// orderHeader is the first line of the CSV file.
const orderHeader = "order_id,customer,country,amount,placed\n"

// appendRow adds an order's line in the CSV file.
func appendRow(dst []byte, i int) []byte {
	return fmt.Appendf(dst, "order-%07d,customer-%d,%s,%d,2026-01-%02d\n", i, i%977, countryOf(i), amountOf(i), 1+i%28)
}

// inputOf gives the row as an execution has it for input.
func inputOf(i int) plainRow {
	return plainRow{
		OrderID: fmt.Sprintf("order-%07d", i), Customer: fmt.Sprintf("customer-%d", i%977), Country: countryOf(i),
		Amount: strconv.Itoa(amountOf(i)), Placed: fmt.Sprintf("2026-01-%02d", 1+i%28),
	}
}

// numberOf gives the number of the order whose input this is.
func numberOf(input string) (i int, ok bool) {
	var row plainRow
	if !parse(input, &row) {
		return 0, false
	}
	i, err := strconv.Atoi(strings.TrimPrefix(row.OrderID, "order-"))
	return i, err == nil && row == inputOf(i)
}

// isExpressOutput reports that express.asl.json has to make this of an order.
func isExpressOutput(i int, output string) bool {
	size := "small"
	if amountOf(i) >= 300 {
		size = "large"
	}
	var is struct {
		OrderID string `json:"orderId"`
		Country string `json:"country"`
		Amount  int    `json:"amount"`
		Size    string `json:"size"`
	}
	ok := parse(output, &is)
	return ok && is.OrderID == inputOf(i).OrderID && is.Country == countryOf(i) && is.Amount == amountOf(i) && is.Size == size
}

// isStandardOutput reports that standard.asl.json has to make this of an order.
func isStandardOutput(i int, output string) bool {
	var is price
	return parse(output, &is) && is == price{2 * amountOf(i)}
}

// parse reads a JSON object that has these members and no others; they have no
// order.
func parse(text string, into any) bool {
	return json.Unmarshal([]byte(text), into, json.RejectUnknownMembers(true)) == nil
}

// upload puts the CSV file of so many orders into S3 and gives its key.
func (s *stage) upload(ctx context.Context, items int) (string, error) {
	text := []byte(orderHeader)
	for i := range items {
		text = appendRow(text, i)
	}
	name, key := bucket, fmt.Sprintf("orders-%d.csv", items)
	_, err := s.objects.PutObject(ctx, &s3.PutObjectInput{Bucket: &name, Key: &key, Body: bytes.NewReader(text)})
	return key, err
}
