"""`python -m volunteer_credit` is the command `volunteer-credit`."""

from volunteer_credit.cli import main

main()
