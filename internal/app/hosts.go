package app

import (
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"jiyao/internal/locale"
)

// hosts are the names under which an office is served. A page that answers under any name can be read through a name that
// somebody outside points at this machine (DNS rebinding).
type hosts struct {
	names []string          // lower case, without port
	cert  *x509.Certificate // its names count too; nil without TLS
}

// servedUnder are the host of the address, the names given and those of the certificate; names of this machine always count.
func servedUnder(s Serving, cert *x509.Certificate) hosts {
	h := hosts{cert: cert}
	for _, name := range append(slices.Clone(s.Hosts), s.Addr) {
		if name = bareHost(name); name != "" {
			h.names = append(h.names, name)
		}
	}
	return h
}

// bareHost is a Host header or address without its port, in one spelling.
func bareHost(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func (h hosts) serves(host string) bool {
	name := bareHost(host)
	if name == "localhost" || slices.Contains(h.names, name) {
		return true
	}
	if ip, err := netip.ParseAddr(name); err == nil && ip.IsLoopback() {
		return true
	}
	return name != "" && h.cert != nil && h.cert.VerifyHostname(name) == nil
}

// only answers 421 under every other name, before anything is read or recorded.
func (h hosts) only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.serves(r.Host) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.WriteHeader(http.StatusMisdirectedRequest)
		_, _ = fmt.Fprintln(w, locale.Zh.T("host.other"))
		_, _ = fmt.Fprintln(w, locale.En.T("host.other"))
	})
}
