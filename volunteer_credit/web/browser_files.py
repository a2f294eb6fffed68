"""What pages load that is not ours: scripts/get-browser-files.sh gets it, and it may be missing."""

from pathlib import Path

from volunteer_credit.shared.checks import Check, State

STATIC = Path(__file__).parent / "static"
DECODER = "npm/qr/decode.js"


def decoder_url() -> str:
    """Where a browser that cannot read codes itself gets a decoder; empty where there is none."""
    return f"/static/{DECODER}" if (STATIC / DECODER).is_file() else ""


def decoder_check() -> Check:
    """Whether every browser with a camera can scan, for `doctor`."""
    if decoder_url():
        return Check(
            "decoder",
            State.OK,
            "Every browser with a camera can read codes.",
            "有摄像头的浏览器均可扫码。",
        )
    return Check(
        "decoder",
        State.WARNING,
        f"{DECODER} is missing: browsers that read no codes themselves (iPhone, WeChat, Firefox)"
        " offer no camera. Numbers and hand scanners work. Run make dev where there is npm.",
        f"缺少 {DECODER}：自身不能识码的浏览器（iPhone、微信、Firefox）不提供摄像头扫码；"
        "输入号码和扫码枪不受影响。请在装有 npm 的机器上执行 make dev。",
    )
