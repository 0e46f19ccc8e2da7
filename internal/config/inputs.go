package config

import "crypto/sha256"

// inputs are the files that a configuration was made of, by path. They tell a
// change that matters from one that does not.
type inputs map[string][sha256.Size]byte
