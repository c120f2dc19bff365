package bytecode

import "math/bits"

// Set is a set of small integers: slots of localsplus, or block numbers.
type Set []uint64

// NewSet makes an empty set for members below n.
func NewSet(n int) Set { return make(Set, (n+63)/64) }

// Has reports membership; it is false for any i out of range.
func (s Set) Has(i int) bool { return i >= 0 && i>>6 < len(s) && s[i>>6]>>(i&63)&1 != 0 }

// Add inserts i, which must be in range.
func (s Set) Add(i int) { s[i>>6] |= 1 << (i & 63) }

// Remove deletes i, which must be in range.
func (s Set) Remove(i int) { s[i>>6] &^= 1 << (i & 63) }

// Union adds the members of t and reports whether s grew.
func (s Set) Union(t Set) bool {
	grew := false
	for i, w := range t {
		grew = grew || w&^s[i] != 0
		s[i] |= w
	}
	return grew
}

// Clone is a copy that shares nothing.
func (s Set) Clone() Set { return append(Set(nil), s...) }

// Len counts the members.
func (s Set) Len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Slots lists the members in increasing order.
func (s Set) Slots() []int {
	out := make([]int, 0, s.Len())
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			out = append(out, i<<6+bits.TrailingZeros64(w))
		}
	}
	return out
}
