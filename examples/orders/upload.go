package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func upload(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("upload", flag.ExitOnError)
	bucket := flags.String("bucket", "orders", "bucket; made when it is not there")
	key := flags.String("key", "orders.csv", "key of the CSV file")
	rows := flags.Int("rows", 10_000, "number of orders")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	client, err := connect(ctx)
	if err != nil {
		return err
	}
	var exists *types.BucketAlreadyOwnedByYou
	if _, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket}); err != nil && !errors.As(err, &exists) {
		return err
	}
	text := csv(*rows)
	_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: bytes.NewReader(text)})
	if err != nil {
		return err
	}
	fmt.Printf("%d orders, %d bytes, at s3://%s/%s\n", *rows, len(text), aws.ToString(bucket), aws.ToString(key))
	return nil
}

// csv makes the same orders every time. One in about 150 has no country.
func csv(rows int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	countries := []string{"DE", "FR", "IT", "ES", "PL", "NL"}
	var b bytes.Buffer
	b.WriteString("order_id,customer,country,amount,note\n")
	for i := range rows {
		country := countries[random.IntN(len(countries))]
		if random.IntN(150) == 0 {
			country = "??"
		}
		note := ""
		if i%10 == 0 {
			note = `"deliver to the ""back"" door, please"`
		}
		fmt.Fprintf(&b, "A-%06d,customer-%d,%s,%d.%02d,%s\n", i+1, random.IntN(2000), country, random.IntN(400), random.IntN(100), note)
	}
	return b.Bytes()
}
