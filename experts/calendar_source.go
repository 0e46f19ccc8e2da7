package experts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/ical"
)

// source is one calendar: a file, or a URL with the last good copy of it.
type source struct {
	name   string // path or URL
	whose  string // for people
	remote bool
	file   string // of the copy
	good   []byte // the last that was a calendar; nil: none was
	etag   string // of good
}

// copied is the last good copy of a calendar on the disk.
type copied struct {
	ETag string `json:"etag,omitempty"`
	Data []byte `json:"data"`
}

func newSource(name, dir string) *source {
	s := &source{name: name}
	if rest, ok := strings.CutPrefix(name, "webcal://"); ok {
		s.name, s.remote = "https://"+rest, true
	}
	s.remote = s.remote || strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
	// The name of the copy does not tell the address, which may be a secret.
	sum := sha256.Sum256([]byte(name))
	s.file = filepath.Join(dir, hex.EncodeToString(sum[:12])+".json")
	return s
}

// recall reads the copy, if there is one.
func (s *source) recall() {
	data, err := os.ReadFile(s.file)
	if !s.remote || err != nil {
		return
	}
	var c copied
	if json.Unmarshal(data, &c) == nil {
		s.good, s.etag = c.Data, c.ETag
	}
}

// read reads the calendar as it is now; tag is what to ask with whether it is
// still so.
func (s *source) read(ctx context.Context, client *http.Client) (data []byte, tag string, err error) {
	if s.remote {
		return s.fetch(ctx, client)
	}
	f, err := os.Open(s.name)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	data, err = io.ReadAll(io.LimitReader(f, ical.MaxSize+1))
	return data, "", err
}

// fetch asks for the calendar, unless it is as it was. Errors do not name the
// address.
func (s *source) fetch(ctx context.Context, client *http.Client) (data []byte, tag string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.name, nil)
	if err != nil {
		return nil, "", directdial.Errorf(directdial.Invalid, "its address is no URL")
	}
	r.Header.Set("Accept", "text/calendar")
	if s.good != nil && s.etag != "" {
		r.Header.Set("If-None-Match", s.etag)
	}
	resp, err := client.Do(r)
	if err != nil {
		var address *url.Error
		if errors.As(err, &address) {
			err = address.Err
		}
		return nil, "", err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusNotModified:
		return s.good, s.etag, nil
	case http.StatusOK:
	default:
		return nil, "", fmt.Errorf("the server answers %s", resp.Status)
	}
	data, err = io.ReadAll(io.LimitReader(resp.Body, ical.MaxSize+1))
	return data, resp.Header.Get("ETag"), err
}

// keep makes what was read the last good one, on the disk as well.
func (s *source) keep(data []byte, tag string) error {
	if string(data) == string(s.good) && tag == s.etag {
		return nil
	}
	s.good, s.etag = data, tag
	if !s.remote {
		return nil
	}
	kept, err := json.Marshal(copied{ETag: tag, Data: data})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.file), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(s.file+".new", kept, 0o600); err != nil {
		return err
	}
	return os.Rename(s.file+".new", s.file)
}
