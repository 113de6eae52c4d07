"""QR images give the address back to a decoder that nobody here wrote (zbar), at printing size."""

from __future__ import annotations

import itertools
import re
import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.offline.links import certificate_link, invoice_link, signed_text
from bridge.offline.qr_image import DOTS_PER_INCH, LEAST_DOTS, QUIET_ZONE, QrImage, qr_image
from bridge.offline.qr_png import png
from bridge.offline.qr_svg import svg
from bridge.offline.signature import sign
from tests.offline.signers import OFFICIAL_INVOICE, signer
from tests.offline.test_links import unsigned

KSEF_NUMBER = "5265877635-20250826-0100001AF629-AF"
WIDEST_NUMBER = "8888888888-88888888-DDDDDDDDDDDD-DD"
MILLIMETRES = {"width": 39.878, "height": 43.434}
# The longest link that there can be: the longest context, and a signature of RSA 4096.
LONGEST = certificate_link(
    unsigned(ContextIdentifier(ContextType.NIP_VAT_UE, "5265877635-NL123456789012")), b"\xab" * 512
)


@cache
def signed(algorithm: str) -> str:
    link = unsigned()
    return certificate_link(link, sign(signed_text(Environment.TEST, link), signer(algorithm).key))


def kod_1() -> str:
    return invoice_link(Environment.TEST, OFFICIAL_INVOICE)


CODES = {
    "KOD I": (kod_1, KSEF_NUMBER),
    "KOD II, EC": (lambda: signed("EC"), "CERTYFIKAT"),
    "KOD II, RSA": (lambda: signed("RSA"), "CERTYFIKAT"),
    "longest": (lambda: LONGEST, "CERTYFIKAT"),
}


@pytest.fixture(params=CODES, ids=lambda name: str(name).replace(" ", "-"))
def code(request: pytest.FixtureRequest) -> tuple[str, QrImage]:
    make, caption = CODES[request.param]
    url = make()
    return url, qr_image(url, caption)


def decoded(picture: Path) -> str:
    finished = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture],
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.removesuffix("\n")


def rasterised(text: str, folder: Path, dots_per_inch: int = DOTS_PER_INCH) -> Path:
    """The picture of an SVG at the size that it says itself."""
    (folder / "code.svg").write_text(text, "utf-8")
    resolution = str(dots_per_inch)
    command = ["rsvg-convert", "--dpi-x", resolution, "--dpi-y", resolution]
    subprocess.run([*command, "code.svg", "-o", "code.png"], cwd=folder, check=True)
    return folder / "code.png"


def test_the_codes_are_as_long_as_they_are_known_to_be() -> None:
    assert len(kod_1()) == 104
    assert len(signed("EC")) == 216
    assert len(signed("RSA")) == 472


def test_the_png_gives_the_address_back(code: tuple[str, QrImage], tmp_path: Path) -> None:
    url, image = code
    (tmp_path / "code.png").write_bytes(png(image))
    assert decoded(tmp_path / "code.png") == url


@pytest.mark.parametrize("dots_per_inch", [300, 600, 200])
def test_the_svg_gives_the_address_back_at_its_own_size(
    code: tuple[str, QrImage], dots_per_inch: int, tmp_path: Path
) -> None:
    url, image = code
    assert decoded(rasterised(svg(image), tmp_path, dots_per_inch)) == url


def test_both_images_have_the_printing_size(code: tuple[str, QrImage], tmp_path: Path) -> None:
    root = etree.fromstring(svg(code[1]).encode())
    for side, expected in MILLIMETRES.items():
        assert root.get(side) == f"{expected}mm"
    picture = Image.open(BytesIO(png(code[1])))
    for pixels, expected in zip(picture.size, MILLIMETRES.values(), strict=True):
        assert pixels / DOTS_PER_INCH * 25.4 == pytest.approx(expected)
    assert picture.info["dpi"] == pytest.approx((DOTS_PER_INCH, DOTS_PER_INCH), abs=0.01)
    with Image.open(rasterised(svg(code[1]), tmp_path)) as drawn:
        assert drawn.size == picture.size


def test_a_module_is_never_smaller_than_can_be_printed(code: tuple[str, QrImage]) -> None:
    image = code[1]
    assert image.dots >= LEAST_DOTS
    assert image.margin >= QUIET_ZONE * image.dots


def test_nothing_stands_in_the_quiet_zone(code: tuple[str, QrImage], tmp_path: Path) -> None:
    image = code[1]
    drawn = Image.open(rasterised(svg(image), tmp_path)).convert("L")
    for picture in (Image.open(BytesIO(png(image))), drawn):
        start, side = image.margin, image.dots * image.modules
        quiet = QUIET_ZONE * image.dots
        around = picture.crop(
            (start - quiet, start - quiet, start + side + quiet, start + side + quiet)
        )
        around.paste(255, (quiet, quiet, quiet + side, quiet + side))
        assert around.getextrema() == (255, 255)


def test_modules_are_sharp_in_both_images(code: tuple[str, QrImage], tmp_path: Path) -> None:
    image = code[1]
    drawn = Image.open(rasterised(svg(image), tmp_path)).convert("L")
    for picture in (Image.open(BytesIO(png(image))), drawn):
        for row, column in itertools.product(range(image.modules), repeat=2):
            left, top = image.margin + column * image.dots, image.margin + row * image.dots
            module = picture.crop((left, top, left + image.dots, top + image.dots))
            value = 0 if image.matrix[row][column] else 255
            assert module.getextrema() == (value, value)


@pytest.mark.parametrize("caption", [KSEF_NUMBER, WIDEST_NUMBER, "OFFLINE", "CERTYFIKAT"])
def test_the_caption_stands_below_and_is_not_cut(caption: str, tmp_path: Path) -> None:
    image = qr_image(kod_1(), caption)
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", svg(image))
    assert texts == [caption]
    drawn = Image.open(rasterised(svg(image), tmp_path)).convert("L")
    for picture in (Image.open(BytesIO(png(image))), drawn):
        below = picture.crop((0, image.width, image.width, image.height))
        box = below.point(lambda value: 255 - value).getbbox()
        assert box is not None
        assert box[0] > 0
        assert box[2] < image.width
        assert box[3] < image.height - image.width


def test_the_error_correction_is_level_m() -> None:
    image = qr_image(kod_1(), "OFFLINE")
    # ISO/IEC 18004 figure 25: the level's bits are the first two of the format information beside
    # the upper left finder pattern, under the mask 10; M is 00.
    assert (image.matrix[8][0], image.matrix[8][1]) == (1, 0)


def test_the_image_is_one_svg_element_without_anything_active() -> None:
    root = etree.fromstring(svg(qr_image(kod_1(), "<&>")).encode())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {etree.QName(each).localname for each in root} == {"rect", "path", "text"}
    assert root[-1].text == "<&>"
