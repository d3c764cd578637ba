package procedure

import (
	"slices"

	"jiyao/internal/document"
	"jiyao/internal/sheet"
)

// The words in which the old books say how a piece stands.
var (
	atHome = []string{"在库", "在册", "在用", "正常", "完好", "存放", "保管", "已归还", "归还", "办结", "已办结"}
	isOut  = []string{"借出", "外借", "在借", "借阅", "借用", "持有", "发出", "在外"}
	isGone = []string{"已销毁", "销毁", "已清退", "清退", "已归档", "归档", "已移交", "移交", "遗失", "丢失", "注销", "已注销", "作废"}
)

// state refuses what is not there any more: a piece that was destroyed cannot be counted among those that the office has.
func (r *openingReader) state() {
	switch word := r.plain("state"); {
	case word == "" || slices.Contains(atHome, word):
	case slices.Contains(isOut, word):
		if r.text("holder") == "" {
			r.wrong("state", noHolder)
		}
	case slices.Contains(isGone, word):
		r.wrong("state", notLive)
	default:
		r.wrong("state", sheet.NotInList)
	}
	if word := r.plain("ended"); word != "" && word != "无" && word != "-" && word != "/" {
		r.wrong("ended", notLive)
	}
}

// channels and media are the words of the forms; kinds of carrier that are said by their form are in shapes.
var (
	channels = map[string]string{
		"机要交通": "courier", "机要通信": "confidential_post", "机要": "confidential_post", "机要交换站": "exchange_station", "交换站": "exchange_station", "专人": "designated_person",
		"专人专送": "designated_person", "当面": "in_person", "直接送达": "in_person", "网络": "oa_network", "OA": "oa_network", "邮寄": "post", "普通邮寄": "post",
	}
	media = map[string]string{
		"纸": "paper", "纸质": "paper", "纸介质": "paper", "磁": "magnetic", "磁介质": "magnetic", "光": "optical", "光盘": "optical", "光介质": "optical", "半导体": "solid_state",
		"半导体介质": "solid_state", "实物": "object", "密品": "object", "样衣": "object",
		"磁带": "tape", "照片": "photo", "相片": "photo", "底片": "photo", "胶片": "photo", "其他": "other",
	}
	shapes = map[string]string{
		"硬盘": "hard_disk", "移动硬盘": "hard_disk", "软盘": "floppy", "录音带": "audio_tape", "录像带": "video_tape", "U盘": "usb_disk", "优盘": "usb_disk",
	}
	shaped = map[string]string{"hard_disk": "magnetic", "floppy": "magnetic", "audio_tape": "tape", "video_tape": "tape", "usb_disk": "solid_state"}
)

// medium is paper where the book does not say: 收文登记簿 seldom does.
func (r *openingReader) medium(o *document.Opening) {
	word, form := r.plain("medium"), r.plain("form")
	o.Medium = "paper"
	switch m, known := media[word]; {
	case word == "":
	case known:
		o.Medium = m
	case shapes[word] != "":
		o.Form = shapes[word]
		o.Medium = shaped[o.Form]
	default:
		o.Medium, o.Described = "other", word
	}
	if form != "" {
		said := shapes[form]
		switch {
		case said == "" && o.Medium == "other":
			o.Described = form
		case said == "":
			r.wrong("form", sheet.NotInList)
		case o.Form != "" && o.Form != said:
			r.wrong("form", twoForms)
		default:
			o.Form = said
		}
		if word == "" && said != "" {
			o.Medium = shaped[said]
		}
	}
	o.ContentKinds = []string{holdsUsually(o.Medium, o.Form)}
}

// holdsUsually is what a carrier holds of which the book says no more than what it is.
func holdsUsually(medium, form string) string {
	switch {
	case medium == "paper":
		return "text"
	case medium == "photo", form == "video_tape":
		return "image"
	case medium == "tape":
		return "sound"
	}
	return "data"
}
