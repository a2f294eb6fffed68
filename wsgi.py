"""What a WSGI server serves: `granian --interface wsgi wsgi:app`."""

from volunteer_credit import create_app

app = create_app()
