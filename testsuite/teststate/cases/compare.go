package cases

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// comparison holds an answer against the recorded one.
type comparison struct {
	c *Case
	// stands is what each placeholder of the recording stands for.
	stands map[string]string
}

func (c *Case) comparison() *comparison { return &comparison{c: c, stands: map[string]string{}} }

func (cmp *comparison) response(got value.Value) error {
	want := without(cmp.c.Expected, "ResponseMetadata")
	for _, member := range []string{"inspectionData"} {
		if data := want.Get(member); !data.IsAbsent() {
			want = want.With(member, texts(data))
		}
		if data := got.Get(member); !data.IsAbsent() {
			got = got.With(member, texts(data))
		}
	}
	return cmp.members("", parsed(want, "output"), parsed(got, "output"))
}

// texts parses the members that are JSON texts; the recording has done so with
// those that are objects.
func texts(data value.Value) value.Value {
	for i := range data.Elements() {
		data = parsed(data, data.NameAt(i))
	}
	return data
}

func parsed(object value.Value, member string) value.Value {
	text := object.Get(member)
	if text.Kind() != value.String {
		return object
	}
	v, err := value.ParseString(text.Text())
	if err != nil {
		return object
	}
	return object.With(member, v)
}

func without(object value.Value, member string) value.Value {
	rest := value.NewObject(object.Len())
	for i, v := range object.Elements() {
		if name := object.NameAt(i); name != member {
			rest.Put(name, v)
		}
	}
	return rest.Value()
}

// members compares objects whose members have no order: the answer and its
// inspection data.
func (cmp *comparison) members(path string, want, got value.Value) error {
	for i := range got.Elements() {
		if name := got.NameAt(i); want.Get(name).IsAbsent() {
			return fmt.Errorf("%s/%s: want none, got %s", path, name, got.At(i))
		}
	}
	for i, w := range want.Elements() {
		name := want.NameAt(i)
		compare := cmp.same
		if name == "inspectionData" || name == "errorDetails" {
			compare = cmp.members
		}
		if err := compare(path+"/"+name, w, got.Get(name)); err != nil {
			return err
		}
	}
	return nil
}

// same compares values, the order of members included.
func (cmp *comparison) same(path string, want, got value.Value) error {
	differ := fmt.Errorf("%s: want %s, got %s", path, shown(want), shown(got))
	switch {
	case want.Kind() == value.String && cmp.text(want.Text(), got):
		return nil
	case want.Kind() != got.Kind() || want.Len() != got.Len():
		return differ
	}
	switch want.Kind() {
	case value.Object, value.Array:
		for i, w := range want.Elements() {
			at := fmt.Sprintf("%s[%d]", path, i)
			if want.Kind() == value.Object {
				if want.NameAt(i) != got.NameAt(i) {
					return fmt.Errorf("%s: want the member %q, got %q", at, want.NameAt(i), got.NameAt(i))
				}
				at = path + "/" + want.NameAt(i)
			}
			if err := cmp.same(at, w, got.At(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if !value.Equal(want, got) {
		return differ
	}
	return nil
}

func shown(v value.Value) string {
	if v.IsAbsent() {
		return "none"
	}
	return v.String()
}

var (
	placeholder = regexp.MustCompile(`<[A-Za-z_]+(:\d+)?>`)
	dateTime    = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)
)

// text compares a recorded text, which may be or hold placeholders.
func (cmp *comparison) text(want string, got value.Value) bool {
	for _, n := range cmp.c.Normalizers {
		if n.Reference != nil && !*n.Reference && want == n.Replacement {
			return !got.IsAbsent()
		}
	}
	if got.Kind() != value.String {
		return false
	}
	if strings.HasPrefix(got.Text(), "arns.") {
		return true // the case has the name of an ARN of the recording test, not the ARN
	}
	text := strings.ReplaceAll(got.Text(), ":000000000000:", ":111111111111:")
	if want == text || want == "date" && dateTime.MatchString(text) {
		return true
	}
	found := placeholder.FindAllString(want, -1)
	if len(found) == 0 {
		return false
	}
	var pattern strings.Builder
	rest := want
	for _, name := range found {
		before, after, _ := strings.Cut(rest, name)
		pattern.WriteString(regexp.QuoteMeta(before))
		if bound, ok := cmp.bound(name); ok {
			pattern.WriteString("(" + regexp.QuoteMeta(bound) + ")")
		} else {
			pattern.WriteString(`([^:/]+)`)
		}
		rest = after
	}
	matches := regexp.MustCompile("^" + pattern.String() + regexp.QuoteMeta(rest) + "$").FindStringSubmatch(text)
	if matches == nil {
		return false
	}
	for i, name := range found {
		if bound, ok := cmp.stands[name]; ok && bound != matches[i+1] {
			return false
		}
		cmp.stands[name] = matches[i+1]
	}
	return true
}

// bound gives what a placeholder is known to stand for.
func (cmp *comparison) bound(name string) (string, bool) {
	if v, ok := cmp.c.Bindings[name]; ok {
		return v, true
	}
	v, ok := cmp.stands[name]
	return v, ok
}
