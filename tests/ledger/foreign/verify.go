// Verify checks a published book with code that the book's authors did not write: the notes and
// trees of the Go project's checksum database.
//
//	verify DIR OLDER_SIZE VKEY...
//
// OLDER_SIZE names an older checkpoint in DIR/checkpoints; 0 means none. A line is printed for each
// check; the first that fails ends the program with code 1.
package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height   = 8
	width    = 1 << height
	entries  = -1   // the level that tlog gives to bundles
	proveAll = 1000 // up to this size every leaf is proved, then every one in size / 500
)

// A directory is a published book.
type directory string

func (d directory) Height() int                     { return height }
func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}
func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = d.tile(tile.L, tile.N, int64(tile.W)); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// tile reads a tile or bundle; a C2SP log leaves the height out and says "entries" for "data".
func (d directory) tile(level int, n, count int64) ([]byte, error) {
	path := tlog.Tile{H: height, L: level, N: n, W: int(count)}.Path()
	path = strings.Replace(path, "tile/8/", "tile/", 1)
	path = strings.Replace(path, "tile/data/", "tile/entries/", 1)
	return os.ReadFile(filepath.Join(string(d), path))
}

// checkpoint opens a signed checkpoint: origin, size, root. Lines of unknown keys are ignored.
func (d directory) checkpoint(name string, keys note.Verifiers) (tree tlog.Tree, err error) {
	data, err := os.ReadFile(filepath.Join(string(d), name))
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, keys)
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != opened.Sigs[0].Name {
		return tree, errors.New("not origin, size and root, signed by the origin")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// leaves hashes the entries of all bundles.
func (d directory) leaves(size int64) (found []tlog.Hash, err error) {
	for start := int64(0); start < size; start += width {
		count := widest(size - start)
		data, err := d.tile(entries, start/width, count)
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < count; i++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, errors.New("a bundle ends too early")
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			found = append(found, tlog.RecordHash(data[2:end]))
			data = data[end:]
		}
		if len(data) > 0 {
			return nil, errors.New("a bundle has more than its entries")
		}
	}
	return found, nil
}

// sameTiles compares every tile with what the leaves give; TileHashReader looks at a part of them.
func (d directory) sameTiles(size int64, hashes tlog.HashReader) error {
	for level := 0; size>>(height*level) > 0; level++ {
		count := size >> (height * level)
		for n := int64(0); n*width < count; n++ {
			part := widest(count - n*width)
			tile := tlog.Tile{H: height, L: level, N: n, W: int(part)}
			want, err := tlog.ReadTileData(tile, hashes)
			if err != nil {
				return err
			}
			if got, err := d.tile(level, n, part); err != nil {
				return err
			} else if !bytes.Equal(got, want) {
				return fmt.Errorf("tile %d of level %d is not of these entries", n, level)
			}
		}
	}
	return nil
}

// storage computes all hashes of the tree of some leaves.
func storage(leaves []tlog.Hash) tlog.HashReader {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	for n, leaf := range leaves {
		more, err := tlog.StoredHashesForRecordHash(int64(n), leaf, reader)
		if err != nil {
			panic(err) // the reader above reads memory and has no way to fail
		}
		stored = append(stored, more...)
	}
	return reader
}

// rooted holds the root that a reader's hashes give against the signed one.
func rooted(tree tlog.Tree, reader tlog.HashReader) error {
	hash, err := tlog.TreeHash(tree.N, reader)
	if err == nil && hash != tree.Hash {
		err = errors.New("another root than the checkpoint's")
	}
	return err
}

// proved makes inclusion proofs out of the tiles and checks them.
func proved(tree tlog.Tree, leaves []tlog.Hash, tiles tlog.HashReader) error {
	step := int64(1)
	if tree.N > proveAll {
		step = tree.N / 500
	}
	for n := tree.N - 1; n >= 0; n -= step {
		proof, err := tlog.ProveRecord(tree.N, n, tiles)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaves[n]); err != nil {
			return fmt.Errorf("entry %d: %w", n, err)
		}
	}
	return nil
}

// extended makes the consistency proof out of the tiles and checks it.
func extended(tree, older tlog.Tree, tiles tlog.HashReader) error {
	proof, err := tlog.ProveTree(tree.N, older.N, tiles)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

func widest(count int64) int64 {
	if count > width {
		return width
	}
	return count
}

// check prints what was checked, or why it is refused, and then ends the program.
func check(what string, err error) {
	if err != nil {
		fmt.Printf("refused  %s: %v\n", what, err)
		os.Exit(1)
	}
	fmt.Printf("good  %s\n", what)
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: verify DIR OLDER_SIZE VKEY...")
		os.Exit(2)
	}
	book, olderSize := directory(os.Args[1]), os.Args[2]
	var keys []note.Verifier
	for _, vkey := range os.Args[3:] {
		key, err := note.NewVerifier(vkey)
		check("key", err)
		keys = append(keys, key)
	}
	tree, err := book.checkpoint("checkpoint", note.VerifierList(keys...))
	check("checkpoint", err)
	tiles := tlog.TileHashReader(tree, book)
	check("root from tiles", rooted(tree, tiles))
	leaves, err := book.leaves(tree.N)
	check("bundles", err)
	hashes := storage(leaves)
	check("root from bundles", rooted(tree, hashes))
	check("tiles from bundles", book.sameTiles(tree.N, hashes))
	check("inclusion", proved(tree, leaves, tiles))
	if olderSize != "0" {
		older, err := book.checkpoint("checkpoints/"+olderSize, note.VerifierList(keys...))
		check("older checkpoint", err)
		check("consistency", extended(tree, older, tiles))
	}
}
