package app

import (
	"strings"

	"jiyao/internal/people"
	"jiyao/internal/term"
)

// Account is a new account as it is handed out, once.
type Account struct {
	Login      string        `json:"login"`
	Role       string        `json:"role"` // what the person is first of all: officer, leader, sys_admin, staff …
	Post       string        `json:"post"` // the office's own name for it
	Posts      []string      `json:"posts"`
	Person     term.PersonID `json:"person"`
	Name       string        `json:"name"`
	Password   string        `json:"password"`
	TOTPSecret string        `json:"totp_secret"` // base32
	TOTPURI    string        `json:"totp_uri"`
	Codes      []string      `json:"codes"` // printed list, each good once
	PIN        string        `json:"pin"`
}

// List joins what was made with who it is for.
func List(setup people.Setup, made []Credential) []Account {
	posts := map[term.PostID]people.FoundPost{}
	for _, p := range setup.Found.Posts {
		posts[p.ID] = p
	}
	persons := map[term.PersonID]people.FoundPerson{}
	for _, p := range setup.Found.Persons {
		persons[p.ID] = p
	}
	out := make([]Account, 0, len(made))
	for _, c := range made {
		a := Account{Login: c.Login, Role: "staff", Person: c.Person, Name: persons[c.Person].Name,
			Password: c.Plain.Password, TOTPSecret: c.Plain.Secret, TOTPURI: c.Plain.URI, Codes: c.Plain.Codes, PIN: c.Plain.PIN}
		for _, id := range persons[c.Person].Posts {
			p := posts[id]
			a.Posts = append(a.Posts, p.Stands...)
			if a.Post == "" {
				a.Post, a.Role = p.Name, roleOf(p.Stands)
			}
		}
		if c.Admin != "" {
			a.Role = c.Admin
		}
		out = append(out, a)
	}
	return out
}

// roleOf is the base pack's name for a post, or the first pack's.
func roleOf(stands []string) string {
	role := "staff"
	for i, s := range stands {
		pack, name, ok := strings.Cut(s, "/")
		if ok && (i == 0 || pack == "base") {
			role = name
		}
		if pack == "base" {
			break
		}
	}
	return role
}
