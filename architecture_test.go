// Package stepwell_test guards the architecture: which room may import which,
// and what the pure rooms may not do. docs/architecture.md draws the rooms.
package stepwell_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

const module = "github.com/seed-a99ddb6e/stepwell"

// foreign are the modules that only some rooms may know.
var foreign = map[string][]string{
	"temporal": {"go.temporal.io/"},
	"aws":      {"github.com/aws/"},
	"cel":      {"github.com/google/cel-go/"},
}

// arrow says what the packages of one room may import: rooms of ours by their
// path, and foreign modules by their name above. A room covers the packages
// below it unless these have a row of their own. The longest match counts.
type arrow struct {
	room string
	may  []string
}

var arrows = []arrow{
	{"translator/source", nil},
	{"translator/value", nil},
	{"translator/asl", []string{"translator/source", "translator/value", "translator/asl"}},
	{"translator/check", []string{"translator/asl", "translator/source", "translator/value"}},
	{"translator/awsform", []string{"translator/source"}},
	{"translator/expr", []string{"translator/value", "translator/source", "translator/expr"}},
	{"translator/expr/jsonpath", []string{"translator/value", "translator/source", "translator/expr"}},
	{"translator/expr/intrinsic", []string{"translator/value", "translator/source", "translator/expr", "translator/expr/jsonpath"}},
	{"translator/expr/template", []string{"translator/value", "translator/source", "translator/expr", "translator/expr/jsonpath", "translator/expr/intrinsic"}},
	{"translator/expr/comparison", []string{"translator/value", "translator/source", "translator/expr", "translator/expr/jsonpath"}},
	{"translator/expr/jsonata", []string{"translator/value", "translator/expr/jsonata/..."}},
	{"translator/expr/cel", []string{"translator/value", "cel"}},
	{"translator/expr/query", []string{"translator/value", "translator/expr", "translator/expr/jsonata", "translator/expr/cel"}},
	{"translator/program", []string{"translator/expr", "translator/value"}},
	{"translator/compile", []string{"translator/asl", "translator/program", "translator/expr/...", "translator/value", "translator/source"}},
	{"translator", []string{"translator/..."}},
	{"machine", []string{"translator/program", "translator/expr", "translator/value"}},
	{"machine/express", []string{"machine", "translator/program"}},
	{"machine/teststate", []string{"machine", "machine/teststate/shapes", "translator/..."}},
	{"machine/teststate/shapes", []string{"translator/value"}},
	{"machine/machinetest", []string{"machine", "translator/..."}},
	{"internal/wire", []string{"machine", "translator/value", "translator/program"}},
	// The storage of large values speaks to S3 by a package that knows nothing of
	// those above it.
	{"internal/offload", []string{"activities/objects", "internal/wire", "temporal"}},
	{"internal/programs", []string{"internal/wire", "translator/..."}},
	// Other teams' workers may use it too.
	{"idempotency", []string{"temporal"}},
	{"workflows", []string{"machine", "idempotency", "internal/wire", "internal/programs", "translator/...", "temporal"}},
	{"activities", []string{"machine", "machine/express", "idempotency", "internal/wire", "internal/programs", "translator/...", "activities/...", "aws", "temporal"}},
	{"audit", []string{"workflows", "internal/wire", "internal/offload", "internal/programs", "machine", "translator/value", "temporal"}},
	{"worker", []string{"workflows", "activities/...", "idempotency", "machine", "machine/express", "internal/wire", "internal/offload", "internal/programs", "translator/...", "aws", "temporal"}},
	// The starter reads the result files of Map Runs, with the types that wrote
	// them, and looks at S3 for doctor: hence AWS and two rooms of activities.
	{"starter", []string{"audit", "activities/objects", "activities/results", "machine", "machine/express", "machine/teststate", "internal/wire", "internal/offload", "translator/...", "aws", "temporal"}},
	{"testsuite", []string{"...", "temporal", "aws"}},
	{"examples", []string{"temporal", "aws"}},
	{"bench", []string{"...", "temporal", "aws"}},
}

func TestImportsFollowTheArrows(t *testing.T) {
	for _, p := range list(t) {
		room := strings.TrimPrefix(p.ImportPath, module+"/")
		if p.ImportPath == module {
			continue
		}
		may, known := allowed(room)
		if !known {
			t.Errorf("package %s stands in no room of docs/architecture.md: add it to a room, or a row to the table", room)
			continue
		}
		for _, imported := range p.Imports {
			if reason := refusal(imported, may); reason != "" {
				t.Errorf("%s imports %s: %s", room, imported, reason)
			}
		}
	}
}

// refusal says why a package must not be imported, "" when it may be.
func refusal(imported string, may []string) string {
	if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
		for _, m := range may {
			below, all := strings.CutSuffix(m, "...")
			if m == ours || all && strings.HasPrefix(ours+"/", below) {
				return ""
			}
		}
		return "no arrow leads there"
	}
	for name, prefixes := range foreign {
		for _, prefix := range prefixes {
			if strings.HasPrefix(imported, prefix) && !contains(may, name) {
				return "this room knows nothing of " + name
			}
		}
	}
	return ""
}

func allowed(room string) (may []string, known bool) {
	longest := -1
	for _, a := range arrows {
		if (room == a.room || strings.HasPrefix(room, a.room+"/")) && len(a.room) > longest {
			longest, may, known = len(a.room), a.may, true
		}
	}
	return may, known
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

func list(t *testing.T) (all []listed) {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...").Output()
	require.NoError(t, err)
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range list(t) {
		if p.ImportPath == module || len(p.GoFiles) == 0 {
			continue
		}
		if !contains(p.GoFiles, "doc.go") {
			t.Errorf("%s has no doc.go", p.ImportPath)
		}
	}
}

// pure rooms compute: no clock, no chance, no goroutines, no order that Go
// leaves open. A line may carry "//pure: reason".
var pure = []string{"translator", "machine"}

// impure rooms below pure ones.
var impure = []string{"machine/express"}

var impureImports = []string{"os", "net", "net/http", "sync", "math/rand", "math/rand/v2", "crypto/rand", "context", "io/ioutil"}

var impureCalls = map[string]bool{"time.Now": true, "time.Since": true, "time.Until": true, "time.Sleep": true, "time.After": true, "time.NewTimer": true}

func TestPureRoomsStayPure(t *testing.T) {
	config := &packages.Config{Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps}
	loaded, err := packages.Load(config, "./translator/...", "./machine/...")
	require.NoError(t, err)
	require.NotEmpty(t, loaded)
	for _, p := range loaded {
		room := strings.TrimPrefix(p.PkgPath, module+"/")
		if !under(room, pure) || under(room, impure) {
			continue
		}
		for _, file := range p.Syntax {
			excused := excusedLines(p.Fset, file)
			report := func(n ast.Node, what string) {
				at := p.Fset.Position(n.Pos())
				if !excused[at.Line] {
					t.Errorf("%s:%d: %s in a pure room", filepath.Join(room, filepath.Base(at.Filename)), at.Line, what)
				}
			}
			for _, i := range file.Imports {
				if contains(impureImports, strings.Trim(i.Path.Value, `"`)) {
					report(i, "import of "+i.Path.Value)
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.GoStmt:
					report(n, "go statement")
				case *ast.SendStmt:
					report(n, "channel send")
				case *ast.SelectStmt:
					report(n, "select")
				case *ast.UnaryExpr:
					if n.Op == token.ARROW {
						report(n, "channel receive")
					}
				case *ast.RangeStmt:
					switch p.TypesInfo.TypeOf(n.X).Underlying().(type) {
					case *types.Map:
						report(n, "range over a map")
					case *types.Chan:
						report(n, "range over a channel")
					}
				case *ast.SelectorExpr:
					if name, ok := n.X.(*ast.Ident); ok && impureCalls[name.Name+"."+n.Sel.Name] {
						report(n, fmt.Sprintf("%s.%s", name.Name, n.Sel.Name))
					}
				}
				return true
			})
		}
	}
}

func under(room string, rooms []string) bool {
	for _, r := range rooms {
		if room == r || strings.HasPrefix(room, r+"/") {
			return true
		}
	}
	return false
}

func excusedLines(set *token.FileSet, file *ast.File) map[int]bool {
	lines := map[int]bool{}
	for _, group := range file.Comments {
		for _, c := range group.List {
			if strings.Contains(c.Text, "//pure: ") {
				lines[set.Position(c.Pos()).Line] = true
			}
		}
	}
	return lines
}

func TestFilesStayReadable(t *testing.T) {
	const most = 500
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "bin" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		if lines := set.File(file.Pos()).LineCount(); lines > most {
			t.Errorf("%s has %d lines: one concept a file, at most %d lines", path, lines, most)
		}
		return nil
	})
	require.NoError(t, err)
}
