"""The golden book `saturday`: one shift of a choir, from the convention to what became of it.

Every kind of `ledger.kinds_service`, in the order and the words of the service. The arithmetic is
ten points an hour in whole points, at most 80 a day, good through the end of the next month.
"""

from typing import Any

from tests.ledger.make import (
    ANNA,
    AT_MS,
    CHEN,
    DING,
    ERNA,
    Maker,
    actor,
    digest,
    family,
    pending,
    plain,
)
from tests.ledger.publish import Published
from tests.ledger.saturday_data import (
    CHOIR,
    CONVENTION,
    FANG,
    GAO,
    HAN,
    KAI,
    LEAD,
    LIN,
    MEI,
    OFFSET_HOURS,
    OWN_SCANS,
    PLANNED_MINUTES,
    SECOND,
    SHIFT,
    SHOP,
    STAYS,
    TERMS,
    TILL,
    TWO,
    WORK,
    award,
    correction,
    expired,
    moved_minutes,
    paid,
    reserved,
    spent,
    wallet,
)


def saturday(old: dict[str, bytes]) -> dict[str, bytes]:
    """A book of one Saturday's hours, their points and what was bought with them."""
    maker = Maker("weihai.example/saturday/1")
    published = Published(maker, old)
    story = _Story(maker)
    story.prepare()
    story.sign()
    story.come_and_go()
    story.approve()
    published.checkpoint(maker.book.size, maker.at_ms // 1000)
    story.object()
    story.paper()
    story.notice_is_over()
    story.redeem()
    story.correct()
    story.new_year()
    for text in (CONVENTION, TERMS):
        published.files[f"document/{digest(text.decode())}"] = text
    published.checkpoint(maker.book.size, maker.at_ms // 1000)
    published.prove([0, maker.book.size // 2, maker.book.size - 1])
    published.policy()
    return published.files


class _Story:
    """The book as it grows; it remembers the entries that later ones refer to."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.signed: dict[str, int] = {}
        self.started: dict[str, int] = {}
        self.ended: dict[str, int] = {}
        self.noticed: dict[str, int] = {}
        self.recorded: dict[str, int] = {}
        self.points: dict[str, int] = {}

    def at(self, days: int, hours: int, minutes: int = 0) -> None:
        """Go on so many days after Sunday 2026-11-22, at this local time."""
        elapsed_minutes = (days * 24 + hours - OFFSET_HOURS) * 60 + minutes
        self.maker.at_ms = AT_MS + elapsed_minutes * 60_000

    def job(self, name: str, kind: str, data: dict[str, Any], **extra: Any) -> int:
        """An entry of one of the service's jobs."""
        return self.maker.add(kind, data, actor=actor(f"system:{name}", "system"), **extra)

    def opened(self, *names: str, unit: str = "centipoints", limited: bool = True) -> None:
        """Open families of accounts."""
        lines = [family(each, unit, limited=limited) for each in sorted(names)]
        self.job("accounts", "account.opened", {"accounts": lines})

    def rule(self) -> dict[str, str]:
        """What an entry about points cites."""
        return {"clause": "hours_points", "convention": digest(CONVENTION.decode())}

    def budget(self, points: int, fen: int, reason: str = "grant") -> dict[str, Any]:
        """`data` of a budget out of the city's grant, which brings money with it."""
        return {
            "beneficiaries": [],
            "fund": "main",
            "reason": reason,
            "sponsor": "city",
            "transfers": [
                plain("sponsor:city", "fund:main", points * 100, code="budget"),
                plain("donor:city", "cash:main", fen, code="budget", unit="fen"),
            ],
        }

    def prepare(self) -> None:
        """Two coordinators, the convention, the baker and the fund; one proposal taken back."""
        maker = self.maker
        maker.open()
        self.opened("sponsor:city", limited=False)
        self.opened("fund:main", "expired:main", "receivable:baker")
        self.opened("donor:city", unit="fen", limited=False)
        self.opened("cash:main", unit="fen")
        for account in (DING, ERNA):
            maker.role(account, "coordinator", "organisation:choir")
        terms = {
            "beneficiaries": [],
            "convention": digest(CONVENTION.decode()),
            "effective_day": 20261124,
            "fen_per_point_max": {"main": 50},
        }
        maker.pair("convention", terms)
        price = {
            "beneficiaries": [],
            "fen_per_point": 40,
            "from": 20261124,
            "fund": "main",
            "merchant": "baker",
            "to": 20271231,
        }
        maker.pair("agreement", price, document=digest(TERMS.decode()))
        seq = maker.add("fund.budget.proposed", self.budget(3_000, 150_000), actor=actor(ANNA))
        reason = {"reason": "typed_wrong"}
        maker.add("fund.budget.withdrawn", reason, actor=actor(ANNA), refs=[seq])
        maker.pair("fund.budget", self.budget(30, 150_000))

    def sign(self) -> None:
        """Three join the points. Han, Kai, Lin and Mei serve without them."""
        self.at(3, 19)
        for account in (CHEN, FANG, GAO):
            data = {"account": account, "convention": digest(CONVENTION.decode())}
            who = actor(account, "member")
            self.signed[account] = self.maker.add("contract.signed", data, actor=who)

    def come_and_go(self) -> None:
        """The door on Saturday: seven come, one of them by mistake; one is asked again."""
        self.at(6, 8, 30)
        ways = {CHEN: "door", FANG: "card", HAN: "round", GAO: "pass", LIN: "round", KAI: "poster"}
        for account, how in {**ways, MEI: "number"}.items():
            flags = {HAN: ["offline"], KAI: ["no_sign_up", "walk_in"]}.get(account, [])
            site = "gate:1" if how in OWN_SCANS else ""
            data = {**SHIFT, "account": account, "activity": CHOIR["activity"], "flags": flags}
            self.started[account] = self.presence("started", {**data, "how": how, "site": site})
        self.presence("annulled", {**SHIFT, "account": MEI, "reason": "wrong_person"})
        for account, minute in {KAI: 5, FANG: 1, HAN: 2, LIN: 4, CHEN: 0, GAO: 3}.items():
            minutes = STAYS[account]
            self.at(6, 8, 30 + minute + minutes)
            flags = ["out_by_lead"] if account == HAN else []
            how = "closing" if account == HAN else ways[account]
            data = {**SHIFT, "account": account, "flags": flags, "minutes": minutes}
            self.ended[account] = self.presence("ended", {**data, "how": how})
            if account == FANG:
                self.at(6, 9, 45)
                seen = {**SHIFT, "account": CHEN, "how": "door", "site": "gate:1"}
                self.presence("seen", seen)
        count = {**SHIFT, "heads": 6, "present": 6}
        self.counted = self.maker.add("shift.counted", count, actor=LEAD, day=20261128)

    def presence(self, step: str, data: dict[str, Any]) -> int:
        """A scan: one's own at the door, otherwise the lead's."""
        account = data["account"]
        own = data.get("how") in OWN_SCANS
        extra: dict[str, Any] = {"actor": actor(account, "member") if own else LEAD}
        if step != "annulled":
            extra["tier"] = self.tier(account)
        if step != "started":
            extra["refs"] = [self.started[account]]
        return self.maker.add(f"presence.{step}", data, day=20261128, **extra)

    def tier(self, account: str) -> int:
        """How their presence was proved."""
        return {CHEN: 1, HAN: 3, LIN: 3}.get(account, 2)

    def service(self, account: str, minutes: int, **extra: Any) -> dict[str, Any]:
        """`data` of what somebody did."""
        return {
            **SHIFT,
            **CHOIR,
            **WORK,
            "account": account,
            "coefficient": "usual",
            "flags": ["offline", "out_by_lead"] if account == HAN else [],
            "minutes": minutes,
            "planned_minutes": PLANNED_MINUTES,
            **extra,
        }

    def approve(self) -> None:
        """A second coordinator approves five and refuses one; who was scanned has no notice."""
        self.at(6, 11, 30)
        self.opened("organiser:choir", unit="minutes", limited=False)
        five = (CHEN, FANG, GAO, HAN, LIN)
        self.opened(*(f"hours:{each}" for each in five), unit="minutes")
        self.opened(*(f"wallet:{each}" for each in (CHEN, FANG, GAO)))
        for account in five:
            minutes = STAYS[account]
            tier = self.tier(account)
            data = self.service(account, minutes, until_day=20261202 if tier == 3 else 20261128)
            self.noticed[account] = self.maker.add(
                "hours.noticed",
                data,
                actor=SECOND,
                day=20261128,
                tier=tier,
                refs=[self.started[account], self.ended[account], self.counted],
                commitments={"service": digest(f"words for {account}")},
                transfers=[reserved(account, minutes)],
            )
        refused = {**SHIFT, "account": KAI, "reason": "left_early"}
        refs = [self.started[KAI], self.ended[KAI], self.counted]
        self.maker.add("hours.refused", refused, actor=SECOND, day=20261128, tier=2, refs=refs)
        for account, centipoints in ((CHEN, 2_000), (FANG, 1_000), (GAO, 2_000)):
            self.record(account, self.service(account, STAYS[account]), (self.noticed[account], 0))
            data = award(account, STAYS[account], centipoints)
            if account == GAO:  # the fund's thirty points are gone
                self.follow("deferred", account, data)
            else:
                moves = [paid(account, 202612, centipoints)]
                self.follow("awarded", account, {**data, "month": 202612}, transfers=moves)

    def record(
        self, account: str, data: dict[str, Any], place: tuple[int, int], **extra: Any
    ) -> None:
        """Record what was reserved at this place."""
        post = {"amount": data["minutes"], "code": "service", "post": list(place)}
        self.about = {"day": 20261128, "tier": self.tier(account), **extra}
        self.recorded[account] = self.job(
            "hours", "hours.recorded", data, refs=[place[0]], transfers=[post], **self.about
        )

    def follow(self, step: str, account: str, data: dict[str, Any], **extra: Any) -> None:
        """What follows the hour that was recorded last."""
        cited = {} if step == "none" else {"rule": self.rule()}
        about = {"day": self.about["day"], "tier": self.about["tier"]}
        refs = {"refs": [self.recorded[account]]}
        self.points[account] = self.job(
            "points", f"points.{step}", data, **{**about, **cited, **refs, **extra}
        )

    def object(self) -> None:
        """Two objections to hours in notice: one is upheld and voids them, one is not."""
        self.at(7, 9)
        for account, reason, outcome, why in (
            (HAN, "not_there", "upheld", "evidence_wrong"),
            (LIN, "too_long", "dismissed", "evidence_right"),
        ):
            record = self.noticed[account]
            data = {"account": account, "reason": reason, "record": record}
            who = actor(MEI, "member")
            seq = self.maker.add("hours.objected", data, actor=who, refs=[record])
            if outcome == "upheld":
                void = {"code": "voided", "void": [record, 0]}
                data = {"account": account, "reason": "objection"}
                self.maker.add("hours.voided", data, actor=SECOND, refs=[record], transfers=[void])
            data = {"outcome": outcome, "reason": why, "record": record}
            self.maker.add("hours.answered", data, actor=SECOND, refs=[seq])

    def paper(self) -> None:
        """Sunday's rehearsal was written on paper: tier 4, two persons for one sheet."""
        self.at(8, 10)
        lines = [
            {
                "account": account,
                "coefficient": "usual",
                "flags": [],
                "minutes": minutes,
                "planned_minutes": 90,
            }
            for account, minutes in ((FANG, 90), (LIN, 45))
        ]
        sheet = {
            **WORK,
            **CHOIR,
            "beneficiaries": sorted([FANG, LIN]),
            "lines": lines,
            "sheet": "paper-1",
            "shift": "choir-20261129",
            "transfers": [reserved(FANG, 90), reserved(LIN, 45)],
        }
        extra: dict[str, Any] = {"day": 20261129, "tier": 4}
        seq = self.maker.add("hours.sheet.proposed", sheet, actor=LEAD, **extra)
        self.maker.add("hours.sheet.withdrawn", {"reason": "typed_wrong"}, actor=LEAD, refs=[seq])
        self.sheet = self.maker.pair("hours.sheet", {**sheet, "sheet": "paper-2"}, **TWO, **extra)

    def notice_is_over(self) -> None:
        """What stood in notice is recorded; then the fund rises and pays who waited, in order."""
        self.at(12, 6)
        none = {"account": LIN, "reason": "not_signed"}
        self.record(LIN, self.service(LIN, STAYS[LIN]), (self.noticed[LIN], 0))
        self.follow("none", LIN, none)
        waiting = self.points[GAO]
        for index, (account, minutes) in enumerate(((FANG, 90), (LIN, 45))):
            names = {"shift": "choir-20261129", "planned_minutes": 90}
            commitments = {"service": digest(f"words on paper for {account}")}
            self.record(
                account,
                self.service(account, minutes, **names),
                (self.sheet, index),
                day=20261129,
                tier=4,
                commitments=commitments,
            )
            if account == FANG:
                data = {**award(FANG, 90, 1_500, 20261129), "planned_minutes": 90}
                self.follow("deferred", FANG, data)
            else:
                self.follow("none", LIN, none)
        self.maker.pair("fund.budget", self.budget(100, 500_000, "contribution"))
        for account, deferred, centipoints, day in (
            (GAO, waiting, 2_000, 20261128),
            (FANG, self.points[FANG], 1_500, 20261129),
        ):
            data = {"account": account, "centipoints": centipoints, "fund": "main"}
            self.job(
                "points",
                "points.paid",
                {**data, "month": 202701},
                day=day,
                rule=self.rule(),
                refs=[deferred],
                transfers=[paid(account, 202701, centipoints)],
            )

    def hold(self, account: str, parts: dict[int, int], **extra: Any) -> int:
        """Hold points at the till for three minutes, some of each of these months."""
        transfers = [
            pending(wallet(account, month), SHOP, amount, timeout_seconds=180, code="hold")
            for month, amount in parts.items()
        ]
        pieces = [{"offer": "bun", "pieces": sum(parts.values()) // 100}]
        data = spent(account, sum(parts.values()), pieces=pieces, how="pass")
        return self.maker.add("redemption.held", {**data, **extra}, actor=TILL, transfers=transfers)

    def refund(self, month: int, reason: str, code: str, centipoints: int) -> None:
        """Give Chen back a part of what was bought."""
        self.maker.add(
            "redemption.refunded",
            spent(CHEN, centipoints, reason=reason),
            actor=TILL,
            refs=[self.bought],
            transfers=[plain(SHOP, wallet(CHEN, month), centipoints, code=code)],
        )

    def redeem(self) -> None:
        """A market day: one buys, one lets the three minutes pass with points of two months."""
        self.at(13, 10)
        held = self.hold(CHEN, {202612: 1_500})
        post = {"amount": 1_500, "code": "hold", "post": [held, 0]}
        self.bought = self.maker.add(
            "redemption.confirmed",
            spent(CHEN, 1_500),
            actor=actor(CHEN, "member"),
            refs=[held],
            transfers=[post],
        )
        held = self.hold(FANG, {202612: 1_000, 202701: 200}, how="own_phone")
        self.at(13, 11)
        voids = [{"code": "release", "void": [held, index]} for index in range(2)]
        data = spent(FANG, 1_200, reason="expired")
        self.job("redemptions", "redemption.voided", data, refs=[held], transfers=voids)

    def correct(self) -> None:
        """Chen had less and has spent it already; Gao had more. Then some buns come back."""
        self.at(15, 9)
        self.correction(CHEN, 125, 60, withdrawn=True)
        seq = self.correction(CHEN, 125, 65)
        back = plain(wallet(CHEN, 202612), "fund:main", 500, code="taken_back")
        data = correction(CHEN, (125, 2_000), (65, 1_000), rest=500)
        self.corrected(CHEN, data, seq, 1, back)
        seq = self.correction(GAO, 123, 135)
        data = correction(GAO, (123, 2_000), (135, 2_200))
        self.corrected(GAO, data, seq, 2, paid(GAO, 202701, 200))
        self.at(16, 17)
        self.refund(202612, "returned", "refund", 300)

    def correction(self, account: str, before: int, after: int, *, withdrawn: bool = False) -> int:
        """A pair about an hour of Saturday, or a proposal that ended."""
        data = {
            "account": account,
            "beneficiaries": [account],
            "minutes": after,
            "minutes_before": before,
            "reason": "counted_wrong",
            "record": self.recorded[account],
            "transfers": [moved_minutes(account, before, after)],
        }
        about: dict[str, Any] = {"day": 20261128, "tier": self.tier(account)}
        if not withdrawn:
            return self.maker.pair("hours.correction", data, **TWO, **about)
        seq = self.maker.add("hours.correction.proposed", data, actor=LEAD, **about)
        reason = {"reason": "mistake"}
        return self.maker.add("hours.correction.withdrawn", reason, actor=SECOND, refs=[seq])

    def corrected(
        self, account: str, data: dict[str, Any], seq: int, tier: int, transfer: dict[str, Any]
    ) -> None:
        """What follows a correction."""
        refs = [seq, self.points[account]]
        self.about = {"day": 20261128, "tier": tier}
        self.follow("corrected", account, data, refs=refs, transfers=[transfer])

    def new_year(self) -> None:
        """A hold outlives its month, the rest expires, a late refund, and a goodbye."""
        self.at(39, 23, 58)
        held = self.hold(FANG, {202612: 400})
        self.at(40, 0, 2)
        void = {"code": "release", "void": [held, 0]}
        data = spent(FANG, 400, reason="expired")
        moves = [void, *expired(FANG, 202612, 1_000)]
        self.job("redemptions", "redemption.voided", data, refs=[held], transfers=moves)
        month = {"fund": "main", "month": 202612}
        self.job("points", "points.expired", month, transfers=expired(CHEN, 202612, 300))
        self.at(41, 9)
        self.refund(202701, "spoiled", "refund_late", 200)
        ended = {"account": CHEN, "reason": "own_act"}
        self.maker.add(
            "contract.ended", ended, actor=actor(CHEN, "member"), refs=[self.signed[CHEN]]
        )
        closed = {"accounts": [f"wallet:{CHEN}"], "reason": "left"}
        moves = expired(CHEN, 202701, 200, "forfeited")
        self.job("points", "account.closed", closed, transfers=moves)
