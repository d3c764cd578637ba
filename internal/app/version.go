package app

import "runtime/debug"

// version is set when the program is linked (see scripts/version).
var version string

// Version is what the program was built from: what it was given when linked, the module's version, or the revision of
// its sources.
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(len(s.Value), 12)]
		}
	}
	return ""
}
