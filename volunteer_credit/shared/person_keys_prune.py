"""Which backup files are written anew, and what of them stays.

A file is written anew before it is 35 days old, without the keys destroyed since: so a destroyed
key is gone from the second store within 35 days, if the job runs each day. Small files of a day
that is over become one.
"""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import Connection

from volunteer_credit.shared.person_keys_backup import (
    ERASED,
    RECORDS_MAX,
    BackupFile,
    BackupList,
)
from volunteer_credit.shared.person_keys_records import WrappedKey, erased_of, versions

DAY_MS = 86_400_000
KEEP_DAYS_MAX = 35
AGE_DAYS_MAX = KEEP_DAYS_MAX - 1  # the next daily run would come too late
FILES_MAX = 200  # in one step, which holds the lock: small files add up to little


def group_to_rewrite(listed: BackupList, at_ms: int) -> list[BackupFile]:
    """Files to be written anew as one; none when all is well."""
    aged = [file for file in listed.files if not 0 <= at_ms - file.at_ms < AGE_DAYS_MAX * DAY_MS]
    if aged:
        return _bounded([file for file in aged if file.kind == aged[0].kind])
    small = [
        file
        for file in listed.files
        if file.count < RECORDS_MAX and file.at_ms // DAY_MS < at_ms // DAY_MS
    ]
    for _, files in groupby(sorted(small, key=_day), _day):
        group = list(files)
        if len(group) > 1:
            return _bounded(group)
    return []


def dated(group: Sequence[BackupFile], at_ms: int) -> int:
    """The date of what a group becomes: new for aged files, else that of its oldest."""
    oldest_ms = min(file.at_ms for file in group)
    return oldest_ms if 0 <= at_ms - oldest_ms < AGE_DAYS_MAX * DAY_MS else at_ms


def kept(
    connection: Connection, listed: BackupList, file: BackupFile, records: Sequence[str]
) -> list[str]:
    """The records of a file that have to stay: not erased, and not held by another file."""
    if file.kind == ERASED:
        return list(records)
    keys = [WrappedKey.of_record(record) for record in records]
    persons = [key.person_id for key in keys]
    erased, here = erased_of(connection, persons), versions(connection, persons)
    others = {each.ordinal for each in listed.files} - {file.ordinal}

    def is_needed(key: WrappedKey) -> bool:
        version, ordinal = here.get(key.person_id, (0, None))
        return key.person_id not in erased and not (version >= key.version and ordinal in others)

    return [record for key, record in zip(keys, records, strict=True) if is_needed(key)]


def _day(file: BackupFile) -> tuple[str, int]:
    return file.kind, file.at_ms // DAY_MS


def _bounded(files: Sequence[BackupFile]) -> list[BackupFile]:
    """The first of these files, as many as one step takes."""
    taken: list[BackupFile] = []
    count = 0
    for file in files[:FILES_MAX]:
        count += file.count
        if taken and count > 2 * RECORDS_MAX:
            break
        taken.append(file)
    return taken
