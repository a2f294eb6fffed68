"""What a browser says of itself, as far as its owner would recognise it."""

_DEVICES = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_IN_APP = (
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("DingTalk", "DingTalk"),
    ("QQ/", "QQ"),
)


def label_of(user_agent: str) -> str:
    """`iPhone`, `Android WeChat`; empty for what nobody knows."""
    device = next((name for mark, name in _DEVICES if mark in user_agent), "")
    return f"{device} {in_app(user_agent)}".strip()


def in_app(user_agent: str) -> str:
    """The app whose own browser this is: passkeys do not work there."""
    return next((name for mark, name in _IN_APP if mark in user_agent), "")
