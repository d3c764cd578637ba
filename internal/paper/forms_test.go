package paper

import (
	"time"

	"jiyao/internal/term"
)

// The forms here are invented; offices and persons do not exist.

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, zone)
}

func sampleFrame() Frame {
	return Frame{
		Office: "某区办公室", Mark: "机密★10年", Urgency: "特急", CopyNos: "000003–000005",
		Serial: []string{"机收〔2026〕0417 号", "存机要室"}, FormNo: "机收〔2026〕0417",
		Checkpoint: 1163, Root: "9f3c44d0b8e2761fa17e", PrintedBy: "陈机要员", PrintedAt: at(27, 9, 35), PrintNo: "48225",
	}
}

func sampleSlip() SlipForm {
	return SlipForm{
		Frame: sampleFrame(), Label: term.MakeLabelCode(term.Received, 2026, 417, 3),
		Issuer: "某省主管厅", DocNumber: "某省厅发〔2026〕88号", Title: "关于开展元旦春节期间保密工作专项检查的通知",
		ReceivedAt: at(26, 9, 6), Copies: "3 份，每份 6 页", Attachments: "无", Channel: "机要交通",
		Registrar: "陈机要员", Checker: "孟机要员", CirculationLimit: "当日 18:00",
		Opinions:     []Note{{Text: "知悉范围：局领导 3 人、综合科 1 人。请钱局长阅批。", By: "李主任", At: at(26, 9, 40)}},
		Instructions: []Note{{Text: "请郑副局长牵头，12 月 10 日前报检查方案。", By: "钱局长", At: at(26, 13, 40)}},
		Readings: []Reading{
			{Reader: "钱局长", CopyNo: "000003", SentAt: at(26, 10, 5), SentBy: "陈机要员", Signed: "钱局长", BackAt: at(26, 13, 40), Checked: "6/6 页"},
			{Reader: "冯科长", CopyNo: "000005", SentAt: at(26, 14, 0), SentBy: "陈机要员", Signed: "冯科长", BackAt: at(26, 16, 40), Checked: "6/6 页"},
			{Reader: "郑副局长", CopyNo: "000003", SentAt: at(26, 17, 19), SentBy: "陈机要员"},
			{Reader: "孙副局长"},
		},
		Unit: "综合科", Reminders: []Reminder{{At: at(27, 9, 30), No: 1, To: "郑副局长", By: "陈机要员"}},
		Disposals: []Choice{{Text: "归档"}, {Text: "清退（2027年3月底前）", Chosen: true}, {Text: "销毁"}},
		Basis:     "依据：丙篇第 3.1、3.2 条，丁篇第 2、3、4 条。机要员亲自呈送，阅件人之间不得互传。",
	}
}
