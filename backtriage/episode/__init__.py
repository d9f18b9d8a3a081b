"""One person over weeks: a plan of days, with goals and dates."""
