"""People: who they are, where they belong, what they may do, how they prove it, how they leave.

City tables name persons by `person_id`; a community's tables name them by the account number of its
book, and never both: only `people_links` joins the two. It is made from the vault rows, which are
sealed under each person's key, and never reaches the archive. So who is erased is forgotten there.
"""
