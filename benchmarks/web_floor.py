"""The floor: bare Flask, routes with the hand-written transactions, and one that says hello."""

import os
import threading
from typing import Any

from flask import Flask, jsonify, redirect, request

from benchmarks.asking_floor import AskingFloor
from benchmarks.floor import Floor, connected
from benchmarks.rooms_floor import CheckInFloor, ConfirmFloor
from benchmarks.web_ours import URL
from tests.service.books import COMMUNITY

SEE_OTHER = 303


def application() -> Flask:
    """One process of the server; each of its threads has a connection of its own."""
    app = Flask(__name__)
    kept = threading.local()
    url = os.environ[URL]
    engine = "SQLite" if url.startswith("sqlite") else "PostgreSQL"

    def bare(kind: type[Floor]) -> Floor:
        if not hasattr(kept, "floors"):
            kept.floors = {}
        floors: dict[type[Floor], tuple[Any, Floor]] = kept.floors
        if kind not in floors:
            floors[kind] = connected(engine, url, kind)
        return floors[kind][1]

    @app.post("/api/v1/communities/<community>/bench", defaults={"kind": Floor})
    @app.post("/asking/communities/<community>/bench", defaults={"kind": AskingFloor})
    def post(community: str, kind: type[Floor]) -> Any:
        given = request.get_json()
        bare(kind).run(1, community)
        return jsonify(seq=given["member"]), 201

    @app.post("/check-in")
    def tap() -> Any:
        assert request.form["ticket"]
        bare(CheckInFloor).run(1, COMMUNITY)
        return redirect(f"/check-in/{COMMUNITY}/1", SEE_OTHER)

    @app.post("/api/v1/communities/<community>/merchants/<merchant>/sales/<sale>/confirm")
    def confirm(community: str, merchant: str, sale: str) -> Any:
        assert request.get_json()["centipoints"]
        assert merchant
        assert sale
        bare(ConfirmFloor).run(1, community)
        return jsonify(state="confirmed")

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    return app
