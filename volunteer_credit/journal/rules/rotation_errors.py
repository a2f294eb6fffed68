"""Why a rotation of keys, the closing of a book or the opening of its successor is refused."""

from volunteer_credit.shared.errors import BadRequestError, ConflictError, RefusedError


class KeyRoleNameError(BadRequestError):
    """A role that no key has."""

    code = "key_role_name"
    en = "{role!r} is no role of a key; take entry, log, cosign or recovery."
    zh = "{role!r} 不是密钥角色；请使用 entry、log、cosign 或 recovery。"


class KeyNotHereError(RefusedError):
    """A key to retire that is not in force."""

    code = "key_not_here"
    en = "{origin} has no {role} key {key_id} in force; list its keys and take one of them."
    zh = "{origin} 没有生效中的 {role} 密钥 {key_id}；请查看密钥列表后重选。"


class PartsNeededError(BadRequestError):
    """Several successors, and nobody said who gets what."""

    code = "parts_needed"
    en = "{count} successors need {count} parts of the closing state; {parts} were given."
    zh = "{count} 个后继账本需要 {count} 份结账状态；现有 {parts} 份。"


class BookNotClosedError(ConflictError):
    """A successor of a book that goes on."""

    code = "book_not_closed"
    en = "{origin} is not closed in favour of {successor}; close it first, or say that it is lost."
    zh = "{origin} 尚未为 {successor} 结账；请先结账，或说明该账本已丢失。"


class BookNotSealedError(ConflictError):
    """A closed book whose last entries are not published."""

    code = "book_not_sealed"
    en = "The end of {origin} is not sealed yet; seal it first, it could never be sealed later."
    zh = "{origin} 的末尾尚未封存；请先封存，换册之后将无法再封存。"


class PredecessorDiffersError(RefusedError):
    """A predecessor that is not what this database has."""

    code = "predecessor_differs"
    en = "{origin} is given with size {given} or a root that is not its own; it has {size} entries."
    zh = "给出的 {origin} 大小 {given} 或根散列与本库不符；该账本有 {size} 条。"


class PredecessorMissingError(RefusedError):
    """A successor that does not follow the community's own book."""

    code = "predecessor_missing"
    en = "The successor of {origin} has to name it among its predecessors, with one state for each."
    zh = "{origin} 的后继账本须将其列为前任，且每个前任各附一份状态。"
