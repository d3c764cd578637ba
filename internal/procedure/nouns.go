package procedure

import _ "jiyao/internal/duty" // its acts are in the catalogue; nothing else leans on them yet
