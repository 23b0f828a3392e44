package endtoend

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// docsCommand is a command line of a page, and what is shown of what it says.
type docsCommand struct{ line, shown string }

func commandsOf(text string) (all []docsCommand) {
	for line := range strings.Lines(text) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			all = append(all, docsCommand{line: strings.TrimSpace(command)})
		} else if n := len(all); n > 0 {
			all[n-1].shown += line
		}
	}
	return all
}

// console runs the commands of the page, one after the other.
type console struct {
	t           *testing.T
	folder      string
	environment []string
	seen        seen
}

func newConsole(t *testing.T, w *world, files map[string]string) *console {
	c := &console{t: t, folder: t.TempDir(), seen: seen{}}
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(c.folder, name), []byte(text), 0o600))
	}
	binaries := filepath.Dir(binaries.Path(t, "stepwell"))
	c.environment = append(w.environment(), "PATH="+binaries+string(os.PathListSeparator)+os.Getenv("PATH"))
	return c
}

// does runs a command until it says what is shown: on stdout or, where that
// stays empty, on stderr. What starts or stops something is run once.
func (c *console) does(command docsCommand) {
	c.t.Helper()
	line := c.seen.replace(command.line)
	once := onceOnly.MatchString(line)
	for tries := 1; ; tries++ {
		var out, told bytes.Buffer
		shell := exec.Command("sh", "-c", line)
		shell.Dir, shell.Env, shell.Stdout, shell.Stderr = c.folder, c.environment, &out, &told
		err := shell.Run()
		if out.Len() == 0 {
			out = told
		}
		said := trailing.ReplaceAllString(out.String(), "\n")
		if err == nil && c.seen.match(command.shown, said) {
			return
		}
		if once || tries == 60 {
			require.NoError(c.t, err, "%s\n%s", line, said)
			require.Equal(c.t, c.seen.replace(command.shown), said, line)
			require.Fail(c.t, "one UUID stands for two", "%s\n%s", line, said)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

var onceOnly = regexp.MustCompile(`^stepwell (run|start|maprun stop) `)

// trailing is white space that nobody sees.
var trailing = regexp.MustCompile(` +\n`)

// seen holds for each UUID of the page the one that stands in its place.
type seen map[string]string

// varying is what differs from run to run: UUIDs, times, seconds since 1970.
var (
	uuid    = regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	varying = regexp.MustCompile(uuid.String() + "|" + times)
)

const times = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|\b1[78]\d{8}\b`

// replace puts into a text the UUIDs that were seen.
func (s seen) replace(text string) string {
	return uuid.ReplaceAllStringFunc(text, func(id string) string {
		if other, ok := s[id]; ok {
			return other
		}
		return id
	})
}

// match reports that a text is what the page shows but for what varies, and
// that the same UUID always stands for the same one. It remembers new ones.
func (s seen) match(shown, said string) bool {
	pattern, at := "^", 0
	var ids []string
	for _, place := range varying.FindAllStringIndex(shown, -1) {
		one := shown[place[0]:place[1]]
		pattern += regexp.QuoteMeta(shown[at:place[0]])
		at = place[1]
		switch {
		case s[one] != "":
			pattern += regexp.QuoteMeta(s[one])
		case uuid.MatchString(one):
			pattern += "(" + uuid.String() + ")"
			ids = append(ids, one)
		default:
			pattern += "(?:" + times + ")"
		}
	}
	found := regexp.MustCompile(pattern + regexp.QuoteMeta(shown[at:]) + "$").FindStringSubmatch(said)
	if found == nil {
		return false
	}
	fresh := seen{}
	for i, id := range ids {
		if other, ok := fresh[id]; ok && other != found[i+1] {
			return false
		}
		fresh[id] = found[i+1]
	}
	maps.Copy(s, fresh)
	return true
}

func (s seen) require(t *testing.T, shown, said string) {
	t.Helper()
	if !s.match(shown, said) {
		require.Equal(t, s.replace(shown), said)
	}
}
