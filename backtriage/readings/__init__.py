"""The same rules, otherwise read: for whole tables, and for everybody at once."""
