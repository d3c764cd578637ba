package procedure

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/store"
)

// row is one line of a register.
type row = map[string]string

// completing are the sources whose forms have columns that another noun knows.
var completing = map[string]func(b Book, tx *store.Tx, rows []row) error{
	"incoming": Book.arrivals, "outgoing": Book.departures, "loans": Book.loaned, "trips": Book.named, "reproductions": Book.named,
	"carriers": Book.pieces, "media_carriers": Book.pieces,
}

// idsOf are the values of a field, each once.
func idsOf(rows []row, field string) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		if r[field] != "" {
			out = append(out, r[field])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// each asks a statement with IN (ids) in pieces, and gives every row of its answer, as texts and times, to take. The first
// column of each row is the id.
func each(tx *store.Tx, ids []string, statement string, columns int, take func(id string, v []sql.NullString)) error {
	for len(ids) > 0 {
		n := min(len(ids), maxIDs)
		list, args, err := among(ids[:n])
		if err != nil {
			return err
		}
		if err := scan(tx, strings.Replace(statement, "IDS", list, 1), args, columns, take); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

func scan(tx *store.Tx, statement string, args []any, columns int, take func(id string, v []sql.NullString)) (err error) {
	rows, err := tx.Query(statement, args...)
	if err != nil {
		return fmt.Errorf("read beside a register: %w", err)
	}
	defer func() {
		if e := rows.Close(); err == nil && e != nil {
			err = fmt.Errorf("read beside a register: %w", e)
		}
	}()
	v, into := make([]sql.NullString, columns), make([]any, columns)
	for i := range v {
		into[i] = &v[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read beside a register: %w", err)
		}
		take(v[0].String, v[1:])
	}
	return rows.Err()
}

// spelled is a stored time (milliseconds) as registers do.
func spelled(ms sql.NullString, layout string) string {
	n, err := strconv.ParseInt(ms.String, 10, 64)
	if !ms.Valid || err != nil {
		return ""
	}
	return time.UnixMilli(n).In(calendar.Zone).Format(layout)
}

const toTheMinute = "2006-01-02 15:04"

// named adds what the items of lines are called and marked: by whom they see the register they may be known.
func (b Book) named(tx *store.Tx, rows []row) error {
	covers := map[string]document.Cover{}
	for ids := idsOf(rows, "document"); len(ids) > 0; {
		n := min(len(ids), maxIDs)
		list, args, err := among(ids[:n])
		if err != nil {
			return err
		}
		docs, err := document.Documents.Select(tx, "WHERE id IN "+list, args...)
		if err != nil {
			return err
		}
		opened, err := document.Covers(tx, docs, !b.Masked)
		if err != nil {
			return err
		}
		for _, c := range opened {
			covers[string(c.ID)] = c
		}
		ids = ids[n:]
	}
	for _, r := range rows {
		c, ok := covers[r["document"]]
		if !ok {
			continue
		}
		name(r, c)
	}
	return nil
}

// name gives a line what it does not say itself of its item.
func name(r row, c document.Cover) {
	title := c.Title
	if title == "" { // 代号 stands for the title
		title = c.CodeName
	}
	for field, text := range map[string]string{
		"title": title, "doc_no": c.DocNo, "issuer": c.Issuer, "level": string(c.Level), "period": c.Period, "urgency": string(c.Urgency),
	} {
		if r[field] == "" {
			r[field] = text
		}
	}
	if c.Masked && r["masked"] == "" {
		r["masked"] = "title"
	}
}

// arrivals completes 收文登记簿: whose unit acts on it, and how it ended.
func (b Book) arrivals(tx *store.Tx, rows []row) error {
	for _, r := range rows {
		r["handler_unit"] = b.unit(r["handler"])
	}
	return ended(tx, rows)
}

// ended adds when and under which file number an item went into the archive, and when it was given back or destroyed.
func ended(tx *store.Tx, rows []row) error {
	type end struct{ archived, file, gone string }
	ends := map[string]end{}
	err := each(tx, idsOf(rows, "document"), "SELECT l.document, t.kind, t.file_no, MAX(l.done_at) FROM disposal_line l JOIN disposal_list t ON t.id = l.list"+
		" WHERE l.document IN IDS AND l.state = 'gone' GROUP BY l.document, t.kind, t.file_no ORDER BY 1, 4", 4, func(id string, v []sql.NullString) {
		e, day := ends[id], spelled(v[2], time.DateOnly)
		switch v[0].String {
		case "archive":
			e.archived, e.file = day, v[1].String
		case "return", "destruction":
			e.gone = day
		}
		ends[id] = e
	})
	for _, r := range rows {
		e := ends[r["document"]]
		r["archived_at"], r["file_no"], r["gone_at"] = e.archived, e.file, e.gone
	}
	return err
}

// departures completes 发文登记簿: how it went out, how many of the receipts are back, where it is filed.
func (b Book) departures(tx *store.Tx, rows []row) error {
	type way struct {
		channels   []string
		sent, back int
	}
	ways := map[string]way{}
	err := each(tx, idsOf(rows, "document"), "SELECT document, channel, COUNT(*), COUNT(acknowledged_at) FROM sending WHERE document IN IDS GROUP BY document, channel ORDER BY 1, 2", 4,
		func(id string, v []sql.NullString) {
			w := ways[id]
			sent, _ := strconv.Atoi(v[1].String) // a count
			back, _ := strconv.Atoi(v[2].String)
			ways[id] = way{append(w.channels, v[0].String), w.sent + sent, w.back + back}
		})
	if err != nil {
		return err
	}
	for _, r := range rows {
		w := ways[r["document"]]
		r["channel"], r["receipt"] = strings.Join(w.channels, "、"), ""
		if w.sent > 0 {
			r["receipt"] = strconv.Itoa(w.back) + "/" + strconv.Itoa(w.sent)
		}
	}
	return ended(tx, rows)
}

// loaned completes 借阅登记.
func (b Book) loaned(tx *store.Tx, rows []row) error {
	for _, r := range rows {
		if r["department"] == "" {
			r["department"] = b.unit(r["borrower"])
		}
	}
	return b.named(tx, rows)
}

// lastMoves is how many of the ways of a piece its line tells.
const lastMoves = 5

// pieces completes 载体台账: what it is, where it comes from, through whose hands it went, when it was last counted.
func (b Book) pieces(tx *store.Tx, rows []row) error {
	if err := b.named(tx, rows); err != nil {
		return err
	}
	copies := idsOf(rows, "copy")
	made, moves, counted := map[string]string{}, map[string][]string{}, map[string]string{}
	err := each(tx, copies, "SELECT copy, made_at FROM reproduction WHERE copy IN IDS", 2, func(id string, v []sql.NullString) { made[id] = spelled(v[0], time.DateOnly) })
	if err != nil {
		return err
	}
	err = each(tx, copies, "SELECT copy, receiver, out_at, back_at, old_day FROM hand_over WHERE copy IN IDS ORDER BY out_at DESC, id", 5, func(id string, v []sql.NullString) {
		if v[0].String != "" && len(moves[id]) < lastMoves {
			moves[id] = append(moves[id], v[0].String+"|"+cmp.Or(v[3].String, spelled(v[1], time.DateOnly))+"|"+spelled(v[2], time.DateOnly))
		}
	})
	if err != nil {
		return err
	}
	err = each(tx, copies, "SELECT copy, MAX(counted_at) FROM count_line WHERE copy IN IDS AND result IN ('found', 'elsewhere', 'extra') GROUP BY copy", 2,
		func(id string, v []sql.NullString) { counted[id] = spelled(v[0], toTheMinute) })
	if err != nil {
		return err
	}
	born := map[string][2]string{}
	err = each(tx, idsOf(rows, "document"), "SELECT d.id, d.origin, d.received_at, o.printed_at FROM document d LEFT JOIN outgoing o ON o.id = d.id WHERE d.id IN IDS", 4,
		func(id string, v []sql.NullString) {
			at := spelled(v[1], time.DateOnly)
			if v[2].Valid {
				at = spelled(v[2], time.DateOnly)
			}
			born[id] = [2]string{v[0].String, at}
		})
	for _, r := range rows {
		of := born[r["document"]]
		r["origin"], r["born_at"] = of[0], of[1]
		if at, ok := made[r["copy"]]; ok {
			r["origin"], r["born_at"] = "reproduced", at
		}
		slices.Reverse(moves[r["copy"]])
		r["history"], r["last_counted_at"], r["department"] = strings.Join(moves[r["copy"]], "、"), counted[r["copy"]], b.unit(r["custodian"])
	}
	return err
}
