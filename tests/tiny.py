"""A rulebook with one of everything, as the one file that it is."""

from __future__ import annotations

TINY = """\
[rulebook]
id = "tiny"
version = "1"
title = "A rulebook with one of everything"
asking_order = ["age", "hours", "signs", "side", "worn", "released"]
positions = ["standing", "supine"]
tags = ["flexion", "hold", "impact"]
areas = ["low_back"]
stages = ["acute"]
higher_impact = ["impact"]

[messages]
unsettled = "Please answer, or ring {urgent}."
unsettled_walking = "Walk."
unsettled_mild = "Nothing serious is open."
not_ruled_out = "Not ruled out."
history_only = ["worn"]

[messages.levels.emergency]
say = "Ring {emergency}."
valid_hours = 24

[messages.levels.same_day]
say = "Today."
valid_hours = 24

[messages.levels.soon]
say = "Soon."
valid_hours = 24

[messages.levels.routine]
say = "Some day."
valid_hours = 24

[messages.levels.self_care]
say = "Keep moving."
valid_hours = 24

[messages.suspects.infection]
say = "An infection."

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

[[source]]
id = "guide"
title = "A guide"

[[number]]
id = "age"
text = "How old?"
unit = "years"
minimum = 0
maximum = 120

[[number]]
id = "hours"
text = "How long?"
unit = "hours"
minimum = 0
maximum = 48
step = 0.5
asked_if = "age >= 18"

[[checklist]]
id = "signs"
question = "Which of these?"
red_flag = true

[[checklist.finding]]
id = "fever"
text = "Fever"

[[checklist.finding]]
id = "high_fever"
text = "High fever"
implies = ["fever"]

[[checklist.finding]]
id = "rash"
text = "Rash"
asked_if = "fever"

[[choice]]
id = "side"
text = "Which side?"
options = { left = "Left", right = "Right" }

[[yes_no]]
id = "worn"
text = "Worn joints?"

[[yes_no]]
id = "released"
text = "Released by a professional?"
clearance = true

[[definition]]
id = "old"
when = "age >= 65"

[[definition]]
id = "hot"
when = "fever or rash"

[[exercise]]
id = "walk"
name = "Walking"
status = "offered"
position = "standing"
areas = ["low_back"]
from_stage = "acute"
muscles = ["legs"]
steps = ["Walk."]
progression = "Add a minute."
evidence = "unverified"
dose = { minutes = [5, 30] }

[[exercise]]
id = "bend"
name = "Bending"
status = "offered"
position = "supine"
tags = ["flexion", "hold"]
areas = ["low_back"]
from_stage = "acute"
muscles = ["back"]
steps = ["Bend."]
progression = "Add one."
sources = [{ id = "guide", level = "soon" }, { id = "S001", note = "a statement" }]
evidence = "sourced"
dose = { repetitions = [5, 10], hold_seconds = [5, 30], sides = true }
variant = [{ id = "near", name = "Near", how = "A little." }, { id = "far", name = "Far", how = "A lot." }]

[[exercise]]
id = "sit_up"
name = "Sit-ups"
status = "blocked"
tags = ["flexion"]
why = "They press on the discs."
instead = ["bend"]
evidence = "unverified"

[[exercise]]
id = "plank"
name = "Plank"
status = "named_only"
tags = ["impact"]
why = "No dose is known."
evidence = "unverified"

[[set]]
id = "core"
exercises = ["walk"]

[[rule]]
id = "fever-today"
title = "Fever"
when = "hot"
urgency = "same_day"
suspects = "infection"
locked = "crisis"
sources = [{ id = "guide", level = "emergency" }]
evidence = "sourced"
fires = [{ fever = true }, { rash = true }]
spares = [{ fever = false, rash = false }]

[[rule]]
id = "old-soon"
title = "Old and worn"
when = "old and worn"
urgency = "soon"
exercise = "gentle"
exercise_because = "Worn joints like to move."
suspects = "infection"
within = "fever-today"
evidence = "unverified"
given = { worn = true }
fires = [{ age = 65 }]
spares = [{ age = 64 }, { age = 65, worn = false }]

[[rule]]
id = "offers"
title = "For backs"
when = "worn or not rash"
offer = ["walk", "bend"]
evidence = "unverified"
fires = [{ worn = true }, { rash = false }]
spares = [{ worn = false, rash = true }]

[[rule]]
id = "no-sit-ups"
title = "No sit-ups"
when = "always"
exclude = ["id:sit_up"]
because = "They press on the discs."
evidence = "unverified"

[[rule]]
id = "no-bending"
title = "No bending"
when = 'side in ("left",) or hours > 1.5'
exclude = ["tag:flexion", "outside:core"]
because = "It hurts there."
evidence = "unverified"
fires = [{ side = "left" }, { hours = 2 }]
spares = [{ side = "right", hours = 1.5 }]

[[rule]]
id = "short"
title = "Short"
when = "count(worn, fever) >= 1"
limit = { select = ["id:bend"], at_most = { repetitions = 5 }, only = { sides = ["left"], variants = ["near"] } }
evidence = "unverified"
fires = [{ worn = true }, { fever = true }]
spares = [{ worn = false, fever = false }]

[[rule]]
id = "careful"
title = "Careful"
when = "worn"
caution = "Gently."
select = ["all"]
evidence = "unverified"
fires = [{ worn = true }]
spares = [{ worn = false }]

[[rule]]
id = "drink"
title = "Drink"
when = "always"
advise = "Drink."
asks_to_do = true
evidence = "unverified"

[[rule]]
id = "dizzy"
title = "Dizzy"
when = "always"
stop = "session"
say = "Sit down."
evidence = "unverified"

[[rule]]
id = "order"
title = "Order"
when = "not released"
routine = ["walk", "bend"]
evidence = "unverified"
fires = [{ released = false }]
spares = [{ released = true }]
"""
