// Package proof: what the module's own tests ask of its verifiers, and what these answer, a line of JSON each.
package proof

import (
	"encoding/json"
	"os"

	"github.com/transparency-dev/merkle"
)

type asked struct {
	Index     uint64   `json:"leafIdx"`
	Size      uint64   `json:"treeSize"`
	LeafHash  []byte   `json:"leafHash"`
	Root      []byte   `json:"root"`
	Size1     uint64   `json:"size1"`
	Size2     uint64   `json:"size2"`
	Root1     []byte   `json:"root1"`
	Root2     []byte   `json:"root2"`
	Proof     [][]byte `json:"proof"`
	WantError bool     `json:"wantErr"`
}

func record(kind string, one asked) {
	file, err := os.OpenFile(os.Getenv("RECORDED")+"/"+kind, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if err := json.NewEncoder(file).Encode(one); err != nil {
		panic(err)
	}
}

func VerifyInclusion(hasher merkle.LogHasher, index, size uint64, leafHash []byte, proof [][]byte, root []byte) error {
	err := verifyInclusion(hasher, index, size, leafHash, proof, root)
	record("inclusion", asked{Index: index, Size: size, LeafHash: leafHash, Root: root, Proof: proof, WantError: err != nil})
	return err
}

func VerifyConsistency(hasher merkle.LogHasher, size1, size2 uint64, proof [][]byte, root1, root2 []byte) error {
	err := verifyConsistency(hasher, size1, size2, proof, root1, root2)
	record("consistency", asked{Size1: size1, Size2: size2, Root1: root1, Root2: root2, Proof: proof, WantError: err != nil})
	return err
}
