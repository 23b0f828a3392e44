package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine/teststate/shapes"
)

func main() {
	models := flag.String("models", "", "`folder` of API models, such as botocore/data")
	out := flag.String("out", "machine/teststate/shapes/shapes.zip", "`file` to write")
	flag.Parse()
	if err := write(*models, *out); err != nil {
		fmt.Fprintln(os.Stderr, "shapes:", err)
		os.Exit(1)
	}
}

// model is what counts of an API model.
type model struct {
	Metadata struct {
		ServiceID string `json:"serviceId"`
	} `json:"metadata"`
	Operations map[string]struct {
		Output struct {
			Shape string `json:"shape"`
		} `json:"output"`
	} `json:"operations"`
	Shapes map[string]modelShape `json:"shapes"`
}

type modelShape struct {
	Type     string         `json:"type"`
	Document bool           `json:"document"`
	Required []string       `json:"required"`
	Min      *float64       `json:"min"`
	Max      *float64       `json:"max"`
	Enum     []string       `json:"enum"`
	Members  map[string]ref `json:"members"`
	Member   ref            `json:"member"`
	Value    ref            `json:"value"`
}

type ref struct {
	Shape string `json:"shape"`
}

func write(models, out string) error {
	services, err := os.ReadDir(models)
	if err != nil {
		return err
	}
	entries := map[string][]byte{}
	for _, service := range services {
		versions, _ := filepath.Glob(filepath.Join(models, service.Name(), "*", "service-2.json*"))
		if len(versions) == 0 {
			continue
		}
		m, err := read(slices.Max(versions))
		if err != nil {
			return err
		}
		if entries[shapes.ServiceName(m.Metadata.ServiceID)], err = json.Marshal(m.responses()); err != nil {
			return err
		}
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		entry, err := w.Create(name + ".json")
		if err != nil {
			return err
		}
		if _, err := entry.Write(entries[name]); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(out, archive.Bytes(), 0o644)
}

func read(file string) (*model, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var from io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if from, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	m := &model{}
	return m, json.NewDecoder(from).Decode(m)
}

// seen are upper bounds by which TestState was seen to judge although the models
// have others by now (recorded in December 2025).
var seen = map[string]float64{"Lambda.MemorySize": 10_240}

// responses gives the shapes that responses are made of.
func (m *model) responses() shapes.Service {
	s := shapes.Service{Operations: map[string]string{}, Shapes: map[string]shapes.Shape{}}
	var keep func(name string)
	keep = func(name string) {
		from, known := m.Shapes[name]
		if _, kept := s.Shapes[name]; kept || !known {
			return
		}
		shape := shapes.Shape{
			Type: from.Type, Required: from.Required, Min: from.Min, Max: from.Max, Enum: from.Enum,
			Element: from.Member.Shape + from.Value.Shape,
		}
		if most, ok := seen[m.Metadata.ServiceID+"."+name]; ok {
			shape.Max = &most
		}
		if from.Document {
			shape.Type = shapes.Document
		}
		if len(from.Members) > 0 {
			shape.Members = map[string]string{}
		}
		s.Shapes[name] = shape
		for member, of := range from.Members {
			shape.Members[member] = of.Shape
			keep(of.Shape)
		}
		keep(shape.Element)
	}
	for name, operation := range m.Operations {
		s.Operations[name] = operation.Output.Shape
		keep(operation.Output.Shape)
	}
	return s
}
