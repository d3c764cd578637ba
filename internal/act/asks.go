package act

import (
	"reflect"
	"slices"
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
)

// Asks is what an act wants of whoever asks for it, in every office and whatever it is about: for who describes it.
type Asks struct {
	Arguments []string // that must be given, in the order of the command
	Roles     []string // in which a signature counts, actor first
	Signed    bool     // without a signature it is never done
}

// Asked tells what an act asks for: by its command (tag req) and by the pack that every office has. Nothing is known of an
// act that is not in the catalogue.
func Asked(name string, base *regulation.Pack) Asks {
	def, ok := lookup(name)
	if !ok {
		return Asks{}
	}
	a := Asks{Roles: []string{"actor"}}
	always := base.Demands(name)
	for f := range fieldsIn(def.command) {
		arg, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if required(f) || slices.Contains(always, arg) {
			a.Arguments = append(a.Arguments, arg)
		}
	}
	roles := def.signs
	for _, f := range base.Functions {
		if f.Act == name {
			a.Signed = a.Signed || f.Sign != "" && f.Sign != "none"
			roles = append(slices.Clone(f.Signers), roles...)
		}
	}
	for _, r := range roles {
		if !slices.Contains(a.Roles, r) {
			a.Roles = append(a.Roles, r)
		}
	}
	return a
}

func required(f reflect.StructField) bool { return f.Tag.Get("req") == "true" }

// lacking answers an act that would be done without an argument that it always needs, so that no description of the
// catalogue asks for more than the act does.
func (r *running) lacking(cmd any) error {
	if r.env.Actor.System {
		return nil
	}
	var bad refuse.Invalid
	v := reflect.ValueOf(cmd)
	for f := range fieldsIn(v.Type()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); required(f) && emptyValue(v.FieldByIndex(f.Index).Interface()) {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: name, Code: "required"})
		}
	}
	if wrong := refuse.Join(&bad); wrong != nil {
		return wrong
	}
	return nil
}
