"""Invoices FA(2) and FA(3), reduced to what a link needs."""

from __future__ import annotations

FA_2 = "http://crd.gov.pl/wzor/2023/06/29/12648/"
FA_3 = "http://crd.gov.pl/wzor/2025/06/25/13775/"


def invoice_xml(
    *,
    namespace: str = FA_3,
    root: str = "Faktura",
    prolog: str = '<?xml version="1.0" encoding="UTF-8"?>\n',
    seller: str = "<NIP>5265877635</NIP>",
    issue_date: str = "<P_1>2026-02-01</P_1>",
    more: str = "",
) -> str:
    """An invoice with a seller, a buyer and a corrected seller, of which only the first counts."""
    return (
        f'{prolog}<{root} xmlns="{namespace}"><Naglowek/>'
        f"<Podmiot1><DaneIdentyfikacyjne>{seller}<Nazwa>Żółw sp. z o.o.</Nazwa>"
        "</DaneIdentyfikacyjne></Podmiot1>"
        "<Podmiot2><DaneIdentyfikacyjne><NIP>7980332920</NIP></DaneIdentyfikacyjne></Podmiot2>"
        f"<Fa><KodWaluty>PLN</KodWaluty>{issue_date}<P_2>F/1</P_2>"
        "<Podmiot1K><DaneIdentyfikacyjne><NIP>1111111111</NIP></DaneIdentyfikacyjne></Podmiot1K>"
        f"<DaneFaKorygowanej><P_1>2020-01-01</P_1></DaneFaKorygowanej></Fa>{more}</{root}>"
    )
