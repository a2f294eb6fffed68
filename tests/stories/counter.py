"""Points at the counter: a code shown, a yes on the phone, a card with its PIN, and a refund."""

from tests.stories.agreed import Shop
from tests.stories.cast import HERE, PIN, Cast, Person
from tests.stories.door import pass_of
from tests.stories.hours import available


def by_code(cast: Cast, shop: Shop, person: Person, offer: str) -> int:
    """The member picks and shows a code; the cashier scans it and takes the points."""
    cast.bill.stage = "counter: code"
    before, phone, till = available(person), person.at, cast.cashier.at
    shelf = phone.get(f"{HERE}/shops/{shop.merchant_id}")
    basket = phone.send(shelf, f"{HERE}/redeem/{shop.merchant_id}", {shop.offers[offer]: "1"})
    held = phone.send(basket)
    (address,) = held.codes()
    sale = till.scan(address)
    done = till.send(sale, act="confirm")
    points = int(done.find(r"(\d+) points received"))
    assert f"{points} points redeemed" in phone.get(held.path).text
    assert available(person) == before - points
    return points


def by_yes(cast: Cast, shop: Shop, person: Person, points: int) -> int:
    """The cashier asks for an amount by the member's pass; the member says yes on the phone."""
    cast.bill.stage = "counter: yes"
    before, phone, till = available(person), person.at, cast.cashier.at
    asked = till.fill(f"{shop.till}/sale", points=str(points), card=pass_of(person))
    waiting = phone.get(f"{HERE}/redemptions")
    page = phone.get(waiting.link(f"{HERE}/redemptions/[0-9a-f]+"))
    done = phone.send(page, act="confirm")
    assert f"{points} points redeemed" in done.text, done.text[:400]
    assert f"{points} points received" in till.get(asked.path).text
    assert available(person) == before - points
    return points


def by_card(cast: Cast, shop: Shop, person: Person, pieces: dict[str, int]) -> tuple[int, str]:
    """A basket at the community's counter; the member types the PIN of the card. With its page."""
    cast.bill.stage = "counter: card"
    before, till = available(person), cast.clerk.at
    chosen = {shop.offers[name]: str(count) for name, count in pieces.items()}
    asked = till.fill(f"{shop.till}/sale", filled=chosen, card=person.card)
    wrong = till.send(asked, answered=403, act="pin", pin="000000")
    assert "received" not in wrong.text
    done = till.send(till.get(asked.path), act="pin", pin=PIN)
    points = int(done.find(r"(\d+) points received"))
    assert available(person) == before - points
    return points, done.path


def refund(cast: Cast, shop: Shop, person: Person, sale: str, pieces: dict[str, int]) -> int:
    """Something of the basket is brought back: the points go back where they came from."""
    cast.bill.stage = "counter: refund"
    before, till = available(person), cast.clerk.at
    page = till.get(till.get(sale).link(f"{sale}/refund"))
    chosen = {shop.offers[name]: str(count) for name, count in pieces.items()}
    kept = {name: "0" for name in page.form(f"{sale}/refund").fields if len(name) == 32}
    done = till.send(page, f"{sale}/refund", kept | chosen, reason="returned")
    points = int(done.find(r"(\d+) points given back"))
    assert available(person) == before + points
    return points
