// Package setting holds what the configuration reads in a way of its own. Like
// internal/secret it stands apart from internal/config, so that an adapter can
// name a type in the struct it decodes.
package setting

// Text is a text that may be too long for the configuration: it stands under
// its key, or in a file that the key with _file added names
// (map_file: ./brand24.jq). A file is taken as it is; in the configuration
// itself variables are replaced as everywhere.
type Text string
