"""What any WSGI server serves; `volunteer-credit serve` runs ours (docs/operations.md)."""

from volunteer_credit.serving import application

app = application()
