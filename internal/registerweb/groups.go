package registerweb

// groups are the fields that share a column on paper and on a page, one below the other, by source and in the order of
// the form: a register has more columns than a sheet of A4 bears side by side. A file has each field in its own.
var groups = map[string][][]string{
	"incoming": {
		{"no", "received_at"}, {"issuer", "doc_no"}, {"title"}, {"level", "period", "urgency"}, {"copies", "copy_nos"}, {"attachments", "pages"}, {"channel", "signer"},
		{"handler_unit", "opinion", "instruction"}, {"result", "reply_no"}, {"archived_at", "file_no"}, {"gone_at", "notes"},
		{"counted_at", "counted_by", "registered_at", "registered_by"}, {"labelled_at", "labelled_by", "signed_at", "signed_by"},
	},
	"outgoing": {
		{"no", "issued_on"}, {"doc_no"}, {"title", "attachments"}, {"level", "period", "urgency"}, {"printed", "copy_no_from", "copy_no_to"}, {"recipients"},
		{"drafted_by", "reviewed_by", "signed_off_by"}, {"printed_by", "proofread_by"}, {"channel", "receipt"}, {"kept", "file_no"}, {"notes"},
	},
	"loans": {
		{"no"}, {"seq", "out_at"}, {"doc_no", "title"}, {"copy_no", "level"}, {"borrower", "department"}, {"purpose", "approver"}, {"due", "signature"},
		{"back_at", "return_check", "received_by"}, {"notes"}, {"pages_result", "attachments_result", "marks_result"},
	},
	"carriers": {
		{"no"}, {"label", "medium"}, {"title"}, {"level", "period"}, {"copy_no", "serial_no"}, {"origin", "born_at"}, {"custodian", "department"}, {"cabinet", "holder"},
		{"state", "since"}, {"history"}, {"last_counted_at"}, {"described", "content_kinds"},
	},
	"returns": {
		{"no"}, {"list_no", "party"}, {"seq"}, {"issuer", "doc_no"}, {"title"}, {"level", "period"}, {"copy_no", "copies"}, {"owed", "returned", "due"}, {"missing_reason"},
		{"handled_by", "received_by"}, {"date"},
	},
	"transfers": {
		{"no"}, {"list_no", "list_reason"}, {"seq"}, {"title", "doc_no"}, {"level"}, {"copy_no", "copies", "pages"}, {"medium", "state"}, {"reason"},
		{"handed_by", "taken_by", "watched_by"}, {"date", "file_no"},
	},
	"destructions": {
		{"no"}, {"list_no", "unit"}, {"seq"}, {"title", "doc_no"}, {"level"}, {"copy_no", "copies", "pages"}, {"serial_no", "capacity"}, {"reason", "opinion"}, {"approver"},
		{"method", "place", "time"}, {"escort", "supervisors"}, {"works", "works_no", "party", "receipt_no"}, {"notes"}, {"completed_at"},
	},
	"copy_leaves": {
		{"no"}, {"number", "unit", "applicant", "asked_at"}, {"doc_no", "title"}, {"level", "copy_no", "issuer"}, {"permitted", "manner", "copies", "copies_approved", "copies_made"}, {"purpose", "recipients"},
		{"unit_opinion"}, {"office_opinion"}, {"approver", "approved_at"}, {"device", "made_by", "made_at"}, {"copy_no_from", "copy_no_to", "stamp"}, {"recovery"},
	},
	"carry_leaves": {
		{"no"}, {"number", "applicant", "asked_at"}, {"carriers"}, {"title", "doc_no"}, {"level", "copy_no"}, {"purpose", "destination"}, {"out_at", "return_by"}, {"measures"},
		{"approver", "approved_at"}, {"back_at", "return_check", "received_by"},
	},
}

// grouped gives the cells of fields: those of a group in one, where the first of them stands, any other in one of its own.
func (b book) grouped(fields []string) []cell {
	var out []cell
	at := map[string]int{} // where the cell of a field stands
	for _, f := range fields {
		if i, ok := at[f]; ok {
			if f != out[i].Key {
				out[i].Fields = append(out[i].Fields, f)
			}
			continue
		}
		at[f] = len(out)
		for _, g := range groups[b.Source] {
			for i := range g {
				if g[i] != f {
					continue
				}
				for _, other := range g {
					at[other] = len(out)
				}
			}
		}
		out = append(out, cell{Key: f, Fields: []string{f}})
	}
	return out
}
