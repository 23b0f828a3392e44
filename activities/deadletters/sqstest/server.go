package sqstest

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Server has one queue, at /000000000000/<Name>.
type Server struct {
	*httptest.Server
	// Name is the queue's, Size its MaximumMessageSize in bytes.
	Name string
	Size int

	mu       sync.Mutex
	messages []Message
	seen     map[string]bool
	requests []int // messages of each request to send
	answer   func(request int) (status int, code string)
	refuse   func(id string) bool
}

// Message is one that the queue has taken.
type Message struct {
	Body       string
	Attributes map[string]string
	Group      string
	Once       string
}

// New starts a server for the length of a test.
func New(t *testing.T, name string) *Server {
	s := &Server{Name: name, Size: 1 << 20, seen: map[string]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// QueueURL gives the queue's address.
func (s *Server) QueueURL() string { return s.URL + "/000000000000/" + s.Name }

// Messages gives what the queue has taken.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Requests gives how many messages each request to send had.
func (s *Server) Requests() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Fail lets requests to send fail as answer says, by their number from 1 on; the
// status 0 lets one pass.
func (s *Server) Fail(answer func(request int) (status int, code string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// Refuse lets single messages of a request fail, by their ids.
func (s *Server) Refuse(refuse func(id string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

type entry struct {
	ID         string `json:"Id"`
	Body       string `json:"MessageBody"`
	Once       string `json:"MessageDeduplicationId"`
	Group      string `json:"MessageGroupId"`
	Attributes map[string]struct {
		DataType, StringValue string
	} `json:"MessageAttributes"`
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	var in struct {
		QueueUrl, QueueName string
		Entries             []entry
		entry
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		fail(w, http.StatusBadRequest, "InvalidRequest")
		return
	}
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	if in.QueueName != "" && in.QueueName != s.Name || in.QueueUrl != "" && !strings.HasSuffix(in.QueueUrl, "/"+s.Name) {
		fail(w, http.StatusBadRequest, "QueueDoesNotExist")
		return
	}
	switch operation {
	case "GetQueueUrl":
		answer(w, map[string]any{"QueueUrl": s.QueueURL()})
	case "GetQueueAttributes":
		answer(w, map[string]any{"Attributes": map[string]string{"MaximumMessageSize": strconv.Itoa(s.Size)}})
	case "SendMessage":
		s.takeOne(w, in.entry)
	case "SendMessageBatch":
		s.take(w, in.Entries)
	default:
		fail(w, http.StatusBadRequest, "InvalidAction")
	}
}

// takeOne takes a message that comes alone.
func (s *Server) takeOne(w http.ResponseWriter, e entry) {
	recorder := httptest.NewRecorder()
	s.take(recorder, []entry{e})
	var all struct {
		Successful, Failed []map[string]any
	}
	switch {
	case recorder.Code != http.StatusOK:
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	case json.Unmarshal(recorder.Body.Bytes(), &all) != nil || len(all.Successful) == 0:
		fail(w, http.StatusBadRequest, "InvalidParameterValue")
	default:
		one := all.Successful[0]
		delete(one, "Id")
		if len(e.Attributes) == 0 {
			delete(one, "MD5OfMessageAttributes")
		}
		answer(w, one)
	}
}

func (s *Server) take(w http.ResponseWriter, entries []entry) {
	s.requests = append(s.requests, len(entries))
	if s.answer != nil {
		if status, code := s.answer(len(s.requests)); status != 0 {
			fail(w, status, code)
			return
		}
	}
	total := 0
	var taken, refused []map[string]any
	for _, e := range entries {
		size := len(e.Body)
		attributes := map[string]string{}
		for name, a := range e.Attributes {
			attributes[name] = a.StringValue
			size += len(name) + len(a.DataType) + len(a.StringValue)
		}
		total += size
		if size > s.Size || s.refuse != nil && s.refuse(e.ID) {
			refused = append(refused, map[string]any{"Id": e.ID, "Code": "InternalError", "Message": "not now", "SenderFault": size > s.Size})
			continue
		}
		taken = append(taken, map[string]any{"Id": e.ID, "MessageId": "m-" + e.ID,
			"MD5OfMessageBody": sum([]byte(e.Body)), "MD5OfMessageAttributes": sum(e.encoded())})
		if e.Once != "" && s.seen[e.Once] {
			continue
		}
		s.seen[e.Once] = true
		s.messages = append(s.messages, Message{Body: e.Body, Attributes: attributes, Group: e.Group, Once: e.Once})
	}
	if len(entries) > 10 || total > max(s.Size, 256<<10) {
		fail(w, http.StatusBadRequest, "BatchRequestTooLong")
		return
	}
	answer(w, map[string]any{"Successful": taken, "Failed": refused})
}

// encoded gives the attributes as SQS digests them.
func (e entry) encoded() (text []byte) {
	names := []string{}
	for name := range e.Attributes {
		names = append(names, name)
	}
	slices.Sort(names)
	put := func(part string) {
		text = append(binary.BigEndian.AppendUint32(text, uint32(len(part))), part...)
	}
	for _, name := range names {
		put(name)
		put(e.Attributes[name].DataType)
		text = append(text, 1)
		put(e.Attributes[name].StringValue)
	}
	return text
}

func sum(text []byte) string {
	s := md5.Sum(text)
	return hex.EncodeToString(s[:])
}

func answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func fail(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	answer(w, map[string]string{"__type": "com.amazonaws.sqs#" + code, "message": "the queue says " + code})
}
