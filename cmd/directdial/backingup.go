package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/backup"
	"github.com/directdial/directdial/internal/bus"
)

// backups runs one backup at a time, beside everything else.
type backups struct {
	mu      sync.Mutex
	state   desk.BackupState
	written map[string]int64 // bytes by file
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// stop breaks off a backup that is under way.
func (b *backups) stop() {
	b.mu.Lock()
	if b.cancel != nil {
		b.cancel()
	}
	b.mu.Unlock()
	b.running.Wait()
}

// begin reserves the one place.
func (b *backups) begin(dir string) (context.Context, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state.Running {
		return nil, directdial.Errorf(directdial.Temporary, "a backup into %s is under way", b.state.Dir)
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel, b.written = cancel, map[string]int64{}
	b.state = desk.BackupState{Dir: dir, Running: true}
	b.running.Add(1)
	return ctx, nil
}

func (b *backups) wrote(file string, bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Bytes += bytes - b.written[file]
	b.state.File, b.written[file] = file, bytes
}

func (b *backups) end(m *backup.Manifest, err error) {
	b.mu.Lock()
	b.cancel()
	b.state.Running, b.state.File = false, ""
	if err != nil {
		b.state.Error = err.Error()
	} else {
		b.state.Made = m.Made
		b.state.Messages, b.state.Steps = m.Streams[bus.Mentions].Messages, m.Streams[bus.Dials].Last
	}
	b.mu.Unlock()
	b.running.Done()
}

// Backup implements desk.Exchange.
func (x deskView) Backup(dir string) error {
	if !filepath.IsAbs(dir) {
		return &directdial.Error{Kind: directdial.Invalid, Field: "dir", Msg: "must be an absolute path"}
	}
	ctx, err := x.backups.begin(dir)
	if err != nil {
		return err
	}
	go func() { x.backups.end(x.backup(ctx, dir)) }()
	return nil
}

// BackupState implements desk.Exchange.
func (x deskView) BackupState() desk.BackupState {
	x.backups.mu.Lock()
	defer x.backups.mu.Unlock()
	return x.backups.state
}

// backup makes a backup. Erasures that came while it was made are listed beside
// it: its place is noted first, and the list of all erasures is longer than this
// backup needs at the worst.
func (x *exchange) backup(ctx context.Context, dir string) (*backup.Manifest, error) {
	dataDir := x.config.Load().DataDir
	key, err := os.ReadFile(filepath.Join(dataDir, "key"))
	if err != nil {
		return nil, err
	}
	began := directdial.Clock(x.now())
	m, err := backup.Write(ctx, dir, backup.Source{
		Key: key, Program: buildVersion(), Now: x.now, Wrote: x.backups.wrote,
		Copy: func(ctx context.Context, s bus.Stream, w io.Writer) (bus.State, error) { return x.bus.Copy(ctx, s, w) },
	})
	if err != nil {
		level := zerolog.ErrorLevel
		if directdial.KindOf(err) == directdial.Invalid { // whoever asked is told, and nothing is wrong here
			level = zerolog.WarnLevel
		}
		x.log.WithLevel(level).Err(err).Str("dir", dir).Msg("the backup failed")
		return nil, err
	}
	if err := backup.AddPlace(dataDir, dir); err != nil {
		return nil, err
	}
	list, err := backup.Erasures(filepath.Join(dataDir, backup.ErasuresName))
	if err != nil {
		return nil, err
	}
	var since []backup.Erasure
	for _, e := range list {
		if !e.At.Before(began) {
			since = append(since, e)
		}
	}
	if err := backup.AddErasures(dir, since); err != nil {
		return nil, err
	}
	x.log.Info().Str("dir", dir).Uint64("messages", m.Streams[bus.Mentions].Messages).Msg("a backup was made")
	return m, nil
}

// listErasures lists mentions that are about to be overwritten, in the data
// directory and beside each backup of it that is in reach.
func (x *exchange) listErasures(mentions []directdial.Key) error {
	dataDir := x.config.Load().DataDir
	list := make([]backup.Erasure, len(mentions))
	for i, key := range mentions {
		list[i] = backup.Erasure{At: directdial.Clock(x.now()), Mention: key}
	}
	if err := backup.AddErasures(dataDir, list); err != nil {
		return fmt.Errorf("list of erasures: %w", err)
	}
	places, err := backup.Places(dataDir)
	if err != nil {
		return err
	}
	for _, dir := range places {
		if err := backup.AddErasures(dir, list); err != nil {
			x.log.Warn().Err(err).Str("backup", dir).
				Msg("an erasure cannot be listed beside this backup; before it is restored, give restore the list in the data directory with --erasures")
		}
	}
	return nil
}
