// Deposits a file on the evidence ledger and verifies it.
//
//	go run . URL APPLICATION KEY CERTIFICATE FILE CHAIN REF      (passphrase: TIANPING_KEY_PASSPHRASE)
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/emmansun/gmsm/pkcs8"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
)

const (
	noEnd  = 1<<53 - 1
	userID = "1234567812345678"
)

func digest(parts ...[]byte) []byte {
	sum := sm3.Sum(bytes.Join(parts, nil))
	return sum[:]
}

func outside(parts ...[]byte) []byte {
	sum := sha256.Sum256(bytes.Join(parts, nil))
	return sum[:]
}

func tagged(tag string, message []byte) []byte {
	return append([]byte(tag+"\x00"), message...)
}

// encode is deterministic CBOR of what the ledger's format has: arrays, unsigned integers, bytes, texts, null.
func encode(value any) []byte {
	switch value := value.(type) {
	case nil:
		return []byte{0xf6}
	case int:
		return head(0, uint64(value))
	case []byte:
		return append(head(2, uint64(len(value))), value...)
	case string:
		return append(head(3, uint64(len(value))), value...)
	case []any:
		made := head(4, uint64(len(value)))
		for _, part := range value {
			made = append(made, encode(part)...)
		}
		return made
	}
	panic(fmt.Sprintf("the ledger's format has no %T", value))
}

func head(major byte, number uint64) []byte {
	switch {
	case number < 24:
		return []byte{major<<5 | byte(number)}
	case number < 1<<8:
		return []byte{major<<5 | 24, byte(number)}
	case number < 1<<16:
		return binary.BigEndian.AppendUint16([]byte{major<<5 | 25}, uint16(number))
	case number < 1<<32:
		return binary.BigEndian.AppendUint32([]byte{major<<5 | 26}, uint32(number))
	}
	return binary.BigEndian.AppendUint64([]byte{major<<5 | 27}, number)
}

type client struct {
	url, application string
	key              *sm2.PrivateKey
	fingerprint      []byte
}

// sign gives r ‖ s, 64 bytes.
func (c client) sign(message []byte) []byte {
	r, s, err := sm2.SignWithSM2(rand.Reader, &c.key.PrivateKey, []byte(userID), message)
	check(err)
	made := make([]byte, 64)
	r.FillBytes(made[:32])
	s.FillBytes(made[32:])
	return made
}

func (c client) send(path, media string, body []byte, answer any) {
	stamp := fmt.Sprint(time.Now().UnixMilli())
	nonce := hex.EncodeToString(random(16))
	message := strings.Join([]string{"POST", path, stamp, nonce, hex.EncodeToString(digest(body))}, "\n")
	request := must(http.NewRequest("POST", c.url+path, bytes.NewReader(body)))
	request.Header.Set("Content-Type", media)
	request.Header.Set("Tianping-Certificate", hex.EncodeToString(c.fingerprint))
	request.Header.Set("Tianping-Time", stamp)
	request.Header.Set("Tianping-Nonce", nonce)
	signature := c.sign(tagged("tianping/request/1", []byte(message)))
	request.Header.Set("Tianping-Signature", base64.StdEncoding.EncodeToString(signature))
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	said := must(io.ReadAll(response.Body))
	if response.StatusCode >= 300 {
		panic(fmt.Sprintf("%s: %s", response.Status, said))
	}
	check(json.Unmarshal(said, answer))
}

func main() {
	url, application, keyFile, certificateFile := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	file, chain, ref := os.Args[5], os.Args[6], os.Args[7]
	sealed, _ := pem.Decode(must(os.ReadFile(keyFile)))
	certificate, _ := pem.Decode(must(os.ReadFile(certificateFile)))
	key := must(pkcs8.ParsePKCS8PrivateKeySM2(sealed.Bytes, []byte(os.Getenv("TIANPING_KEY_PASSPHRASE"))))
	ledger := client{strings.TrimRight(url, "/"), application, key, digest(certificate.Bytes)}

	content, salt := must(os.ReadFile(file)), random(16)
	item := encode([]any{
		digest(salt, digest(content)), len(content), "application/octet-stream",
		outside(salt, outside(content)), nil, nil,
	})
	// One item: the root over the items is the hash of its leaf.
	root := digest([]byte{0}, item)
	body := encode([]any{1, chain, "deposit", application, ref, noEnd, []any{chain, 1, root, nil, nil}})
	signature := ledger.sign(tagged("tianping/transaction/1", body))
	envelope := encode([]any{1, body, []any{item}, []any{[]any{ledger.fingerprint, signature}}})

	var stored struct {
		State    string
		Deposits []struct{ Number string }
	}
	ledger.send("/ledger/v1/deposits:cbor", "application/cbor", envelope, &stored)
	if stored.State != "stored" {
		panic("pending: ask again for " + ref)
	}
	number := stored.Deposits[0].Number
	question := map[string]any{
		"number": number, "digest": hex.EncodeToString(digest(content)), "salt": hex.EncodeToString(salt), "size": len(content),
	}
	asked := must(json.Marshal(map[string]any{"items": []any{question}}))
	var answered struct{ Verifications []struct{ Verdict string } }
	ledger.send("/ledger/v1/verifications", "application/json", asked, &answered)
	printed := map[string]string{
		"number": number, "salt": hex.EncodeToString(salt), "verdict": answered.Verifications[0].Verdict,
	}
	fmt.Println(string(must(json.Marshal(printed))))
}

func random(size int) []byte {
	made := make([]byte, size)
	must(rand.Read(made))
	return made
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
