// Checks what the product made with the packages of Go's checksum database, and makes the same with them. A question of JSON comes in, an answer goes out.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proof struct {
	Index  int64
	Hashes []tlog.Hash
}

type question struct {
	Note, Vkey, Skey, Text string
	Size                   int64
	Root                   tlog.Hash
	Leaves                 []tlog.Hash
	Inclusion, Consistency []proof
	EarlierRoots           []tlog.Hash
	Entries                [][]byte
}

type answer struct {
	Note                   bool
	Inclusion, Consistency []bool
	TheirNote              string
	TheirRoot              tlog.Hash
	TheirInclusion         [][]tlog.Hash
	TheirConsistency       [][]tlog.Hash
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var q question
	check(json.NewDecoder(os.Stdin).Decode(&q))
	var a answer

	verifier, err := note.NewVerifier(q.Vkey)
	check(err)
	_, err = note.Open([]byte(q.Note), note.VerifierList(verifier))
	a.Note = err == nil
	signer, err := note.NewSigner(q.Skey)
	check(err)
	signed, err := note.Sign(&note.Note{Text: q.Text}, signer)
	check(err)
	a.TheirNote = string(signed)

	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for i, entry := range q.Entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, reader)
		check(err)
		stored = append(stored, hashes...)
	}
	a.TheirRoot, err = tlog.TreeHash(q.Size, reader)
	check(err)
	for _, p := range q.Inclusion {
		a.Inclusion = append(a.Inclusion, tlog.CheckRecord(p.Hashes, q.Size, q.Root, p.Index, q.Leaves[p.Index]) == nil)
		theirs, err := tlog.ProveRecord(q.Size, p.Index, reader)
		check(err)
		a.TheirInclusion = append(a.TheirInclusion, theirs)
	}
	for i, p := range q.Consistency {
		a.Consistency = append(a.Consistency, tlog.CheckTree(p.Hashes, q.Size, q.Root, p.Index, q.EarlierRoots[i]) == nil)
		theirs, err := tlog.ProveTree(q.Size, p.Index, reader)
		check(err)
		a.TheirConsistency = append(a.TheirConsistency, theirs)
	}
	check(json.NewEncoder(os.Stdout).Encode(a))
}
