package offload

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

const hashAlgorithm = "sha256"

// What a claim says, by the names of Temporal's own S3 driver.
const (
	claimBucket    = "bucket"
	claimKey       = "key"
	claimAlgorithm = "hash_algorithm"
	claimDigest    = "hash_value"
)

func newClaim(at objects.Location, digest string) converter.StorageDriverClaim {
	return converter.StorageDriverClaim{ClaimData: map[string]string{
		claimBucket: at.Bucket, claimKey: at.Key, claimAlgorithm: hashAlgorithm, claimDigest: digest,
	}}
}

// claim is where a payload is, and what it must amount to.
type claim struct {
	at     objects.Location
	digest string
}

func readClaim(c converter.StorageDriverClaim) (claim, error) {
	read := claim{objects.Location{Bucket: c.ClaimData[claimBucket], Key: c.ClaimData[claimKey]}, c.ClaimData[claimDigest]}
	switch {
	case read.at.Bucket == "" || read.at.Key == "" || read.digest == "":
		return read, errors.New("the reference to a value in staging does not say where it is")
	case c.ClaimData[claimAlgorithm] != hashAlgorithm:
		return read, fmt.Errorf("the reference to %s has a digest of the kind %q; %s is known", read.at, c.ClaimData[claimAlgorithm], hashAlgorithm)
	}
	return read, nil
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
