// Package route decides to whom a mention goes, and keeps the ledger.
//
// Decide is pure: gate (who is enabled, on duty, reachable), score (who knows
// it best) and budget (who has attention left) over one directdial.Case. The
// case is the receipt, so every decision can be repeated byte for byte.
//
// The Router is the one writer behind MENTIONS and ACTIONS. One input (a
// mention, an action, a timer) makes one message on DIALS: a step. A step holds
// the positions read in both streams and the hash of the step before, and it is
// written only if the log still ends where the router thinks it ends. So
// nothing is acknowledged, no input is decided twice, and a stale router cannot
// write. What the router knows is the fold of DIALS and nothing else: it may be
// deleted and is folded again.
//
// When a write fails or its answer is lost, everything that was decided with it
// is forgotten, the end of the log is read, and the inputs behind the positions
// found there are decided. There is no other recovery path: a start is the same.
package route
