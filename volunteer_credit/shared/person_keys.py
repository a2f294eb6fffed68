"""People's keys: one for each person, apart from the data, with a second store of their own.

A person's data is sealed under the person's key. Destroying the key erases the person everywhere;
the backup files forget it within 35 days. A key has to reach the second store before the person's
first entry is sealed (`require_backed_up`), and an erasure reaches it before `destroy` returns.
Each write goes to the second store first and is committed then; what a cut leaves ahead there is
taken back when the next writer comes, or by `restore`. An erasure wins over every copy of a key.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from volunteer_credit.config import Settings
from volunteer_credit.shared.clock import Clock
from volunteer_credit.shared.ids import Random
from volunteer_credit.shared.person_keys_backup import ERASED, KEYS, BackupList, PersonKeyBackup
from volunteer_credit.shared.person_keys_cipher import KEY_BYTES, KeyWrap, mac, seal, unseal
from volunteer_credit.shared.person_keys_disk import BackupDisk
from volunteer_credit.shared.person_keys_errors import (
    NoPersonKeyError,
    PersonErasedError,
    PersonKeyBackupBehindError,
    PersonKeyBackupDamagedError,
    PersonKeyBackupMissingError,
    PersonKeyBackupNotEmptyError,
    PersonKeyNotBackedUpError,
    PersonKeysBehindError,
)
from volunteer_credit.shared.person_keys_prune import dated, group_to_rewrite, kept
from volunteer_credit.shared.person_keys_records import (
    Erasure,
    WrappedKey,
    destroy_erased,
    erased_of,
    hash_of,
    is_erased,
    mark,
    pending,
    take_erasures,
    take_keys,
    versions,
)
from volunteer_credit.shared.person_keys_tables import (
    ERASURES,
    HEAD,
    PERSON_KEYS,
    KeyDatabase,
    head,
)
from volunteer_credit.shared.runtime import Runtime

REWRAP_COUNT = 500  # in one transaction


class PersonKeys:
    """The keys of one installation. A person is a random number of 32 hex digits.

    Every method raises DatabaseBusyError and its like (`db_errors`). Those that take `at_ms`, UTC
    milliseconds, write to the second store too and raise what `PersonKeyBackup` raises,
    PersonKeyBackupBehindError, and PersonKeyBackupMissingError; nothing is changed then, or all.
    """

    def __init__(
        self, settings: Settings, clock: Clock, random: Random, disk: BackupDisk | None = None
    ) -> None:
        self._random = random
        self._wrap = KeyWrap(settings.key_secret, settings.key_secret_old)
        self._database = KeyDatabase(settings, clock)
        disk = BackupDisk(settings.person_keys_backup_dir) if disk is None else disk
        self._backup = PersonKeyBackup(disk, self._wrap)

    # ---- one person ------------------------------------------------------------------------------

    def create(self, person: str, at_ms: int) -> None:
        """Make the person's key, unless it is there. Raises: PersonErasedError."""
        wrapped = self._wrap.wrap(person, self._random(KEY_BYTES), self._random)
        key = WrappedKey(person, 1, at_ms, self._wrap.under, wrapped)
        with self._database.writing() as connection:
            if is_erased(connection, person):
                raise PersonErasedError
            if not versions(connection, [person]):
                connection.execute(insert(PERSON_KEYS).values(vars(key)))

    def destroy(self, person: str, at_ms: int) -> None:
        """Erase the person for ever, known or not; when this returns, the second store knows."""
        with self._database.writing() as connection:
            take_erasures(connection, [Erasure(hash_of(person), at_ms)])
            connection.execute(delete(PERSON_KEYS).where(PERSON_KEYS.c.person_id == person))
            self._ship(connection, at_ms)

    def has(self, person: str) -> bool:
        """Whether the person's key is there."""
        with self._database.reading() as connection:
            return bool(versions(connection, [person]))

    def seal(self, person: str, purpose: str, plaintext: bytes) -> bytes:
        """The data of a person for a purpose. Raises: as `open`, but for SealedDataError."""
        return seal(self._key(person), person, purpose, plaintext, self._random)

    def open(self, person: str, purpose: str, ciphertext: bytes) -> bytes:
        """What `seal` was given.

        Raises: SealedDataError, PersonErasedError, NoPersonKeyError, PersonKeyDamagedError,
        PersonKeySecretError.
        """
        return unseal(self._key(person), person, purpose, ciphertext)

    def mac(self, person: str, purpose: str, data: bytes) -> bytes:
        """32 bytes that stand for a person's data, the same each time. Raises: as `seal`."""
        return mac(self._key(person), person, purpose, data)

    def _key(self, person: str) -> bytes:
        c = PERSON_KEYS.c
        with self._database.reading() as connection:
            query = select(c.under, c.wrapped).where(c.person_id == person)
            row = connection.execute(query).one_or_none()
            if row is None:
                raise PersonErasedError if is_erased(connection, person) else NoPersonKeyError
        return self._wrap.unwrap(person, row.under, row.wrapped)

    # ---- the second store ------------------------------------------------------------------------

    def is_backed_up(self, person: str) -> bool:
        """Whether the person's key is there, and in the second store."""
        with self._database.reading() as connection:
            _, ordinal = versions(connection, [person]).get(person, (0, None))
        return ordinal is not None

    def require_backed_up(self, persons: Iterable[str]) -> None:
        """Ask that none of these keys can be lost with one disk; the erased have none to lose.

        Raises: PersonKeyNotBackedUpError.
        """
        asked = set(persons)
        with self._database.reading() as connection:
            here = versions(connection, sorted(asked))
            safe = {person for person, (_, ordinal) in here.items() if ordinal is not None}
            missing = asked - safe
            missing -= erased_of(connection, missing)
        if missing:
            raise PersonKeyNotBackedUpError(count=len(missing))

    def back_up(self, at_ms: int) -> int:
        """Write to the second store what it does not hold; how many keys and erasures."""
        with self._database.reading() as connection:
            keys, erasures = pending(connection)
        if not keys and not erasures:
            return 0
        with self._database.writing() as connection:
            return self._ship(connection, at_ms)

    def prune(self, at_ms: int) -> int:
        """Write old files anew without destroyed keys; how many files went. Run it each day."""
        count = 0
        while gone := self._prune_once(at_ms):
            count += gone
        return count

    def check_backup(self) -> int:
        """Read the whole second store and compare; how many keys it holds for living persons.

        Raises: as `require_current`; PersonKeyBackupDamagedError.
        """
        with self._database.writing() as connection:
            listed = self._current(connection)
            found = set()
            for file in () if listed is None else listed.files:
                records = self._backup.read(file)
                if file.kind == KEYS:
                    keys = [WrappedKey.of_record(record) for record in records]
                    found |= {(key.person_id, key.version, file.ordinal) for key in keys}
            columns = PERSON_KEYS.c.person_id, PERSON_KEYS.c.version, PERSON_KEYS.c.backed_up
            rows = connection.execute(select(*columns).where(PERSON_KEYS.c.backed_up.is_not(None)))
            here = {tuple(row) for row in rows}
        for _, _, ordinal in here - found:
            raise PersonKeyBackupDamagedError(file=f"{KEYS}-…-{ordinal:08d}")
        return len(here)

    def require_current(self) -> None:
        """Ask that this database and the second store are of one time: before traffic is accepted.

        Raises: PersonKeysBehindError, PersonKeyBackupBehindError, PersonKeyBackupMissingError,
        PersonKeyBackupDamagedError, PersonKeySecretError, PersonKeyBackupFailedError.
        """
        with self._database.writing() as connection:
            self._current(connection)

    def restore(self, at_ms: int) -> int:
        """Take every key and erasure of the second store in; how many keys were missing here.

        Right for an empty database and for an old copy of it. Nothing is lost by a second run.
        Raises: also PersonKeyBackupUnlistedError.
        """
        with self._database.writing() as connection:
            listed = self._backup.listed()
            if listed is None:
                raise PersonKeyBackupMissingError
            _refuse_older(connection, listed)
            count = self._merge(connection, listed)
            self._ship(connection, at_ms)
            return count

    def renew_backup(self, at_ms: int) -> int:
        """Begin the second store anew, in an empty folder, with all that is here; how many.

        Raises: PersonKeyBackupNotEmptyError.
        """
        with self._database.writing() as connection:
            if not self._backup.is_empty():
                raise PersonKeyBackupNotEmptyError
            _unmark(connection)
            _set_head(connection, self._backup.begin(head(connection).number + 1))
            return self._ship(connection, at_ms)

    # ---- erasures, and the secret ----------------------------------------------------------------

    def erasures(self) -> list[Erasure]:
        """Everyone who was erased, oldest first."""
        c = ERASURES.c
        with self._database.reading() as connection:
            query = select(c.person_hash, c.erased_at_ms).order_by(c.erased_at_ms, c.person_hash)
            return [Erasure(*row) for row in connection.execute(query)]

    def apply_erasures(self, erasures: Sequence[Erasure], at_ms: int) -> int:
        """Erase again, after a restore, those whom an archive remembers; how many keys went."""
        with self._database.writing() as connection:
            take_erasures(connection, erasures)
            count = destroy_erased(connection)
            self._ship(connection, at_ms)
            return count

    def rewrap(self, at_ms: int) -> int:
        """Wrap keys that are under the old secret with the new one; how many.

        A cut run is taken up by the next. When this returns, the old secret is needed no more.
        Raises: also PersonKeySecretError, PersonKeyDamagedError; what was done till then stays.
        """
        count = 0
        while done := self._rewrap_some(at_ms):
            count += done
        return count

    def _rewrap_some(self, at_ms: int) -> int:
        columns = [PERSON_KEYS.c[name] for name in WrappedKey.__dataclass_fields__]
        query = select(*columns).where(PERSON_KEYS.c.under != self._wrap.under).limit(REWRAP_COUNT)
        with self._database.writing() as connection:
            listed = self._meet(connection)
            keys = [WrappedKey(*row) for row in connection.execute(query)]
            for key in keys:
                plain = self._wrap.unwrap(key.person_id, key.under, key.wrapped)
                changed = update(PERSON_KEYS).where(PERSON_KEYS.c.person_id == key.person_id)
                connection.execute(
                    changed.values(
                        wrapped=self._wrap.wrap(key.person_id, plain, self._random),
                        under=self._wrap.under,
                        version=key.version + 1,
                        backed_up=None,
                    )
                )
            self._ship(connection, at_ms)
            if not keys and listed.under != self._wrap.under:
                _set_head(connection, self._backup.relist(self._meet(connection), ()))
        return len(keys)

    # ---- both stores together --------------------------------------------------------------------

    def _current(self, connection: Connection) -> BackupList | None:
        listed, number = self._backup.listed(), head(connection).number
        if listed is None:
            if number:
                raise PersonKeyBackupMissingError
            return None
        _refuse_older(connection, listed)
        if listed.number > number:
            raise PersonKeysBehindError(number=number, listed=listed.number)
        return listed

    def _meet(self, connection: Connection) -> BackupList:
        """The list that this database goes on from; what is ahead of it there is taken in."""
        listed, number = self._backup.listed(), head(connection).number
        if listed is None:
            if number:
                raise PersonKeyBackupMissingError
            listed = self._backup.begin(1)
        _refuse_older(connection, listed)
        if listed.number > number:
            self._merge(connection, listed)
        return listed

    def _merge(self, connection: Connection, listed: BackupList) -> int:
        """Take all of the second store in; the count of keys that were missing."""
        if _is_fresh(connection):
            self._backup.refuse_unlisted(listed)
        _unmark(connection)
        for file in listed.files:
            if file.kind == ERASED:
                erasures = [Erasure.of_record(record) for record in self._backup.read(file)]
                take_erasures(connection, erasures, file.ordinal)
        count = 0
        for file in listed.files:
            if file.kind == KEYS:
                keys = [WrappedKey.of_record(record) for record in self._backup.read(file)]
                count += take_keys(connection, keys, file.ordinal)
        destroy_erased(connection)
        _set_head(connection, listed)
        return count

    def _ship(self, connection: Connection, at_ms: int) -> int:
        """Write what is pending into new files, and list them; how many records."""
        listed = self._meet(connection)
        keys, erasures = pending(connection)
        lines = [key.record() for key in keys]
        files = self._backup.write(KEYS, listed.next_ordinal, at_ms, lines)
        start = listed.next_ordinal + len(files)
        lines = [each.record() for each in erasures]
        files += self._backup.write(ERASED, start, at_ms, lines)
        if files:
            _set_head(connection, self._backup.relist(listed, files))
            mark_all = {KEYS: [key.person_id for key in keys]}
            mark_all[ERASED] = [each.person_hash for each in erasures]
            for file in files:
                names = mark_all[file.kind]
                table = PERSON_KEYS if file.kind == KEYS else ERASURES
                mark(connection, table, names[: file.count], file.ordinal)
                del names[: file.count]
        return len(keys) + len(erasures)

    def _prune_once(self, at_ms: int) -> int:
        with self._database.writing() as connection:
            self._ship(connection, at_ms)  # so that every key here stands in a file
            listed = self._meet(connection)
            group = group_to_rewrite(listed, at_ms)
            if not group:
                self._backup.sweep(listed)
                return 0
            records = []
            for file in group:
                records += kept(connection, listed, file, self._backup.read(file))
            written_at_ms, kind = dated(group, at_ms), group[0].kind
            files = self._backup.write(kind, listed.next_ordinal, written_at_ms, records)
            _set_head(connection, self._backup.relist(listed, files, group))
            for file in files:
                names = [record.split(" ")[0] for record in records[: file.count]]
                mark(connection, PERSON_KEYS if kind == KEYS else ERASURES, names, file.ordinal)
                del records[: file.count]
            return len(group)


def person_keys(runtime: Runtime) -> PersonKeys:
    """The keys of an application."""
    return runtime.part(PersonKeys, lambda r: PersonKeys(r.settings, r.clock, r.random))


def _refuse_older(connection: Connection, listed: BackupList) -> None:
    """Refuse a second store that is not the one this database last wrote, or a later one."""
    row = head(connection)
    is_other = listed.number == row.number and listed.digest != row.digest
    if listed.number < row.number or is_other:
        raise PersonKeyBackupBehindError(number=row.number, listed=listed.number)


def _is_fresh(connection: Connection) -> bool:
    counts = (select(func.count()).select_from(table) for table in (PERSON_KEYS, ERASURES))
    return not any(connection.execute(count).scalar_one() for count in counts)


def _unmark(connection: Connection) -> None:
    for table in (PERSON_KEYS, ERASURES):
        connection.execute(update(table).values(backed_up=None))


def _set_head(connection: Connection, listed: BackupList) -> None:
    connection.execute(update(HEAD).values(number=listed.number, digest=listed.digest))
