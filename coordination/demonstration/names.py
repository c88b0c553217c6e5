"""Danish first and last names by plausible frequency, and plain-letter e-mail addresses."""

import numpy as np

from coordination.demonstration.model import Bools, Texts


def words(text: str) -> tuple[str, ...]:
    """Return the blank-separated words of `text`."""
    return tuple(text.split())


# Written from common to rare; the frequency falls with the place in the list.
WOMEN = words(
    "Anne Mette Kirsten Hanne Anna Helle Lene Susanne Maria Marianne Pia Louise Charlotte Camilla Karen Tina "
    "Gitte Bente Christina Lone Maja Ida Julie Inge Dorthe Birgitte Jette Emma Sofie Line Sara Heidi Katrine "
    "Rikke Trine Annette Cecilie Laura Mathilde Signe Nanna Malene Karina Vibeke Stine Ulla Lisbeth Anja "
    "Berit Tove Freja Sanne Amalie Josefine Fatima Katarzyna Ditte Astrid Dagny Åse Solvej Gry Aisha Bodil "
    "Ragnhild Yasmin Olena Ellen Rosa Merete Asta Birthe Kamilla Liv Zeynep Tine Pernille Maiken"
)
MEN = words(
    "Peter Michael Lars Jens Thomas Henrik Søren Christian Martin Jan Morten Jesper Anders Niels Mads Rasmus "
    "Per Hans Kim Jørgen Erik Mikkel Ole Torben Allan Kasper Jacob Bo Frederik Emil Claus Simon Brian Steen "
    "Carsten Finn Nikolaj Kenneth Flemming Magnus Oliver Jonas Tobias Mathias Bjarne Ulrik Troels Mohammed "
    "Ali Gustav Åge Asger Rune Poul Leif Johnny Steffen Dennis Sebastian Malthe Aksel Ahmed Piotr Thorkild "
    "Bertel Øjvind Viggo Esben Kristoffer Palle Svend Anton Hjalte Storm"
)
LAST = words(
    "Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen "
    "Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen Jakobsen Mikkelsen Olesen "
    "Frederiksen Laursen Henriksen Lund Schmidt Eriksen Holm Kristiansen Simonsen Clausen Svendsen Andreasen "
    "Iversen Jeppesen Vestergaard Nissen Lauridsen Mogensen Jepsen Frandsen Østergaard Søndergaard Kjær Dam "
    "Bach Carlsen Nygaard Lind Bertelsen Steffensen Lassen Kruse Danielsen Skov Ravn Toft Friis Bang Ali Krogh "
    "Winther Dahl Bech Brandt Overgaard Mathiesen Juhl Aagaard Bæk Thorsen Ottosen Gregersen Nguyen Kofoed "
    "Hald Sandberg Yilmaz Ågesen Øster Koch Hussain Kowalski Bonde Enevoldsen Damgaard Fisker Hoffmann"
)

PLAIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def _falling(count: int, power: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    weights = 1.0 / (np.arange(count) + 6.0) ** power
    return np.asarray(np.cumsum(weights / weights.sum()))


def _pick(rng: np.random.Generator, names: tuple[str, ...], power: float, size: int) -> Texts:
    index = np.searchsorted(_falling(len(names), power), rng.random(size), side="right")
    return np.asarray(np.array(names, dtype=object)[np.minimum(index, len(names) - 1)])


def person_names(rng: np.random.Generator, woman: Bools) -> Texts:
    """Return one full name per element of `woman` (True picks among the women's names)."""
    size = len(woman)
    first = np.where(woman, _pick(rng, WOMEN, 0.9, size), _pick(rng, MEN, 0.9, size))
    middle = np.where(rng.random(size) < 0.35, _pick(rng, LAST[27:], 0.3, size) + " ", "")
    return np.asarray(first + " " + middle + _pick(rng, LAST, 1.1, size), dtype=object)


def email_addresses(names: Texts, slug: str) -> Texts:
    """Return one unique address per name under the reserved domain `<slug>.example`."""
    seen: dict[str, int] = {}
    addresses = []
    for name in names:
        parts = name.lower().translate(PLAIN).split()
        local = f"{parts[0]}.{parts[-1]}"
        count = seen.get(local, 0) + 1
        seen[local] = count
        addresses.append(f"{local}{count if count > 1 else ''}@{slug}.example")
    return np.array(addresses, dtype=object)
