package keyring

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle/noncebased"
)

// A stream is
//
//	version 1 ‖ salt 32 ‖ nonce prefix 7 bytes, then segments of 64 KiB plain text and 16 bytes of tag
//
// The key of the segments is derived from the caller's key, the salt, the header and the context, so a
// changed header opens nothing. Each segment's nonce holds its number and whether it is the last: cutting,
// swapping, repeating or appending segments is found. It is found when that segment is read: what was read
// before is genuine but may be a beginning only, so act on nothing before io.EOF.
const (
	streamVersion = 1
	streamSalt    = 32
	noncePrefix   = 7
	streamHeader  = 1 + streamSalt + noncePrefix
	segmentLen    = 64 << 10
	minStreamKey  = 16
)

// segments seals or opens one segment of a stream; it reuses one buffer, which the framing copies out
// before the next.
type segments struct {
	aead cipher.AEAD
	buf  []byte
}

func (s *segments) EncryptSegment(segment, nonce []byte) ([]byte, error) {
	s.buf = s.aead.Seal(s.buf[:0], nonce, segment, nil)
	return s.buf, nil
}

func (s *segments) DecryptSegment(segment, nonce []byte) ([]byte, error) {
	out, err := s.aead.Open(s.buf[:0], nonce, segment, nil)
	if err != nil {
		return nil, fmt.Errorf("open a segment: %w", ErrOpen)
	}
	s.buf = out
	return out, nil
}

func newSegments(s *Suite, key, header, context []byte) (*segments, error) {
	if len(key) < minStreamKey {
		return nil, fmt.Errorf("key of a stream too short: %w", ErrFormat)
	}
	k, err := s.HKDF(key, header[1:1+streamSalt], string(Bind("jiyao/stream", []byte(s.name), header, context)), s.keyLen)
	if err != nil {
		return nil, err
	}
	defer clear(k)
	a, err := s.AEAD(k)
	if err != nil {
		return nil, err
	}
	return &segments{aead: a, buf: make([]byte, 0, segmentLen+tagLen)}, nil
}

// SealStream encrypts what is written to it into w. key is a full-strength secret of at least 16 bytes;
// context (a document and version, say) is bound in and must be given again to open. Close writes the mark
// that the stream is whole: when the source failed halfway, do not Close. w is not closed.
func SealStream(w io.Writer, s *Suite, key, context []byte) (io.WriteCloser, error) {
	header := append([]byte{streamVersion}, random(streamSalt+noncePrefix)...)
	seg, err := newSegments(s, key, header, context)
	if err != nil {
		return nil, fmt.Errorf("seal a stream: %w", err)
	}
	nw, err := noncebased.NewWriter(noncebased.WriterParams{
		W:                    w,
		SegmentEncrypter:     seg,
		NonceSize:            nonceLen,
		NoncePrefix:          header[1+streamSalt:],
		PlaintextSegmentSize: segmentLen,
	})
	if err != nil {
		return nil, fmt.Errorf("seal a stream: %w", err)
	}
	if _, err := w.Write(header); err != nil {
		return nil, fmt.Errorf("write the header of a stream: %w", err)
	}
	return &streamWriter{w: nw}, nil
}

// streamWriter stops at the first error for good, so that Close cannot finish a stream with a hole.
type streamWriter struct {
	w   *noncebased.Writer
	err error
}

func (s *streamWriter) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(p)
	if err != nil {
		s.err = fmt.Errorf("write a sealed stream: %w", err)
	}
	return n, s.err
}

func (s *streamWriter) Close() error {
	if s.err != nil {
		return s.err
	}
	if err := s.w.Close(); err != nil {
		s.err = fmt.Errorf("finish a sealed stream: %w", err)
		return s.err
	}
	s.err = errors.New("write to a finished stream")
	return nil
}

// OpenStream decrypts a stream of SealStream. Read answers ErrOpen at the first segment that was changed,
// moved, cut off or added, and for ever after. r is read to its end.
func OpenStream(r io.Reader, s *Suite, key, context []byte) (io.Reader, error) {
	header := make([]byte, streamHeader)
	if err := readHeader(r, header); err != nil {
		return nil, fmt.Errorf("read the header of a stream: %w", err)
	}
	if header[0] != streamVersion {
		return nil, fmt.Errorf("read the header of a stream: %w", ErrOpen)
	}
	seg, err := newSegments(s, key, header, context)
	if err != nil {
		return nil, fmt.Errorf("open a stream: %w", err)
	}
	nr, err := noncebased.NewReader(noncebased.ReaderParams{
		R:                     r,
		SegmentDecrypter:      seg,
		NonceSize:             nonceLen,
		NoncePrefix:           header[1+streamSalt:],
		CiphertextSegmentSize: segmentLen + tagLen,
	})
	if err != nil {
		return nil, fmt.Errorf("open a stream: %w", err)
	}
	return &streamReader{r: nr}, nil
}

// readHeader fills b; a source that ends too early is ErrOpen, one that fails keeps its own error.
func readHeader(r io.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrOpen
	}
	return err
}

// streamReader repeats its first error: the framing alone would answer io.EOF after a bad last segment.
type streamReader struct {
	r   *noncebased.Reader
	err error
}

func (s *streamReader) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read a sealed stream: %w", err)
	}
	s.err = err
	return n, err
}
