package store

import (
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"sync"
)

// DigestSize is the length of a column digest in bytes.
const DigestSize = 16

// digester computes column digests with one hash and one buffer. Not for several goroutines.
type digester struct {
	h   hash.Hash
	buf []byte
}

func newDigester(h hash.Hash) *digester { return &digester{h: h, buf: make([]byte, 0, 512)} }

// Digest is the digest of one column as ColumnDigest describes it: each part has its length before it as 32
// bits big-endian; the revision is 64 bits big-endian; the storage class is one byte, n, i, t or b (and r or
// x for what no engine of ours would have stored, so that it differs from everything); an integer is 64 bits
// big-endian. value is nil, int64, string or []byte. Put and verification both use it. h is reset first.
func Digest(h hash.Hash, salt []byte, table, key, column string, rev int64, value any) [DigestSize]byte {
	buf, _ := buffers.Get().(*[]byte)
	d := digester{h: h, buf: (*buf)[:0]}
	out := d.sum(salt, table, key, column, rev, value)
	*buf = d.buf
	buffers.Put(buf)
	return out
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}

func (d *digester) sum(salt []byte, table, key, column string, rev int64, value any) [DigestSize]byte {
	b := d.buf[:0]
	b = append(length(b, len(salt)), salt...)
	b = append(length(b, len(table)), table...)
	b = append(length(b, len(key)), key...)
	b = append(length(b, len(column)), column...)
	b = binary.BigEndian.AppendUint64(length(b, 8), uint64(rev))
	b = length(b, 1)
	switch v := value.(type) {
	case nil:
		b = length(append(b, 'n'), 0)
	case int64:
		b = binary.BigEndian.AppendUint64(length(append(b, 'i'), 8), uint64(v))
	case string:
		b = append(length(append(b, 't'), len(v)), v...)
	case []byte:
		b = append(length(append(b, 'b'), len(v)), v...)
	case float64:
		b = binary.BigEndian.AppendUint64(length(append(b, 'r'), 8), math.Float64bits(v))
	default:
		s := fmt.Sprintf("%T %v", v, v)
		b = append(length(append(b, 'x'), len(s)), s...)
	}
	d.h.Reset()
	d.h.Write(b)
	b = d.h.Sum(b)
	var out [DigestSize]byte
	copy(out[:], b[len(b)-d.h.Size():])
	d.buf = b[:0]
	return out
}

func length(b []byte, n int) []byte { return binary.BigEndian.AppendUint32(b, uint32(n)) }
