"""Why the state of a witness refuses; raised by `ledger.witness_state` and `witness_files`."""

from ledger.errors import ForkError, IncompleteError, MalformedError, StoreError


class WitnessStateMissingError(IncompleteError):
    """A key that has not been given a state yet."""

    code = "witness_state_missing"
    en = "The witness key in {folder} has no state yet; create one first."
    zh = "{folder} 中的见证密钥还没有状态，请先创建。"


class WitnessStateExistsError(ForkError):
    """A second state for one key, or a folder that is in use."""

    code = "witness_state_exists"
    en = "{folder} is in use already: a witness key gets one state, once. Make a new key."
    zh = "{folder} 已被使用：一把见证密钥只能有一个状态，且只创建一次。请生成新密钥。"


class WitnessStateLostError(IncompleteError):
    """A key whose state is gone, in whole or in part."""

    code = "witness_state_lost"
    en = "The state {file} of this witness is lost. Its key could sign a fork: make a new key."
    zh = "见证者的状态 {file} 已丢失，其密钥可能签出分叉：请停用该密钥并生成新密钥。"


class WitnessStateForeignError(ForkError):
    """A state folder that belongs to other keys."""

    code = "witness_state_foreign"
    en = "The state in {folder} does not belong to this witness key."
    zh = "{folder} 中的状态不属于这把见证密钥。"


class WitnessStateBackwardsError(ForkError):
    """A checkpoint to keep that is older than, or another than, the one that is kept."""

    code = "witness_state_backwards"
    en = "The state of {origin!r} is at size {old_size} and does not go to this one of size {size}."
    zh = "{origin!r} 的状态在大小 {old_size}，不能改为这个大小为 {size} 的检查点。"


class WitnessStateCorruptError(MalformedError):
    """A state file that is not what was written."""

    code = "witness_state_corrupt"
    en = "The state file {file} is damaged; do not delete it, nothing is cosigned without it."
    zh = "状态文件 {file} 已损坏；请勿删除，没有它就不会联署。"


class WitnessStateIoError(StoreError):
    """A disk that does not read or write."""

    code = "witness_state_io"
    en = "The state of the witness cannot be read or written ({reason}); nothing was cosigned."
    zh = "见证者的状态无法读写（{reason}）；没有联署任何内容。"


class WitnessStateSyncError(StoreError):
    """A disk that does not confirm a write; the state stops for good."""

    code = "witness_state_sync"
    en = "The disk did not confirm a write ({reason}): restart the witness when the disk is sound."
    zh = "磁盘没有确认状态的写入（{reason}）：请在磁盘正常后重新启动见证者。"
