//go:build !linux

package devtest

import "syscall"

func attributes() *syscall.SysProcAttr { return nil }
