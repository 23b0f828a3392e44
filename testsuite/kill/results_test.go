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

// record is one execution in a result file.
type record struct{ Name, Status, Input, Output string }

func (r record) index(t *testing.T) int {
	t.Helper()
	var input struct{ Index *int }
	require.NoError(t, json.Unmarshal([]byte(r.Input), &input))
	require.NotNil(t, input.Index, "input %s", r.Input)
	return *input.Index
}

// records reads the result files that the manifest names, which have to be all
// there is below the results: intermediate files are gone.
func (e *execution) records(t *testing.T, manifest string) (all []record) {
	t.Helper()
	type file struct{ Key string }
	var m struct {
		ResultFiles struct{ FAILED, PENDING, SUCCEEDED []file }
	}
	e.load(t, manifest, &m)
	require.Empty(t, m.ResultFiles.FAILED)
	require.Empty(t, m.ResultFiles.PENDING)
	named := []string{manifest}
	for _, f := range m.ResultFiles.SUCCEEDED {
		var records []record
		e.load(t, f.Key, &records)
		all = append(all, records...)
		named = append(named, f.Key)
	}
	var there []string
	listing := s3.NewListObjectsV2Paginator(e.s3, &s3.ListObjectsV2Input{
		Bucket: aws.String(bucket), Prefix: aws.String(e.results(e.leaf) + "/")})
	for listing.HasMorePages() {
		page, err := listing.NextPage(t.Context())
		require.NoError(t, err)
		for _, o := range page.Contents {
			there = append(there, *o.Key)
		}
	}
	require.ElementsMatch(t, named, there, "what is not in the manifest should not be left")
	return all
}

func (e *execution) load(t *testing.T, key string, into any) {
	t.Helper()
	require.True(t, strings.HasPrefix(key, e.results(e.leaf)+"/"), key)
	o, err := e.s3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key})
	require.NoError(t, err, key)
	defer o.Body.Close()
	text, err := io.ReadAll(o.Body)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into), key)
}
