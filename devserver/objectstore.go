package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

// objectStore is the S3 server: Versity's gateway over a folder of files.
type objectStore struct {
	cancel context.CancelFunc
	ended  chan error
}

// startObjectStore starts serving in the background. Its one value on ended is
// nil after stop, or the fault for which it ended by itself.
//
// Beware: the backend makes its folder the working directory of the process.
func startObjectStore(o options, p *ports) (*objectStore, error) {
	root := filepath.Join(o.dataDir, "s3")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, fmt.Errorf("make S3 folder: %w; choose another folder with --data", err)
	}
	metadata, sidecar, err := objectMetadata(o.dataDir, root)
	if err != nil {
		return nil, fmt.Errorf("prepare S3 metadata: %w; choose another folder with --data", err)
	}
	files, err := posix.New(root, metadata, posix.PosixOpts{SideCarDir: sidecar})
	if err != nil {
		return nil, fmt.Errorf("open S3 folder: %w; choose another folder with --data", err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	store := &objectStore{cancel: cancel, ended: make(chan error, 1)}
	p.s3.release()
	go func() {
		err := embedgw.RunVersityGW(ctx, files, gatewayConfig(o, p.s3.port))
		if errors.Is(err, context.Canceled) {
			err = nil
		}
		store.ended <- err
	}()
	return store, nil
}

func gatewayConfig(o options, port int) *embedgw.Config {
	root := auth.Account{Access: o.accessKey, Secret: o.secretKey, Role: auth.RoleAdmin}
	return &embedgw.Config{
		RootUserAccess: o.accessKey,
		RootUserSecret: o.secretKey,
		Region:         region,
		Ports:          []string{hostPort(o.ip, port)},
		// One account, given here because the gateway would announce its own
		// choice of it on stdout.
		IAMService:        auth.NewIAMServiceSingle(root),
		MaxConnections:    10_000,
		MaxRequests:       10_000,
		MultipartMaxParts: 10_000,
		KeepAlive:         true,
		Quiet:             true,
	}
}

// stop lets requests under way end and returns when the server has ended.
func (s *objectStore) stop() error {
	s.cancel()
	return <-s.ended
}

// objectMetadata chooses where ETags, content types and the like are kept: in
// extended attributes of the files, or in a sidecar folder where the file system
// has none. A folder begun with a sidecar stays with it, for the gateway reads
// only one of the two.
func objectMetadata(dataDir, root string) (store meta.MetadataStorer, sidecar string, err error) {
	sidecar = filepath.Join(dataDir, "sidecar")
	_, err = os.Stat(sidecar)
	switch {
	case err == nil:
	case !errors.Is(err, fs.ErrNotExist):
		return nil, "", err
	case hasAttributes(root):
		return meta.XattrMeta{}, "", nil
	default:
		if err := os.Mkdir(sidecar, 0o755); err != nil {
			return nil, "", err
		}
	}
	store, err = meta.NewSideCar(sidecar)
	return store, sidecar, err
}

// hasAttributes tries: some file systems read extended attributes and refuse to
// write them.
func hasAttributes(dir string) bool {
	file, err := os.CreateTemp(dir, ".attributes-*")
	if err != nil {
		return false
	}
	defer os.Remove(file.Name())
	defer file.Close()
	return meta.XattrMeta{}.StoreAttribute(file, "", "", "probe", []byte("1")) == nil
}
