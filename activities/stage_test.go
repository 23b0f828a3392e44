package activities

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func TestStageAndFetch(t *testing.T) {
	m := NewMaps(MapDependencies{Store: memory(), Staging: "s3://staging/x/"})
	long := strings.Repeat("frame ", 10_000)
	staged, err := m.Stage(t.Context(), wire.StageInput{Owner: "arn", Number: 2, Text: wire.PlainText(long)})
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(staged.Staged(), "s3://staging/x/texts/"), staged.Staged())
	back, err := m.Fetch(t.Context(), travel(t, staged))
	require.NoError(t, err)
	assert.Equal(t, long, back.String())
	other, err := m.Stage(t.Context(), wire.StageInput{Owner: "arn", Number: 2, Text: wire.PlainText("other")})
	require.NoError(t, err)
	assert.NotEqual(t, staged.Staged(), other.Staged(), "a text that stands does not change")

	_, err = NewMaps(MapDependencies{Store: memory()}).Stage(t.Context(), wire.StageInput{Text: wire.PlainText("x")})
	assertFault(t, err, machine.ErrorRuntime, "STEPWELL_STAGING")
	_, err = m.Fetch(t.Context(), wire.StagedText("s3://staging/none"))
	assertFault(t, err, machine.ErrorRuntime, "s3://staging/none does not exist")
}
