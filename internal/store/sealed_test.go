package store_test

import (
	"fmt"
	"strings"
	"testing"

	"jiyao/internal/store"
)

func TestSealedValuesDoNotShow(t *testing.T) {
	s := store.Plain("机密标题")
	row := full()
	for _, text := range []string{sprint("%v", s), sprint("%+v", row), sprint("%#v", row), sprint("%s", s), sprint("%x", s)} {
		if strings.Contains(text, "标题") || strings.Contains(text, "e69cba") {
			t.Errorf("shows: %s", text)
		}
	}
	if _, err := s.MarshalJSON(); err == nil {
		t.Error("a sealed value became JSON")
	}
}

func sprint(format string, v any) string { return fmt.Sprintf(format, v) }
