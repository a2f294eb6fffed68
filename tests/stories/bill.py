"""The burden bill: what a Saturday costs each of its people in acts and screens."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

ACT, SCREEN, SCAN = "acts", "screens", "scans"
# Of one person at one shift. A scan is a card, pass, number or name taken by the lead: one for each
# person without a phone, and what paper costs too (a line written by hand).
STAFF = "community staff"
TARGETS = {"volunteer": 2, "coordinator": 6, "second person": 2, STAFF: 0}
SATURDAY = "shift"


@dataclass
class Bill:
    """Counts by stage, face and person. A stage of the Saturday itself is called a shift."""

    stage: str = "before"
    counts: dict[tuple[str, str, str], Counter[str]] = field(default_factory=dict)
    requests: int = 0

    def note(self, face: str, who: str, kind: str) -> None:
        """One more act, screen or scan."""
        self.counts.setdefault((self.stage, face, who), Counter())[kind] += 1

    def most(self, stage: str, face: str, kind: str) -> int:
        """The most that anybody of a face had to do."""
        rows = [row for (at, of, _), row in self.counts.items() if (at, of) == (stage, face)]
        return max((row[kind] for row in rows), default=0)

    def shifts(self) -> list[str]:
        """The stages of the Saturday itself."""
        return sorted({stage for stage, _, _ in self.counts if stage.startswith(SATURDAY)})

    def lines(self) -> Iterator[str]:
        """The bill, a line for each stage and face."""
        stages = list(dict.fromkeys((stage, face) for stage, face, _ in self.counts))
        stages += [(each, STAFF) for each in self.shifts() if (each, STAFF) not in stages]
        order = list(dict.fromkeys([*self.shifts(), *(stage for stage, _ in stages)]))
        stages.sort(key=lambda each: order.index(each[0]))
        yield f"{'stage':<16}{'face':<17}{'people':>7}{'acts':>6}{'screens':>9}{'scans':>7}"
        for stage, face in stages:
            people = sum((at, of) == (stage, face) for at, of, _ in self.counts)
            most = [self.most(stage, face, kind) for kind in (ACT, SCREEN, SCAN)]
            yield f"{stage:<16}{face:<17}{people:>7}{most[0]:>6}{most[1]:>9}{most[2]:>7}"

    def missed(self) -> list[str]:
        """The targets that were not kept, of which there should be none."""
        return [
            f"{face}: {self.most(stage, face, ACT)} acts at {stage}, at most {most}"
            for stage in self.shifts()
            for face, most in TARGETS.items()
            if self.most(stage, face, ACT) > most
        ]
