package main

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/assert"
)

func TestExpiration(t *testing.T) {
	const day = 24 * time.Hour
	rule := func(id, prefix string, days int32) types.LifecycleRule {
		return types.LifecycleRule{ID: &id, Status: types.ExpirationStatusEnabled, Filter: &types.LifecycleRuleFilter{Prefix: &prefix},
			Expiration: &types.LifecycleExpiration{Days: &days}}
	}
	off := rule("off", "", 1)
	off.Status = types.ExpirationStatusDisabled
	tagged := rule("tagged", "", 1)
	tagged.Filter.Tag = &types.Tag{}
	aborts := rule("aborts", "", 1)
	aborts.Expiration = nil
	old := rule("old", "", 5)
	//lint:ignore SA1019 rules of old have it
	old.Filter, old.Prefix = nil, ptr("p/")
	for _, c := range []struct {
		name  string
		rules []types.LifecycleRule
		id    string
		left  time.Duration
	}{
		{name: "none"},
		{name: "of others", rules: []types.LifecycleRule{rule("a", "q/", 1), rule("b", "p/v0/ns/one/", 1), off, tagged, aborts}},
		{name: "the whole bucket", rules: []types.LifecycleRule{rule("a", "", 30)}, id: "a", left: 30 * day},
		{name: "the shorter one", rules: []types.LifecycleRule{rule("a", "p/v0/", 90), rule("b", "p/", 7), rule("c", "", 30)}, id: "b", left: 7 * day},
		{name: "a rule of old", rules: []types.LifecycleRule{old}, id: "old", left: 5 * day},
	} {
		t.Run(c.name, func(t *testing.T) {
			id, left := expiration(c.rules, "p/v0/")
			assert.Equal(t, c.id, id)
			assert.Equal(t, c.left, left)
		})
	}
}
