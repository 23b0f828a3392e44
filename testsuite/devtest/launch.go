package devtest

// Launch starts a server for a process that is no test, such as a command; stop
// ends it. The error says how to get the binary when there is none.
func Launch() (server *Server, stop func(), err error) {
	binary, err := Binary()
	if err != nil {
		return nil, nil, err
	}
	p := &process{}
	if server, err = p.start(binary); err != nil {
		p.stop()
		return nil, nil, err
	}
	return server, p.stop, nil
}
