package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// The names of the files that Certify makes.
const (
	caCert, caKey         = "ca.pem", "ca-key.pem"
	serverCert, serverKey = "server.pem", "server-key.pem"
)

// caYears is how long the office's authority is good.
const caYears = 10

var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))*$`)

// ErrHost says that a name can stand in no certificate.
var ErrHost = errors.New("a host name in lower case or an address is expected")

// Certify makes a server's certificate for hosts under the authority in dir, which it makes first if there is none.
// The authority can sign for these servers only as far as its holder keeps its key; an older server certificate is
// replaced, an authority never.
func Certify(dir string, hosts []string, days int) error {
	if days < 1 || days > 825 {
		return errors.New("a certificate is good for 1 to 825 days")
	}
	if len(hosts) == 0 {
		return ErrHost
	}
	template := &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature}
	for _, h := range hosts {
		ip := net.ParseIP(h)
		switch {
		case ip != nil:
			template.IPAddresses = append(template.IPAddresses, ip)
		case len(h) <= 253 && hostName.MatchString(h):
			template.DNSNames = append(template.DNSNames, h)
		default:
			return fmt.Errorf("%q: %w", h, ErrHost)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	ca, key, err := authority(dir)
	if err != nil {
		return err
	}
	now := time.Now()
	template.NotBefore, template.NotAfter = now.Add(-time.Hour), now.AddDate(0, 0, days)
	template.Subject = pkix.Name{CommonName: hosts[0]}
	der, own, err := issue(template, ca, key)
	if err != nil {
		return err
	}
	for _, name := range []string{serverCert, serverKey} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("replace the certificate: %w", err)
		}
	}
	if err := writePEM(filepath.Join(dir, serverKey), "PRIVATE KEY", own); err != nil {
		return err
	}
	return writePEM(filepath.Join(dir, serverCert), "CERTIFICATE", der)
}

// authority reads the office's authority, or makes it.
func authority(dir string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	certFile, keyFile := filepath.Join(dir, caCert), filepath.Join(dir, caKey)
	if _, err := os.Stat(certFile); errors.Is(err, fs.ErrNotExist) {
		now := time.Now()
		template := &x509.Certificate{
			Subject: pkix.Name{CommonName: "jiyao office CA " + randomName()[:8]}, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(caYears, 0, 0),
			IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		}
		der, key, err := issue(template, nil, nil)
		if err != nil {
			return nil, nil, err
		}
		// The key first: dying after it leaves no authority that anybody trusts.
		if err := errors.Join(writePEM(keyFile, "PRIVATE KEY", key), writePEM(certFile, "CERTIFICATE", der)); err != nil {
			return nil, nil, err
		}
	}
	certDER, err := readPEM(certFile)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := readPEM(keyFile)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(certDER)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", caCert, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keyDER)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", caKey, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !cert.IsCA || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, nil, fmt.Errorf("%s and %s do not belong together", caCert, caKey)
	}
	return cert, key, nil
}

// issue signs a template with a new key; under itself where there is no parent. The key comes back as PKCS 8.
func issue(template, parent *x509.Certificate, signer *ecdsa.PrivateKey) (der, key []byte, err error) {
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("draw a key: %w", err)
	}
	if parent == nil {
		parent, signer = template, own
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, nil, fmt.Errorf("draw a serial number: %w", err)
	}
	if der, err = x509.CreateCertificate(rand.Reader, template, parent, &own.PublicKey, signer); err != nil {
		return nil, nil, fmt.Errorf("sign a certificate: %w", err)
	}
	if key, err = x509.MarshalPKCS8PrivateKey(own); err != nil {
		return nil, nil, fmt.Errorf("spell a key: %w", err)
	}
	return der, key, nil
}

func writePEM(path, kind string, der []byte) error {
	return writeFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func readPEM(path string) ([]byte, error) {
	b, err := readBounded(path, maxNote)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("read %s: PEM is expected", filepath.Base(path))
	}
	return block.Bytes, nil
}
