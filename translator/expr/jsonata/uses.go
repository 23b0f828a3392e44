package jsonata

// Use is a variable that an expression looks at, $name.
type Use struct {
	// Variable is its name without the dollar.
	Variable string
	// Member is the member that a path asks of it first; "" when the path asks
	// for something else, or when there is no path.
	Member string
	// Offset is where the variable's name ends, in bytes of the text.
	Offset int
}

// Uses gives the variables that the expression looks at, those that it binds
// and the functions that it names among them.
func (e *Expression) Uses() []Use {
	var u users
	u.visit(e.tree)
	return u.uses
}

type users struct{ uses []Use }

func (u *users) visit(n *syntax) {
	if n == nil {
		return
	}
	if n.form == formVariable {
		u.uses = append(u.uses, Use{Variable: n.text, Offset: n.at})
	}
	rest := n.list
	if n.form == formPath && len(rest) > 0 && rest[0].form == formVariable {
		use := Use{Variable: rest[0].text, Offset: rest[0].at}
		// A predicate on the variable may give something else.
		if len(rest) > 1 && rest[1].form == formName && len(rest[0].stages) == 0 && len(rest[0].predicates) == 0 {
			use.Member = rest[1].text
		}
		u.uses = append(u.uses, use)
		u.below(rest[0])
		rest = rest[1:]
	}
	u.all(rest)
	u.below(n)
}

// below visits what hangs on a node besides its list.
func (u *users) below(n *syntax) {
	for _, child := range []*syntax{n.left, n.right, n.third, n.group} {
		u.visit(child)
	}
	for _, p := range n.pairs {
		u.visit(p.key)
		u.visit(p.value)
	}
	for _, t := range n.terms {
		u.visit(t.key)
	}
	for _, stages := range [][]stage{n.predicates, n.stages} {
		for _, s := range stages {
			u.visit(s.filter)
		}
	}
}

func (u *users) all(list []*syntax) {
	for _, n := range list {
		u.visit(n)
	}
}
