"""What the second store of people's keys asks of its disk, step by step.

A test puts another in its place, whose steps fail in turn. After a failed step nobody knows what is
on the disk, so every writer begins by reading.
"""

import os
from pathlib import Path

NEW = ".new"  # how the names of files end that are not in their place yet
FILE_MODE = 0o600
FOLDER_MODE = 0o700


class BackupDisk:
    """One folder; each method is one step. Raises: OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The names of its files; none where there is no folder."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir())

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return (self.folder / name).read_bytes()

    def make_folder(self) -> None:
        """Make the folder where it is missing; what stands above it is the operator's."""
        if not self.folder.is_dir():
            self.folder.mkdir(FOLDER_MODE)
            _sync(self.folder.parent)

    def write(self, name: str, data: bytes) -> None:
        """Put the bytes on the disk, not in their place yet."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        number = os.open(self.folder / (name + NEW), flags, FILE_MODE)
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def place(self, name: str) -> None:
        """Put what was written in its place, whole."""
        (self.folder / (name + NEW)).replace(self.folder / name)

    def sync(self) -> None:
        """Make durable which names the folder has."""
        _sync(self.folder)

    def remove(self, name: str) -> None:
        """Remove a file."""
        (self.folder / name).unlink()


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
