package app

// nouns mounts the pages of the nouns: each package's Routes with the counter, and its path noted for the rail.
func (s *site) nouns() error {
	return nil
}
