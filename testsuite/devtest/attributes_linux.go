package devtest

import "syscall"

// attributes lets the dev server end with the test's process, whatever ends that.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
