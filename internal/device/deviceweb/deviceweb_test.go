package deviceweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/device"
	"jiyao/internal/device/deviceweb"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func want(w *countertest.World, a countertest.Answer, code int, texts ...string) {
	w.T.Helper()
	if a.Code != code {
		_, body, _ := strings.Cut(a.Body, `id="main"`)
		w.T.Fatalf("status %d, want %d: %.2500s", a.Code, code, body)
	}
	w.Holds(a, texts...)
	if code == 200 {
		webtest.Clean(w.T, a.Body)
	}
}

// A device is entered with its one custodian, given to another, repaired and scrapped; who keeps the register sees all of them,
// a custodian his own.
func TestTheLifeOfADevice(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		deviceweb.Routes(w.Server, deviceweb.Deps{Counter: c, Staff: w.Staff, Places: func(*store.Tx) ([]web.Option, error) {
			return []web.Option{{Value: "room-203", Label: "机要文书室"}}, nil
		}})
	}, func(w *countertest.World) {
		own := []string{"own_how", "pin", "own_secret", countertest.Right}
		post := func(path string, fields ...string) countertest.Answer {
			return w.Post("officer", path, append(fields, own...)...)
		}
		want(w, w.Get("officer", "/devices"), 200, "还没有登记设备", "登记设备", `name="custodian"`)
		w.Hidden("clerk_a", "/devices", "/devices/ZZZZZZZZZZZZ")
		want(w, post("/devices", "name", "FY-77", "kind", "copier", "custodian", ""), 422, "必填", "FY-77")
		want(w, w.Post("officer", "/devices", "name", "FY-77", "kind", "copier", "custodian", "clerk_a", "own_how", "pin", "own_secret", "0"), 422, "签字码或口令不对", "FY-77")
		a := post("/devices", "name", "FY-77", "kind", "copier", "class", "ordinary", "place", "room-203", "custodian", "clerk_a")
		if a.Code != 303 {
			w.T.Fatalf("register: %d %.2000s", a.Code, a.Body)
		}
		page := a.Location
		want(w, w.Get("officer", "/devices?state=use"), 200, "FY-77", "复印机", "机要文书室", "唐科员", "在用")
		want(w, w.Get("clerk_a", "/devices"), 200, "FY-77", "!登记设备")
		want(w, w.Get("clerk_a", page), 200, "送修", "报废", `!换专管人`)
		w.Hidden("clerk_b", page, "/devices/ZZZZZZZZZZZZ")
		w.Hidden("role:sys_admin", page, "/devices/ZZZZZZZZZZZZ")
		for _, step := range []struct {
			path   string
			fields []string
			state  device.State
			holds  string
		}{
			{"/custodian", []string{"custodian", "officer"}, "", "陈机要员"},
			{"/repair", []string{"repairer", "某维修站", "fault", "卡纸"}, device.InRepair, "某维修站：卡纸"},
			{"/back", nil, "", "在用"},
			{"/scrap", []string{"reason", "老化，拆硬盘后粉碎"}, device.Scrapped, "老化，拆硬盘后粉碎"},
		} {
			if a := post(page+step.path, step.fields...); a.Code != 303 || a.Location != page {
				w.T.Fatalf("%s: %d %.2000s", step.path, a.Code, a.Body)
			}
			want(w, w.Get("officer", page), 200, step.holds)
			if err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
				d, err := device.Devices.Get(tx, strings.TrimPrefix(page, "/devices/"))
				if d.State != step.state || d.Custodian != "officer" {
					w.T.Errorf("after %s: %+v", step.path, d)
				}
				return err
			}); err != nil {
				w.T.Fatal(err)
			}
		}
		want(w, post(page+"/repair", "repairer", "某维修站", "fault", "卡纸"), 409)
		want(w, w.Get("officer", "/devices?state=scrapped"), 200, "FY-77", "报废")
		want(w, w.Get("officer", "/devices?state=use"), 200, "!FY-77")
		w.Hidden("clerk_a", page, "/devices/ZZZZZZZZZZZZ") // he has handed it over
	})
}
