package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/store"
)

// keptChecks is how many results of verification stay in ledger_check.
const keptChecks = 100

// keptFindings bounds the findings kept with a result; the report itself has more.
const keptFindings = 100

// Health is the last known result of verification. Without one, Known is false and nothing may be concluded.
type Health struct {
	Known  bool   `json:"known"`
	Report Report `json:"report"` // with at most 100 findings
}

// Broken reports whether evidence is known to be damaged.
func (h Health) Broken() bool { return h.Known && !h.Report.Whole }

// Health is the result last recorded or loaded by this node.
func (l *Log) Health() Health {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.health
}

// RecordCheck keeps a result for the page and for the next start. It leaves no entry: whether a result is an act
// (the three administrators resuming together) is the caller's business. The result is kept in memory even when the
// database cannot take it.
func (l *Log) RecordCheck(ctx context.Context, r Report) error {
	r.Findings = r.Findings[:min(len(r.Findings), keptFindings)]
	r.Notices = r.Notices[:min(len(r.Notices), keptFindings)]
	l.mu.Lock()
	l.health = Health{Known: true, Report: r}
	l.mu.Unlock()
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("keep the result of verification: %w", err)
	}
	err = l.db.Write(ctx, "ledger.check", func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO ledger_check (id, recorded_at, whole, report) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM ledger_check), $1, $2, $3)",
			r.StartedAt.UnixMilli(), r.Whole, string(text))
		if err != nil {
			return err
		}
		_, err = tx.Exec("DELETE FROM ledger_check WHERE id <= (SELECT MAX(id) FROM ledger_check) - $1", keptChecks)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the result of verification: %w", err)
	}
	return nil
}

// LoadHealth takes the newest kept result into memory, at start. A result that cannot be read is an error and
// leaves Health unknown.
func (l *Log) LoadHealth(ctx context.Context) (Health, error) {
	var h Health
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		var text string
		err := tx.QueryRow("SELECT report FROM ledger_check ORDER BY id DESC LIMIT 1").Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read it: %w", err)
		}
		if err := json.Unmarshal([]byte(text), &h.Report); err != nil {
			return fmt.Errorf("parse it: %w", err)
		}
		h.Known = true
		return nil
	})
	if err != nil {
		return Health{}, fmt.Errorf("load the result of verification: %w", err)
	}
	l.mu.Lock()
	l.health = h
	l.mu.Unlock()
	return h, nil
}

// Check is one kept result, without findings.
type Check struct {
	At    time.Time `json:"at"`
	Whole bool      `json:"whole"`
}

// Checks lists kept results, newest first.
func (l *Log) Checks(tx *store.Tx, limit int) ([]Check, error) {
	rows, err := tx.Query("SELECT recorded_at, whole FROM ledger_check ORDER BY id DESC LIMIT $1", page(limit))
	if err != nil {
		return nil, fmt.Errorf("list results: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var out []Check
	for rows.Next() {
		var at, whole int64
		if err := rows.Scan(&at, &whole); err != nil {
			return nil, fmt.Errorf("list results: %w", err)
		}
		out = append(out, Check{time.UnixMilli(at).In(calendar.Zone), whole == 1})
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list results: %w", err)
	}
	return out, nil
}
