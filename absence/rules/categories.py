"""The categories that a municipality begins with (domain A1), and the payroll codes as SD uses them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DefaultCategory:
    """A category's properties; see `absence.models.Category`."""

    key: str
    name: str
    payroll_codes: tuple[str, ...] = ()
    counts_in_headline: bool = True
    starts_follow_up: bool = True
    refund_from_day_1: bool = False


DEFAULT_CATEGORIES = (
    DefaultCategory("egen_sygdom", "Egen sygdom", ("526", "790")),
    DefaultCategory("delvis_sygdom", "Delvis sygdom"),
    DefaultCategory("nedsat_tjeneste", "Nedsat tjeneste"),
    DefaultCategory("arbejdsskade", "Arbejdsskade eller -ulykke", ("524", "590")),
    # § 56 and pregnancy-related absence are refunded from the first day (sygedagpengeloven §§ 53, 56; barselsloven § 6).
    DefaultCategory("paragraf_56", "§ 56", ("522", "525"), refund_from_day_1=True),
    DefaultCategory("graviditetsgener", "Graviditetsgener", ("527", "780"), refund_from_day_1=True),
    DefaultCategory(
        "barns_sygedag", "Barns sygedag", ("910", "929"), counts_in_headline=False, starts_follow_up=False
    ),
    DefaultCategory("omsorgsdag", "Omsorgsdag", ("520",), counts_in_headline=False, starts_follow_up=False),
)
