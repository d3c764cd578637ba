package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"jiyao/internal/calendar"
	"jiyao/internal/locale"
	"jiyao/internal/refuse"
)

// calendarCmd looks after the calendar.
type calendarCmd struct {
	Import calendarImportCmd `cmd:"" help:"Take in a further year's notice of days off."`
}

// calendarImportCmd takes in a year's notice, as an act.
type calendarImportCmd struct {
	office
	key
	File    string `arg:"" help:"The year's notice (YAML)."`
	As      string `help:"Account that signs in." required:"" placeholder:"LOGIN"`
	Secrets string `help:"JSON file with password, code and PIN; asked for where none is given." placeholder:"FILE"`
}

// spelled is the sentence of what is wrong with a field.
func spelled(f refuse.FieldError) string {
	var args []any
	for name, value := range f.Args {
		args = append(args, name, value)
	}
	return locale.En.T("field."+f.Code, args...)
}

// maxNotice bounds a year's notice, in bytes.
const maxNotice = 1 << 16

// Run checks the file first, so that a typo is told with its line.
func (c *calendarImportCmd) Run(s *surroundings) error {
	text, err := readBounded("the year's notice", c.File, maxNotice)
	if err != nil {
		return err
	}
	year, err := calendar.ParseYear(c.File, text)
	var wrong *calendar.DataError
	if errors.As(err, &wrong) {
		return &exit{exitUsage, c.File + ": " + spelled(wrong.At("yaml").Fields[0])}
	}
	if err != nil {
		return err
	}
	command, err := json.Marshal(map[string]string{"yaml": string(text)})
	if err != nil {
		return fmt.Errorf("spell the command: %w", err)
	}
	a, err := c.open(s)
	if err != nil {
		return err
	}
	return keep(a, func() error {
		if err := unseal(s, a, c.key); err != nil {
			return err
		}
		s.errs.sayf("year %d\n", year.Number())
		return (&actCmd{Name: "calendar.import", As: c.As, Secrets: c.Secrets}).do(s, a, command)
	})
}
