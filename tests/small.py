"""A rulebook small enough to be proved, compared and mutated within a second, with one of everything."""

from __future__ import annotations

from pathlib import Path

import backtriage as bt

WORDS = """\
[rulebook]
id = "small"
version = "1"
title = "A small rulebook"
asking_order = ["signs", "side", "pain", "days", "stiff", "cleared"]
positions = ["standing", "supine"]
tags = ["hold", "jump"]
areas = ["low_back"]
stages = ["acute"]
higher_impact = ["jump"]

[messages]
unsettled = "Please answer."
unsettled_walking = "Walk."
unsettled_mild = "Nothing serious is open."
not_ruled_out = "Not ruled out."
history_only = []

[messages.levels]
emergency = { say = "Ring now.", see = "an ambulance", by = "now", valid_hours = 24 }
same_day = { say = "Today.", see = "a doctor", by = "today", valid_hours = 24 }
soon = { say = "Soon.", see = "a doctor", by = "in two weeks", valid_hours = 24 }
routine = { say = "Some day.", see = "a therapist", by = "in six weeks", valid_hours = 24 }
self_care = { say = "Keep moving.", valid_hours = 24 }

[messages.suspects]
infection = { say = "An infection." }

[messages.locked]
crisis = "Ring {crisis}."

[messages.safety_net]
"Emergency now" = ["numbness"]

[region.none]
name = "Nowhere"
emergency = "1"
urgent = "2"
crisis = "3"
poison = "4"

[[set]]
id = "core"
exercises = ["walk"]
"""
FINDINGS = """\
[[checklist]]
id = "signs"
question = "Which of these?"
red_flag = true
finding = [
  { id = "fever", text = "Fever" },
  { id = "shivers", text = "Shivers", implies = ["fever"] },
  { id = "numb", text = "Numb" },
]

[[choice]]
id = "side"
text = "Which side?"
options = { left = "Left", right = "Right" }

[[number]]
id = "pain"
text = "How bad?"
unit = "points"
minimum = 0
maximum = 10

[[number]]
id = "days"
text = "How long?"
unit = "days"
minimum = 0
maximum = 100
asked_if = "pain >= 1"

[[yes_no]]
id = "stiff"
text = "Stiff?"

[[yes_no]]
id = "cleared"
text = "Cleared?"
clearance = true
"""
EXERCISES = """\
[[exercise]]
id = "walk"
name = "Walking"
status = "offered"
position = "standing"
areas = ["low_back"]
from_stage = "acute"
muscles = ["legs"]
steps = ["Walk."]
progression = "Further."
dose = { minutes = [5, 30] }
evidence = "unverified"

[[exercise]]
id = "bend"
name = "Side bend"
status = "offered"
position = "standing"
tags = ["hold"]
areas = ["low_back"]
from_stage = "acute"
muscles = ["back"]
steps = ["Bend."]
progression = "Further."
dose = { repetitions = [5, 10], hold_seconds = [3, 6], sides = true }
evidence = "unverified"

[[exercise]]
id = "hop"
name = "Hopping"
status = "offered"
position = "standing"
tags = ["jump"]
areas = ["low_back"]
from_stage = "acute"
muscles = ["legs"]
steps = ["Hop."]
progression = "Higher."
dose = { repetitions = [5, 10] }
evidence = "unverified"

[[exercise]]
id = "sit_up"
name = "Sit-up"
status = "blocked"
why = "It is not for anybody."
evidence = "unverified"
"""
RULES = """\
[[rule]]
id = "fever"
title = "Fever"
when = "fever"
urgency = "same_day"
suspects = "infection"
evidence = "unverified"
fires = [{ fever = true }]
spares = [{ fever = false }]

[[rule]]
id = "numb"
title = "Numb"
when = "(numb or shivers) and pain >= 5"
urgency = "emergency"
suspects = "infection"
evidence = "unverified"
fires = [{ numb = true, pain = 5 }, { shivers = true, pain = 5 }]
spares = [{ numb = false, shivers = false, pain = 5 }, { numb = true, shivers = true, pain = 4 }]

[[rule]]
id = "long"
title = "Long"
when = "days > 42"
urgency = "routine"
suspects = "infection"
evidence = "unverified"
fires = [{ days = 43 }]
spares = [{ days = 42 }]

[[rule]]
id = "x-stiff"
title = "Stiff"
when = "stiff and not cleared"
exclude = ["tag:jump", "id:bend"]
because = "It may harm."
evidence = "unverified"
fires = [{ stiff = true, cleared = false }]
spares = [{ stiff = false, cleared = false }, { stiff = true, cleared = true }]

[[rule]]
id = "x-sit-up"
title = "No sit-ups"
when = "always"
exclude = ["id:sit_up"]
because = "They harm."
evidence = "unverified"

[[rule]]
id = "o-walk"
title = "Walk"
when = "pain <= 8"
offer = ["walk", "bend"]
evidence = "unverified"
fires = [{ pain = 8 }]
spares = [{ pain = 9 }]

[[rule]]
id = "o-more"
title = "More"
when = "pain <= 3"
offer = ["hop", "bend"]
evidence = "unverified"
fires = [{ pain = 3 }]
spares = [{ pain = 4 }]

[[rule]]
id = "l-pain"
title = "Less in pain"
when = "pain >= 6"
limit = { select = ["all"], at_most = { minutes = 10 }, halve = ["repetitions"], rest_at_least = 20 }
evidence = "unverified"
fires = [{ pain = 6 }]
spares = [{ pain = 5 }]

[[rule]]
id = "l-left"
title = "Left hurts"
when = "side == 'left'"
limit = { select = ["id:bend"], only = { sides = ["right"] } }
evidence = "unverified"
fires = [{ side = "left" }]
spares = [{ side = "right" }]

[[rule]]
id = "l-session"
title = "Short sessions"
when = "stiff"
limit = { session_minutes = 15, session_moves = 5 }
evidence = "unverified"
fires = [{ stiff = true }]
spares = [{ stiff = false }]

[[rule]]
id = "c-gently"
title = "Gently"
when = "stiff"
caution = "Gently."
select = ["id:walk", "id:bend"]
evidence = "unverified"
fires = [{ stiff = true }]
spares = [{ stiff = false }]

[[rule]]
id = "a-drink"
title = "Drink"
when = "pain >= 1"
advise = "Drink enough."
asks_to_do = true
evidence = "unverified"
fires = [{ pain = 1 }]
spares = [{ pain = 0 }]

[[rule]]
id = "s-stop"
title = "Stop"
when = "always"
stop = "session"
say = "Stop when it hurts."
evidence = "unverified"

[[rule]]
id = "r-order"
title = "The order"
when = "pain <= 8"
routine = ["walk", "bend", "hop"]
evidence = "unverified"
fires = [{ pain = 8 }]
spares = [{ pain = 9 }]
"""
GUARANTEES = """\
[[guarantee]]
id = "g-fever"
title = "Fever is seen today"
when = "fever"
at_least = "same_day"
allows_none = true
refers = true
evidence = "unverified"

[[guarantee]]
id = "g-stiff"
title = "No hopping when stiff"
when = "stiff and not cleared"
never_allows = ["tag:jump"]
evidence = "unverified"

[[guarantee]]
id = "g-pain"
title = "Little walking in pain"
until_ruled_out = "pain >= 6"
dose_at_most = { select = ["id:walk"], at_most = { minutes = 10 } }
evidence = "unverified"
"""


def write(folder: Path, *edits: tuple[str, str], guarantees: str = GUARANTEES) -> Path:
    """The rule files in a folder that is made, with some texts replaced, each of which stands in them once."""
    text = f"{WORDS}\n{FINDINGS}\n{EXERCISES}\n{RULES}"
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.toml").write_text(text)
    (folder / "guarantees.toml").write_text(guarantees)
    return folder


def small(folder: Path, *edits: tuple[str, str]) -> bt.RuleBook:
    """The rulebook, read from a folder that is made."""
    return bt.load_rulebook(write(folder, *edits))
