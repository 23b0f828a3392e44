package kill

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
)

// record is one execution in a result file. Cause and Error are those of one that
// failed.
type record struct{ Name, Status, Input, Output, Error, Cause string }

func (r record) index(t *testing.T) int {
	t.Helper()
	var input struct{ Index *int }
	require.NoError(t, json.Unmarshal([]byte(r.Input), &input))
	require.NotNil(t, input.Index, "input %s", r.Input)
	return *input.Index
}

// records reads the result files that the manifest names, which have to be all
// there is below the results: intermediate files are gone once all have succeeded. Each file has the
// records of its category alone.
func (e *execution) records(t *testing.T, manifest string) (all []record) {
	t.Helper()
	type file struct {
		Key  string
		Size int
	}
	var m struct{ ResultFiles map[string][]file }
	e.load(t, manifest, &m)
	named, succeeded := []string{manifest}, true
	for category, files := range m.ResultFiles {
		for _, f := range files {
			var records []record
			require.Equal(t, f.Size, e.load(t, f.Key, &records), f.Key)
			for _, r := range records {
				switch r.Status {
				case "SUCCEEDED", "PENDING":
					require.Equal(t, category, r.Status)
				default:
					require.Equal(t, category, "FAILED")
				}
				succeeded = succeeded && r.Status == "SUCCEEDED"
			}
			all = append(all, records...)
			named = append(named, f.Key)
		}
	}
	var there []string
	listing := s3.NewListObjectsV2Paginator(e.s3, &s3.ListObjectsV2Input{
		Bucket: aws.String(bucket), Prefix: aws.String(e.results(e.leaf) + "/")})
	for listing.HasMorePages() {
		page, err := listing.NextPage(t.Context())
		require.NoError(t, err)
		for _, o := range page.Contents {
			if succeeded || !strings.Contains(*o.Key, "/.stepwell/") { // a redrive would go on from it
				there = append(there, *o.Key)
			}
		}
	}
	require.ElementsMatch(t, named, there, "what is not in the manifest should not be left")
	return all
}

// load reads an object of the results and gives its size.
func (e *execution) load(t *testing.T, key string, into any) int {
	t.Helper()
	require.True(t, strings.HasPrefix(key, e.results(e.leaf)+"/"), key)
	o, err := e.s3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key})
	require.NoError(t, err, key)
	defer o.Body.Close()
	text, err := io.ReadAll(o.Body)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into), key)
	return len(text)
}
