package procedure

import (
	"slices"
	"strings"

	"golang.org/x/text/width"

	"jiyao/internal/document"
	"jiyao/internal/sheet"
)

// The words in which the old books say how a piece stands.
var (
	atHome = []string{"在库", "在册", "在用", "正常", "完好", "存放", "保管", "已归还", "归还", "已还", "办结", "已办结", "待销毁", "待清退", "待归档"}
	isOut  = []string{"借出", "外借", "在借", "借阅", "借用", "持有", "发出", "在外", "未还", "未归还"}
	isGone = []string{"已销毁", "销毁", "已清退", "清退", "已归档", "归档", "已移交", "移交", "注销", "已注销", "作废"}
	isLost = []string{"遗失", "已遗失", "丢失", "已丢失", "失踪", "下落不明", "查无下落"}
	notYet = []string{"", "无", "-", "—", "/", "否", "未", "未清退", "未销毁", "待清退", "待销毁"} // where the day of the end stands
)

// state leaves out what the book says is not there any more: a piece that was destroyed cannot be counted among those that the
// office has. What is lost is the office's still, and has to be found.
func (r *openingReader) state(o *document.Opening) {
	switch word := r.plain("state"); {
	case word == "" || slices.Contains(atHome, word):
	case slices.Contains(isOut, word):
		if r.text("holder") == "" {
			r.wrong("state", noHolder)
		}
	case slices.Contains(isLost, word):
		o.Lost = "yes"
	case slices.Contains(isGone, word):
		r.wrong("state", notLive)
	default:
		r.wrong("state", sheet.NotInList)
	}
	switch word := r.plain("ended"); {
	case slices.Contains(notYet, word):
	case slices.Contains(isGone, word) || day(word) != "":
		r.wrong("ended", notLive)
	default:
		r.wrong("ended", badDate)
	}
}

// channels are the words of the forms.
var channels = map[string]string{
	"机要交通": "courier", "机要通信": "confidential_post", "机要": "confidential_post", "机要交换站": "exchange_station", "交换站": "exchange_station", "专人": "designated_person",
	"专人专送": "designated_person", "当面": "in_person", "直接送达": "in_person", "网络": "oa_network", "OA": "oa_network", "邮寄": "post", "普通邮寄": "post",
}

// kind is what a carrier is by a word for it; a word may say no form.
type kind struct{ medium, form string }

// kinds are the words for carriers, in capitals and half width.
var kinds = map[string]kind{
	"纸": {"paper", ""}, "纸质": {"paper", ""}, "纸介质": {"paper", ""}, "纸质文件": {"paper", ""}, "纸质载体": {"paper", ""}, "图纸": {"paper", ""},

	"磁": {"magnetic", ""}, "磁介质": {"magnetic", ""}, "磁性介质": {"magnetic", ""}, "磁盘": {"magnetic", ""},
	"硬盘": {"magnetic", "hard_disk"}, "移动硬盘": {"magnetic", "hard_disk"}, "机械硬盘": {"magnetic", "hard_disk"}, "计算机硬盘": {"magnetic", "hard_disk"},
	"软盘": {"magnetic", "floppy"}, "软磁盘": {"magnetic", "floppy"},

	"磁带": {"tape", ""}, "录音带": {"tape", "audio_tape"}, "录音磁带": {"tape", "audio_tape"}, "录像带": {"tape", "video_tape"}, "录像磁带": {"tape", "video_tape"},

	"光": {"optical", ""}, "光盘": {"optical", ""}, "光碟": {"optical", ""}, "光介质": {"optical", ""}, "CD": {"optical", ""}, "DVD": {"optical", ""}, "蓝光光盘": {"optical", ""},

	"半导体": {"solid_state", ""}, "半导体介质": {"solid_state", ""}, "电子盘": {"solid_state", ""}, "存储卡": {"solid_state", ""}, "SD卡": {"solid_state", ""}, "TF卡": {"solid_state", ""},
	"U盘": {"solid_state", "usb_disk"}, "优盘": {"solid_state", "usb_disk"}, "闪存盘": {"solid_state", "usb_disk"}, "闪盘": {"solid_state", "usb_disk"},
	"SSD": {"solid_state", "hard_disk"}, "固态": {"solid_state", "hard_disk"}, "固态硬盘": {"solid_state", "hard_disk"}, "SSD固态": {"solid_state", "hard_disk"}, "SSD硬盘": {"solid_state", "hard_disk"},
	"SSD固态硬盘": {"solid_state", "hard_disk"}, "固态移动硬盘": {"solid_state", "hard_disk"}, "移动固态硬盘": {"solid_state", "hard_disk"},

	"照片": {"photo", ""}, "相片": {"photo", ""}, "底片": {"photo", ""}, "胶片": {"photo", ""}, "胶卷": {"photo", ""}, "缩微胶片": {"photo", ""}, "幻灯片": {"photo", ""},
	"电子文件": {"file", ""}, "实物": {"object", ""}, "密品": {"object", ""}, "样品": {"object", ""}, "样衣": {"object", ""}, "其他": {"other", ""}, "其它": {"other", ""},
}

// kindOf gives the kind that a word means; U 盘 and u盘 are the same.
func kindOf(word string) (kind, bool) {
	k, ok := kinds[strings.ToUpper(strings.Join(strings.Fields(width.Fold.String(word)), ""))]
	return k, ok
}

// otherThing is what stands after 其他: 其他（铭牌）, 其他：铭牌.
func otherThing(word string) (string, bool) {
	for _, other := range []string{"其他", "其它"} {
		if rest, ok := strings.CutPrefix(word, other); ok {
			return strings.Trim(rest, " :-—()[]【】"), true
		}
	}
	return "", false
}

// medium is paper where the book does not say: 收文登记簿 seldom does. A word that nobody knows is no kind of its own: what is
// none of these the book calls 其他.
func (r *openingReader) medium(o *document.Opening) {
	word, form := r.plain("medium"), r.plain("form")
	o.Medium, o.Described = "paper", r.text("described")
	k, known := kindOf(word)
	thing, other := otherThing(word)
	switch {
	case word == "":
	case known:
		o.Medium, o.Form = k.medium, k.form
	case other:
		o.Medium = "other"
		if o.Described == "" {
			o.Described = thing
		}
	default:
		o.Medium = ""
		r.wrong("medium", sheet.NotInList)
	}
	if form != "" {
		said, _ := kindOf(form)
		switch {
		case said.form == "" && o.Medium == "other":
			if o.Described == "" {
				o.Described = form
			}
		case said.form == "":
			r.wrong("form", sheet.NotInList)
		case o.Form != "" && o.Form != said.form:
			r.wrong("form", twoForms)
		default:
			o.Form = said.form
		}
		if word == "" && said.form != "" {
			o.Medium = said.medium
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
