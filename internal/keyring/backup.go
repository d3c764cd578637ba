package keyring

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A backup file is
//
//	"JIYAOBK1" ‖ suite 1 ‖ passes 4 ‖ memory in KiB 4 ‖ threads 1 ‖ salt 16 bytes, then a stream
//
// whose key is argon2id of the passphrase and whose context is that header. It needs neither ring nor
// master key, so a burnt-down office can be restored from the file and the passphrase alone. Inside, what
// was sealed is still sealed.
const (
	backupMagic  = "JIYAOBK1"
	backupHeader = len(backupMagic) + 1 + 9 + saltLen
)

// SealBackup encrypts what is written to it into w under a passphrase (ErrFormat when it is too short). It
// takes DefaultWork first. As with SealStream, Close marks the backup as whole; w is not closed.
func SealBackup(w io.Writer, s *Suite, passphrase string) (io.WriteCloser, error) {
	return sealBackup(w, s, passphrase, DefaultWork)
}

func sealBackup(w io.Writer, s *Suite, passphrase string, work Work) (io.WriteCloser, error) {
	header := append([]byte(backupMagic), s.id)
	header = append(header, work.bytes()...)
	header = append(header, random(saltLen)...)
	key, err := stretch(passphrase, header[len(header)-saltLen:], work)
	if err != nil {
		return nil, fmt.Errorf("seal a backup: %w", err)
	}
	defer clear(key)
	if _, err := w.Write(header); err != nil {
		return nil, fmt.Errorf("write the header of a backup: %w", err)
	}
	return SealStream(w, s, key, header)
}

// OpenBackup decrypts a backup. ErrOpen at once when the passphrase is wrong or the beginning was changed,
// and later, from Read, where the file was changed or cut: nothing may be put in place before io.EOF.
// ErrFormat when it is no backup, ErrWork when it asks for too much work.
func OpenBackup(r io.Reader, passphrase string) (io.Reader, error) {
	header := make([]byte, backupHeader)
	if err := readHeader(r, header); err != nil {
		return nil, fmt.Errorf("read the header of a backup: %w", err)
	}
	if string(header[:len(backupMagic)]) != backupMagic {
		return nil, fmt.Errorf("read the header of a backup: %w", ErrFormat)
	}
	b := header[len(backupMagic):]
	s, err := suiteByID(b[0])
	if err != nil {
		return nil, err
	}
	work := Work{
		Time:      binary.BigEndian.Uint32(b[1:]),
		MemoryKiB: binary.BigEndian.Uint32(b[5:]),
		Threads:   b[9],
	}
	if err := work.check(); err != nil {
		return nil, err
	}
	key, err := stretch(passphrase, b[10:], work)
	if errors.Is(err, ErrFormat) {
		return nil, fmt.Errorf("open a backup: %w", ErrOpen)
	}
	if err != nil {
		return nil, err
	}
	defer clear(key)
	stream, err := OpenStream(r, s, key, header)
	if err != nil {
		return nil, err
	}
	// Reading the first segment now tells a wrong passphrase before anything is done with the answer.
	buffered := bufio.NewReaderSize(stream, segmentLen)
	if _, err := buffered.Peek(1); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("open a backup: %w", err)
	}
	return buffered, nil
}
