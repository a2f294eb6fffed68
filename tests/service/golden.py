"""Installations that are built once in a run of tests, and copied for each test that wants one."""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url


class Golden:
    """What was built, by its name and engine: a copy of the folder, of PostgreSQL a database too.

    A copy has the keys and the entries of the first. The databases go with their server.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def bring(self, name: str, database_url: str, folder: Path, build: Callable[[], None]) -> None:
        """Build it in this folder and migrated database, or copy what was built before."""
        url = make_url(database_url)
        made = f"{name}_{url.get_backend_name()}"
        is_postgres = url.get_backend_name() == "postgresql"
        server = url.set(drivername="postgresql", database="postgres").render_as_string(
            hide_password=False
        )
        if (self.folder / made).is_dir():
            shutil.copytree(self.folder / made, folder, dirs_exist_ok=True)
            if is_postgres:
                self._database(server, str(url.database), made)
            return
        build()
        if is_postgres:
            self._database(server, made, str(url.database))
        shutil.copytree(folder, self.folder / made)

    def _database(self, server: str, name: str, template: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
