package term

import "slices"

// closed are the closed lists that arguments of acts draw on, each in the order in which forms show it. A pack may
// shorten one (lists: in its records); it never adds to it. Words that the packs themselves close stand there alone.
var closed = map[string][]string{
	"level":            {"绝密", "机密", "秘密", "内部", "公开"},
	"classified_level": {"绝密", "机密", "秘密"},
	"regime":           {"state", "work", "company"},
	"urgency":          {"特急", "加急", "一般"},
	"zone":             {"office", "classified", "company"},
	"grade":            {"核心", "重要", "一般"},
	"cipher_class":     {"核心密码", "普通密码"},
	"yes":              {"yes"},
	"yes_no":           {"no", "yes"},
	"issuer_limit":     {"无", "本单位", "本系统"},
	"issuer_rule":      {"allows", "forbids", "silent"}, // what the issuer says to copies of it
	"recording_kind":   {"audio", "video", "photo"},
	"device_kind":      {"computer", "copier", "fax", "recorder", "phone", "line", "store"},
	"device_class":     {"ordinary", "confidential_comm"},

	// The ways in, and all ways, also those that a clause refuses: what cannot be asked cannot be refused.
	"channel_in": {"courier", "confidential_post", "exchange_station", "designated_person", "in_person", "oa_network", "post"},
	"channel": {"courier", "confidential_post", "exchange_station", "designated_person", "cipher_telegram", "approved_network", "in_person",
		"company_courier", "company_encrypted", "oa_network", "public_phone", "mobile", "fax", "post", "express", "internet", "chat"},
	"courier_sign": {"paper", "badge"},
	"medium":       {"paper", "magnetic", "optical", "solid_state", "tape", "photo", "file", "object", "other"},
	"carrier_form": {"hard_disk", "floppy", "audio_tape", "video_tape", "usb_disk"},
	"content":      {"text", "data", "symbol", "graphic", "sound", "image"},
	"opening_book": {"incoming", "carriers"},
	"disposition":  {"archive", "return", "destroy"},

	"review_result": {"pass", "back"},
	"disposal_kind": {"return", "transfer", "archive", "destruction"},
	"method":        {"shred", "pulp", "crush", "burn", "degauss_and_crush", "waste_sale"}, // the last to be refused
	"works":         {"own_equipment", "approved"},
	"chase_how":     {"in_person", "phone", "note"},
	"correctable":   {"title", "code_name", "issuer", "doc_no", "urgency", "pages", "attachments", "notes"},
	"item_form":     {"slip", "labels"},
	"purpose":       {"read", "use", "deliver", "foreign_event", "other"},
	"measures": {"sealed_bag", "locked_case", "two_persons", "own_car", "safe_at_destination", "密封袋", "加密介质", "双人同行", "专用锁箱",
		"当面交接"},
	// What a company's head entrusts: deeds, acts of custody, stages of a secret object.
	"deed":           {"制作", "收发", "传递", "使用", "复制", "摘抄", "保存", "销毁"},
	"designated_act": {"收发", "传递", "外出携带"},
	"stage":          {"开发", "生产", "展示", "保存", "处理"},
	"stage_measure": {"无关人员不得进入", "图样入柜", "工厂保密协议", "样片余料回收", "遮盖样衣", "禁止拍照", "入保险装置", "数量清点", "毁形后处理",
		"余料清点"},
	"destination": {"premises", "outside", "abroad", "private"},
	"place_kind": {"room", "shelf", "desk", "cabinet", "secure_cabinet", "safe", "secure_store", "encrypted_store", "leader_office",
		"confidential_room", "machine_room", "reception_room", "meeting_venue", "box"},
	"count_kind":   {"part", "full"},
	"count_result": {"found", "missing", "extra", "elsewhere"},
	"place_class":  {"level", "issuer", "year"},
	"found_in": {"floor", "room", "shelf", "desk", "cabinet", "secure_cabinet", "safe", "secure_store", "encrypted_store", "leader_office",
		"confidential_room", "machine_room", "reception_room", "meeting_venue"},
	"found_state":   {"opened", "not_opened"},
	"place_type":    {"office", "meeting_venue", "home", "public", "transport", "dining", "online", "outsider_present"},
	"recheck":       {"fixed", "not_fixed"},
	"return_result": {"whole", "missing", "damaged"},
	"why":           {"refuses", "gone", "unscoped"},
	"affiliation":   {"staff", "branch", "system", "stranger"},
	"unit_kind":     {"office", "department", "区直部门", "乡镇", "other"},
	"admin_role":    {"sys_admin", "sec_admin", "audit_admin"},
	"reset":         {"all", "password", "token", "codes", "pin"},
	"safeguard":     {"audit_log", "role_separation"},
	"sign_how":      {"pin", "code", "password"},
}

// Closed gives a closed list by its name; nil where there is none of that name.
func Closed(name string) []string { return slices.Clone(closed[name]) }

// forms are what a carrier of some medium can be, in the order of the lists. A tape is a medium of its own; the books of before
// have it as a magnetic one with its form, and so it stays in them. A medium that is not here says no form.
var forms = map[string][]string{
	"magnetic":    {"hard_disk", "floppy", "audio_tape", "video_tape"},
	"tape":        {"audio_tape", "video_tape"},
	"solid_state": {"usb_disk", "hard_disk"},
}

// FormsOf are the forms that a carrier of some medium can have; nil where the medium has none of its own.
func FormsOf(medium string) []string { return slices.Clone(forms[medium]) }

// FormFits reports whether a carrier of some medium can have a form; where either is not said it can.
func FormFits(medium, form string) bool {
	list := forms[medium]
	return form == "" || medium == "" || list == nil || slices.Contains(list, form)
}

// Electronic are the media whose content is read by a machine.
func Electronic() []string { return []string{"magnetic", "optical", "solid_state", "tape"} }

// Known reports whether a word stands in any closed list.
func Known(word string) bool {
	for _, list := range closed {
		if slices.Contains(list, word) {
			return true
		}
	}
	return false
}
