"""Why a store refuses: the disk, another writer, or another history (docs/ledger-format.md T4)."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.errors import ForkError, IncompleteError, MalformedError, ProofError, StoreError


class StoreLockedError(StoreError):
    """A second writer."""

    code = "store_locked"
    en = "Another writer has the book open ({path}); close that one first."
    zh = "另有写入者正打开此账本（{path}）；请先关闭它。"


class StoreBrokenError(StoreError):
    """A call after a step that failed: what is on the disk now is known only by reading it."""

    code = "store_broken"
    en = "The book at {path} must be opened again: {reason}."
    zh = "位于 {path} 的账本须重新打开：{reason}。"


class DiskFullError(StoreError):
    """No room, or no quota left."""

    code = "disk_full"
    en = "The disk is full: {path} could not be written. Make room, then open the book again."
    zh = "磁盘已满：无法写入 {path}。请腾出空间，再重新打开账本。"


class ReadOnlyError(StoreError):
    """A folder or file that may not be written, or not even read."""

    code = "disk_read_only"
    en = "{path} may not be written or read ({reason}). Allow it, then open the book again."
    zh = "{path} 不可写或不可读（{reason}）。请放开权限，再重新打开账本。"


class DiskFailedError(StoreError):
    """Anything else that the file system reports."""

    code = "disk_failed"
    en = "The disk failed at {path}: {reason}. Check it, then open the book again."
    zh = "磁盘在 {path} 处出错：{reason}。请检查磁盘，再重新打开账本。"


class FolderNotEmptyError(StoreError):
    """A new book in a folder that holds something."""

    code = "folder_not_empty"
    en = "{path} is not empty (it holds {name!r}); a new book needs an empty folder."
    zh = "{path} 不是空文件夹（其中有 {name!r}）；新账本需要空文件夹。"


class NoBookError(StoreError):
    """A folder without the working files of a writer."""

    code = "no_book"
    en = "{path} holds no book that can be written: there is no .ledger/unsealed in it."
    zh = "{path} 中没有可写入的账本：其中没有 .ledger/unsealed。"


class UnsealedDamagedError(StoreError):
    """Entries after the head that are neither whole nor the rest of a batch that was cut short."""

    code = "unsealed_damaged"
    en = "{path} is damaged at byte {offset}, before the entry {seq}; restore it from a backup."
    zh = "{path} 在第 {offset} 字节处损坏（条目 {seq} 之前）；请从备份恢复。"


class StartError(StoreError):
    """A batch that does not begin where the store ends."""

    code = "store_start"
    en = "The batch starts at entry {start}, but the store holds {size}; nothing was written."
    zh = "该批从第 {start} 条开始，而存储中已有 {size} 条；未写入任何内容。"


class HeadMovedError(StoreError):
    """The compare-and-swap of the signed checkpoint found another one."""

    code = "head_moved"
    en = "The head is {head}, not {expected} as this writer thought; open the book again."
    zh = "当前头部为 {head}，而非写入者所认为的 {expected}；请重新打开账本。"


class SealSizeError(StoreError):
    """A checkpoint that does not grow, or covers entries that are not there."""

    code = "seal_size"
    en = "A checkpoint of size {size} cannot follow {old_size}; the store holds {count} entries."
    zh = "大小为 {size} 的检查点不能接在 {old_size} 之后；存储中有 {count} 条。"


class NothingToSealError(StoreError):
    """No entry and no checkpoint: nobody's keys could sign (T3)."""

    code = "nothing_to_seal"
    en = "The book {origin} has no entry yet, so there is nothing to sign."
    zh = "账本 {origin} 尚无条目，无可签署。"


class RollbackError(ForkError):
    """What is published is not what the head says: one of them comes from another time."""

    code = "rollback"
    en = (
        "The published checkpoint ({published}) and the head of the writer ({head}) do not agree; "
        "one of them comes from another time, for example from a backup. Nothing was written."
    )
    zh = (
        "已发布的检查点（{published}）与写入者的头部（{head}）不一致；"
        "其中之一来自别的时间，例如来自备份。未写入任何内容。"
    )


class TileChangedError(ForkError):
    """A published tile or bundle with other bytes than the same place has now."""

    code = "tile_changed"
    en = "{path} is published already with other content; it is never overwritten."
    zh = "{path} 已发布且内容不同；已发布的内容绝不覆盖。"


class TreeForkError(ForkError):
    """Tiles that do not give the root that was signed."""

    code = "tree_fork"
    en = "The tiles do not give the root of the checkpoint {checkpoint}."
    zh = "这些瓦片推不出检查点 {checkpoint} 的根。"


class OriginForkError(ForkError):
    """A checkpoint of another book."""

    code = "origin_fork"
    en = "The head is of the book {head}, not of {origin}."
    zh = "头部属于账本 {head}，而非 {origin}。"


class TileContentError(ProofError):
    """A tile or bundle that does not fit the tile above or below it."""

    code = "tile_content"
    en = "The content of {path} does not fit the tree."
    zh = "{path} 的内容与树不符。"


class EntryRangeError(IncompleteError):
    """Entries that are not there."""

    code = "entry_range"
    en = "There are no entries from {start} to {stop}; the book has {size}."
    zh = "没有第 {start} 至 {stop} 条条目；账本共有 {size} 条。"


class PathRefusedError(MalformedError):
    """A path that is not one of a published file, or leaves the folder."""

    code = "path_refused"
    en = "{path!r} is not the path of a published file."
    zh = "{path!r} 不是已发布文件的路径。"


def disk_error(error: OSError, path: Path) -> StoreError:
    """What the file system reports as a sentence for a person; `path` if it names no file."""
    where = path if error.filename is None else error.filename
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(path=where)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return ReadOnlyError(path=where, reason=error.strerror)
    return DiskFailedError(path=where, reason=error.strerror)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the file system reports inside of a block into `disk_error`."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, path) from error
