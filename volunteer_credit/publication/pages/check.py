"""Checking a receipt, for everybody: upload it or paste it, read what it says."""

from flask import Blueprint, render_template, request

from volunteer_credit.journal.operations.check_receipt import CheckedReceipt, check_receipt
from volunteer_credit.people.queries.communities import community
from volunteer_credit.publication.rules.receipts import (
    RECEIPT_BYTES_MAX,
    check_length,
    pasted,
)
from volunteer_credit.publication.rules.words import kind_words
from volunteer_credit.shared.db import db
from volunteer_credit.shared.errors import RefusedError
from volunteer_credit.shared.units import hours_text, points_text
from volunteer_credit.web.auth import NOBODY, requires
from volunteer_credit.web.languages import day, language, moment, t
from volunteer_credit.web.limits import limited

pages = Blueprint("publication_check", __name__, template_folder="../templates")


@pages.get("/verify")
@requires(NOBODY)
def show() -> str:
    """The form."""
    return render_template("publication/verify.html", error="")


@pages.post("/verify")
@requires(NOBODY)
@limited("verify", per_ip=(60, 60))
def check() -> str:
    """The answer: green, yellow where witnesses are missing, red with the reason."""
    try:
        data = check_length(_sent())
        if not data:
            error = t("Choose a file or paste the receipt.", "请选择文件或粘贴回执内容。")
            return render_template("publication/verify.html", error=error)
        found = check_receipt(data)
    except RefusedError as refusal:
        text = refusal.sentence(language())
        return render_template("publication/verified.html", refusal=text, found=None)
    return render_template("publication/verified.html", found=found, facts=_facts(found))


def _sent() -> bytes:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.stream.read(RECEIPT_BYTES_MAX + 1)
    return pasted(request.form.get("receipt", ""))


def _facts(found: CheckedReceipt) -> list[tuple[str, str]]:
    """What the receipt says, line by line; nobody is named."""
    known = community(db.session, found.community_id)
    rows = [
        (t("Community", "社区"), known.name if known else found.community_id),
        (t("What happened", "事项"), t(*kind_words(found.kind))),
    ]
    if found.day:
        rows.append((t("Day of service", "服务日期"), day(found.day)))
    if found.amounts.minutes is not None:
        rows.append((t("Time", "时长"), hours_text(found.amounts.minutes, language())))
    if found.amounts.centipoints is not None:
        rows.append((t("Points", "积分"), points_text(found.amounts.centipoints)))
    rows += [
        (t("Written", "写入时间"), moment(found.at_ms)),
        (t("Entry", "条目"), t(f"{found.seq} of {found.size}", f"第 {found.seq} 号")),
        (t("Book", "账本"), found.origin),
    ]
    if found.signed_at_seconds is not None:
        rows.append((t("Signed", "签名时间"), moment(found.signed_at_seconds * 1000)))
    nobody = t("none", "无")
    rows.append((t("Witnesses", "见证方"), "、".join(found.witnesses) or nobody))
    return rows
