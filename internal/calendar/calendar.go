// Package calendar holds the office's time: the clock, the date, the working day, and the written rules
// by which a clause says when something is due, when a warning goes out and when the next post is told.
//
// # What always holds
//
// Time is a parameter. The machine's clock is read in one place, System; everything else is a pure
// function of its arguments, so that a proof with a set clock meets the same code as a day in the office.
//
// All times are Asia/Shanghai (Zone), a fixed eight hours east without summer time. No table of time zones is
// needed, and a change on the machine cannot move a deadline.
//
// Days are natural days. A day off moves a deadline only where the rule says "working": telegrams and leaks
// do not wait for a holiday. Which days are off is data, one notice a year, never a formula: weekends become
// working days and weekdays become days off. Without a year's data a question about working days is
// answered with *MissingYear, never with a guess; clocks, natural days and fixed dates go on.
//
// # 24:00 and the first late instant
//
// A day ends at its 24:00, which is still in time. A Deadline stores it as 00:00 of the following day
// with EndOfDay set, so that it sorts and subtracts like any other instant and is still shown as 24:00.
// In time means that it occurred at the deadline or before. The late act runs one minute after an end of
// day (00:01) and one second after any other deadline, so that a time typed to the minute is never late by
// its missing seconds.
//
// # The rules
//
// ParseDue, ParseWarn and ParseAfter read the small language in which packs write due, warn and after.
// A parameter ($name) is replaced before parsing. Whatever is not in the language is an error that says
// what was expected; an unknown word never means "no deadline".
//
// # Attacks
//
// Rules and yearly notices come from files that an office imports: text, counts and depth are bounded, numbers
// are plain ASCII digits within limits, YAML anchors are refused, and a notice that contradicts itself (a day
// both off and worked, a weekday "moved" to be a working day) is not taken.
package calendar

import "time"

// Zone is Asia/Shanghai: UTC+8 all year.
var Zone = time.FixedZone("CST", 8*60*60)
