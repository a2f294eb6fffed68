"""Pure rules of the tour: its steps, its cookie, its Thursday, and which byte is broken."""
