package procedure

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
)

// document.print_run gives birth to the copies of a document of the office's own, all or nothing.
var _ = act.Define("document.print_run", act.Act[document.PrintRun, document.Printing, document.PrintFacts]{
	Live:  true,
	Check: document.CheckPrintRun,
	Load:  document.LoadPrintRun,
	Knows: func(s document.Printing, _ document.PrintRun, env act.Env) []act.Matter { return s.Matters(env) },
	Leans: func(s document.Printing, _ document.PrintRun) []act.Event { return s.Events() },
	Facts: document.FactsOfPrintRun,
	Decide: func(s document.Printing, cmd document.PrintRun, env act.Env) (act.Changes, error) {
		d, changes, err := document.DecidePrintRun(s, cmd, env)
		if err != nil {
			return changes, err
		}
		copies, err := custody.Born(custody.Birth{
			Document: d.ID, Series: d.Series, Year: d.Year, No: d.No, Class: d.Class, Level: d.Level, Material: custody.Material{Medium: d.Medium}, Pages: d.Pages,
			Attachments: d.Attachments, Own: cmd.Numbered == "yes", Count: d.Copies, At: env.At,
		}, env)
		if err != nil {
			return changes, err
		}
		born(&changes, copies)
		return changes, nil
	},
})

// born puts new copies beside what an act decided.
func born(changes *act.Changes, copies []custody.Copy) {
	for _, c := range copies {
		changes.Rows = append(changes.Rows, custody.Copies.Insert(c))
		changes.Targets = append(changes.Targets, act.Target{Kind: "copy", ID: string(c.ID), OpenOnly: true})
		changes.Values[fmt.Sprintf("copy.%d", c.Seq)], changes.Values[fmt.Sprintf("label.%d", c.Seq)] = string(c.ID), string(c.Label)
	}
}
