package check

// checkTimeouts: a heartbeat is due before the task's time is up.
func checkTimeouts(c *checker) {
	for _, s := range c.ofType("Task") {
		timeout, hasTimeout := s.Field("TimeoutSeconds"), s.Field("TimeoutSeconds") != nil
		heartbeat := s.Field("HeartbeatSeconds")
		if !hasTimeout || heartbeat == nil {
			continue
		}
		whole, ok := timeout.Value.Int()
		beat, also := heartbeat.Value.Int()
		if ok && also && beat >= whole {
			c.fault(valueOf(s, "HeartbeatSeconds"), schema("Make it smaller, or raise TimeoutSeconds.",
				"The field 'HeartbeatSeconds' (%d) must be smaller than 'TimeoutSeconds' (%d)", beat, whole))
		}
	}
}
