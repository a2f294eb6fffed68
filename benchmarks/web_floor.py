"""The floor: bare Flask, one route with the hand-written transaction, and one that says hello."""

import os
import threading
from typing import Any

from flask import Flask, jsonify, request

from benchmarks.floor import Floor, connected
from benchmarks.web_ours import URL


def application() -> Flask:
    """One process of the server; each of its threads has a connection of its own."""
    app = Flask(__name__)
    kept = threading.local()
    url = os.environ[URL]
    engine = "SQLite" if url.startswith("sqlite") else "PostgreSQL"

    def bare() -> Floor:
        if not hasattr(kept, "floor"):
            kept.connection, kept.floor = connected(engine, url)
        found: Floor = kept.floor
        return found

    @app.post("/api/v1/communities/<community>/bench")
    def post(community: str) -> Any:
        given = request.get_json()
        bare().run(1, community)
        return jsonify(seq=given["member"]), 201

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    return app
