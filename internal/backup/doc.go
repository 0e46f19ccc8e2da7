// Package backup is what a backup is on the disk: a folder with a copy of each
// stream, the key of the data directory, a list of their sizes and hashes, and
// beside them a list of erasures that came later.
//
//	backup.json      what the backup is, and the hash of each file; written last
//	key              without it nobody is recognised again
//	SOURCES DIALS ACTIONS MENTIONS
//	erasures.jsonl   mentions that were erased after the backup; restore repeats them
//
// A folder gets its name only when it is whole, so a backup that was killed is
// none. The streams are copied one after the other, while others write, in the
// order of the list: what a later one lacks, an earlier one does not speak of. So
// a source's state never says that it has emitted what MENTIONS does not hold,
// and no step has read what is not there.
package backup
