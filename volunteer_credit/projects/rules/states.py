"""The closed lists of words that rows and answers use."""

OPEN, CANCELLED, ENDED = "open", "cancelled", "ended"  # of a shift
SIGNED, WAITING, DROPPED = "signed", "waiting", "dropped"  # of a sign-up
VENUE, VISIT, ROUND = "venue", "visit", "round"  # how presence is proved
KINDS = (VENUE, VISIT, ROUND)
NORMAL, DANGEROUS = "normal", "dangerous"
RISKS = (NORMAL, DANGEROUS)
COMMITTEE = "committee"  # the residents' committee as organiser
RUNNING = "running"  # of a project
LISTED = "list"  # signed up from a pasted list
