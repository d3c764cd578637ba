// Package paper makes the A4 forms that leave the machine: the processing slip (收文处理签), pages of any
// register, sheets of labels, the page on which a checkpoint is signed.
//
// A paper form is evidence, so three things always hold. Every character that was given is on the paper: a
// text is wrapped by code of our own (a well-known library loses one Chinese character at each wrap), a cell
// that does not fit goes on over the page, and what cannot be printed at all (a missing glyph, a form too
// large) is an error before the first byte is written, never a gap or a cut. Every page shows its level
// mark top-left, and its number, the total, the checkpoint and who printed it at the foot, so that a page can
// neither be lost nor slipped in unseen. A label carries its code and nothing else.
//
// The words printed by the package itself are those of the official Chinese forms; they are no sentences of
// the program and have no translation. All other texts come from the caller, clauses among them. The package
// decides nothing: that a print is an act with a clause and an entry is the caller's business.
//
// A form is laid out as a list of texts, lines and pictures for each page (layout.go) by tables that break
// over pages (table.go, flow.go) within a frame (frame.go), and only then drawn.
package paper

// formCharacters are those that every form prints whatever is filled in; an operator's font must have them.
const formCharacters = `收文处理签来机关字号时间标题份数附件方式登记人复核传阅限拟办意见领导批示序阅件送出回点承部门及结果` +
	`催录日期年月去向归档清退次销毁字页册转共第台账检查打印续以下空白签字，：、（）〔〕。—…★　 0123456789` +
	`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-–#:/+=`
