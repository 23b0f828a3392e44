package staging

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// Setting is the name of the worker's setting.
const Setting = "STEPWELL_STAGING"

// Place is where one map run keeps its files. The zero Place is none.
type Place struct{ root objects.Location }

// Below gives the place of a run below the worker's setting, an s3:// URL.
func Below(setting, uuid string) (Place, error) {
	root, err := objects.Parse(setting)
	if err != nil {
		return Place{}, fmt.Errorf("%s: %w", Setting, err)
	}
	if root.Key != "" && !strings.HasSuffix(root.Key, "/") {
		root.Key += "/"
	}
	root.Key += uuid + "/"
	return Place{root}, nil
}

// Beside gives the place of a run whose results go below the location, which
// ends with a slash.
func Beside(results objects.Location) Place {
	return Place{results.At(results.Key + beside)}
}

// Parse reads what String gave; "" is the zero Place.
func Parse(url string) (Place, error) {
	if url == "" {
		return Place{}, nil
	}
	root, err := objects.Parse(url)
	if err == nil && !strings.HasSuffix(root.Key, "/") {
		err = fmt.Errorf("the staging place %q does not end with a slash", url)
	}
	return Place{root}, err
}

// beside is the folder of staging beside results.
const beside = ".stepwell/"

// IsZero reports that there is no place.
func (p Place) IsZero() bool { return p == Place{} }

// String gives the s3:// URL, "" for the zero Place.
func (p Place) String() string {
	if p.IsZero() {
		return ""
	}
	return p.root.String()
}

// Root gives the prefix that all files are below.
func (p Place) Root() objects.Location { return p.root }

// Segment gives where copied items are.
func (p Place) Segment(name string) objects.Location { return p.at("items/" + name) }

// Part gives where a part file is.
func (p Place) Part(name string) objects.Location { return p.at("parts/" + name) }

// Survivors gives the prefix of what attempts at a shard leave that are alive
// although Temporal may take them for lost: the number of each.
func (p Place) Survivors(shard int) objects.Location { return p.at(fmt.Sprintf("alive/%d/", shard)) }

// Survivor gives where an attempt at a shard leaves its number.
func (p Place) Survivor(shard, attempt int) objects.Location {
	return p.at(fmt.Sprintf("alive/%d/%09d", shard, attempt))
}

// Journals gives the prefix of the journals of a shard. Their keys are in the
// order of attempts.
func (p Place) Journals(shard int) objects.Location { return p.at(fmt.Sprintf("journal/%d/", shard)) }

// Journal gives where an attempt at a shard keeps its journal.
func (p Place) Journal(shard, attempt int) objects.Location {
	return p.at(fmt.Sprintf("journal/%d/%09d.json", shard, attempt))
}

// Outcome gives where the outcome of a run is kept when its staging is not
// beside its results.
func (p Place) Outcome() objects.Location { return p.at("outcome.json") }

// Results gives the location that [Beside] was given; ok is false for a place
// below the worker's setting.
func (p Place) Results() (at objects.Location, ok bool) {
	key, ok := strings.CutSuffix(p.root.Key, beside)
	return p.root.At(key), ok
}

// Doomed gives the prefixes of all that is deleted at the end of a run: what it
// was made of before what says so. The outcome stays unless the results themselves
// are beside it.
func (p Place) Doomed() []objects.Location {
	doomed := []objects.Location{p.at("journal/"), p.at("parts/"), p.at("items/"), p.at("index/"), p.spec()}
	if _, beside := p.Results(); beside {
		doomed = append(doomed, p.Outcome())
	}
	return doomed
}

func (p Place) spec() objects.Location { return p.at("spec.json") }

func (p Place) page(number int) objects.Location {
	return p.at(fmt.Sprintf("index/%d.json", number))
}

func (p Place) at(key string) objects.Location { return p.root.At(p.root.Key + key) }
