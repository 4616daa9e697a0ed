"""Hand-written tree files: name: (text, the tree as the package prints it)."""

TREES = {
    "entry, with lists given once": (
        'EFG 2 R "Entry" { "Challenger" "Patron" }\n"A \\"comment\\"\non two lines"\n\n'
        'p "" 1 1 "" { "wait" "attack" } 0\nt "end" 1 "status quo" { 0, 2 }\np "" 2 1 "" { "abandon" "intervene" } 0\n'
        't "" 2 "conquest" { 1, 0 }\nt "" 3 "war" { -1/2, -1 }\n',
        "Challenger\n├ wait → 0, 2  (status quo)\n└ attack: Patron\n  ├ abandon → 1, 0  (conquest)\n  └ intervene → -1/2, -1  (war)",
    ),
    "poker, with an information set and outcomes met again": (
        'EFG 2 R "Poker" { "Fred" "Alice" }\n""\n\nc "" 1 "" { "Red" 1/2 "Black" 1/2 } 0\n'
        'p "" 1 1 "" { "Raise" "Fold" } 0\np "" 2 1 "Alice" { "Meet" "Pass" } 0\nt "" 1 "Win Big" { 2, -2 }\nt "" 2 "Win" { 1, -1 }\nt "" 2\n'
        'p "" 1 2 "" { "Raise" "Fold" } 0\np "" 2 1 0\nt "" 3 "Lose Big" { -2, 2 }\nt "" 2 "Win" { 1, -1 }\nt "" 4 "Lose" { -1, 1 }\n',
        "chance\n├ Red [1/2]: Fred 1\n│ ├ Raise: Alice\n│ │ ├ Meet → 2, -2  (Win Big)\n│ │ └ Pass → 1, -1  (Win)\n"
        "│ └ Fold → 1, -1  (Win)\n└ Black [1/2]: Fred 2\n  ├ Raise: Alice\n  │ ├ Meet → -2, 2  (Lose Big)\n  │ └ Pass → 1, -1  (Win)\n"
        "  └ Fold → -1, 1  (Lose)",
    ),
    "payoffs on the way, added up, and outcomes defined later": (
        'EFG 2 R "Tolls" { "A" "B" }\np "" 1 1 "gate" { "toll" "free" } 3 "seen" { 10 20 }\n'
        'p "" 2 1 "gate" { "l" "r" } 1 "" { 1, -1 }\nt "" 0\nt "" 2\nt "" 2 "late" { 1/3, 0.5 }\n',
        "gate\n├ toll: gate (B)\n│ ├ l → 11, 19  (seen)\n│ └ r → 34/3, 39/2  (late)\n└ free → 31/3, 41/2  (late)",
    ),
    "events that cannot happen": (
        'EFG 2 D "" { "A" } c "" 7 "rain" { "dry" 0.0 "wet" .25 "storm" 75e-2 } 0\n'
        'p "" 1 1 "never" { "x" "y" } 0 t "" 0 t "" 9 c "" 7 0 t "" 0 t "" 0 t "" 9 "won" { 1e1 } p "" 1 2 "" { "x" } 0 t "" 9',
        "chance\n├ wet [1/4]: chance\n│ ├ wet [1/4] → 0\n│ └ storm [3/4] → 10  (won)\n└ storm [3/4]: A\n  └ x → 10  (won)",
    ),
    "no labels": (
        'EFG 2 R "" { "" "" }\nc "" 1 { "" 1/3 "" 2/3 } 0\np "" 1 1 { "" "" } 0\nt "" 1 { 1 2 }\nt "" 0\np "" 2 1 { "" "" } 0\nt "" 1\nt "" 0\n',
        "chance\n├ 1 [1/3]: Player 1\n│ ├ 1 → 1, 2\n│ └ 2 → 0, 0\n└ 2 [2/3]: Player 2\n  ├ 1 → 1, 2\n  └ 2 → 0, 0",
    ),
    "no spaces where none are needed": (
        'EFG 2 R""{"P""Q"}p""1 1"s"{"a""b"}0 t""1"o"{1,2}p""2 1{"c""d"}0 t""1 t""2{3 4}',
        "s\n├ a → 1, 2  (o)\n└ b: Q\n  ├ c → 1, 2  (o)\n  └ d → 3, 4",
    ),
    "three players and one end": ('EFG 2 R "Done" { "A" "B" "C" } t "" 5 "over" { 1, -1/7, .5 }', " → 1, -1/7, 1/2  (over)"),
}
