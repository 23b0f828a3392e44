package asl

var succeedFields = &Structure{Name: "Succeed state", Fields: flowing}
