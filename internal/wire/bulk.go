package wire

// Bulk is a payload that holds so many items that nobody reads it as it is: it
// travels compressed when it is long. What people look for in Temporal's Web UI,
// such as the inputs and outputs of executions and Tasks, is none.
type Bulk interface{ bulk() }

func (Wave) bulk()       {}
func (WaveResult) bulk() {}
func (WaveRest) bulk()   {}
func (ReadOutput) bulk() {}
func (WriteInput) bulk() {}
