"""From sentences to signals: match, clause, groups, roles, stage, actors, where and when, judge, merge."""
