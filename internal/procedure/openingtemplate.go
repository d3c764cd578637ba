package procedure

import (
	"slices"

	"jiyao/internal/document"
)

// templates are the columns of an empty sheet for each book, with the heads of the form that it is.
var templates = map[string][][2]string{
	document.BookIncoming: {
		{"number", "收文号"}, {"received_on", "收文日期"}, {"issuer", "来文机关"}, {"doc_no", "来文字号"}, {"title", "文件标题"}, {"code_name", "代号"}, {"level", "密级"}, {"period", "保密期限"},
		{"issued_on", "成文日期"}, {"urgency", "紧急程度"}, {"copies", "份数"}, {"copy_nos", "份号"}, {"pages", "页数"}, {"attachments", "附件"}, {"channel", "来文方式"},
		{"place", "存放位置"}, {"holder", "当前持有人"}, {"lent_on", "借出日期"}, {"return_by", "应还日期"}, {"ended", "清退/销毁日期"}, {"notes", "备注"},
	},
	document.BookCarriers: {
		{"number", "载体编号"}, {"medium", "载体类型"}, {"form", "载体形式"}, {"described", "其他说明"}, {"title", "名称"}, {"code_name", "代号"}, {"level", "密级"}, {"period", "保密期限"}, {"serial_no", "序列号"},
		{"received_on", "产生日期"}, {"custodian", "责任人"}, {"place", "存放位置"}, {"holder", "当前持有人"}, {"lent_on", "借出日期"}, {"return_by", "应还日期"}, {"state", "状态"}, {"notes", "备注"},
	},
}

// OpeningTemplate is an empty sheet for a book: its fields, each with the one head that it has there; nil of no such book.
func OpeningTemplate(book string) []OpeningField {
	var out []OpeningField
	for _, t := range templates[book] {
		i := slices.IndexFunc(OpeningFields, func(f OpeningField) bool { return f.Name == t[0] })
		out = append(out, OpeningField{Name: t[0], Required: OpeningFields[i].Required, Heads: []string{t[1]}})
	}
	return out
}
