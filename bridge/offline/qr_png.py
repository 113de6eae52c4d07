"""A QR code as PNG: one pixel for each dot, and the resolution that makes it the right size."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from bridge.offline.qr_image import CAPTION_FONT_DOTS, DOTS_PER_INCH, QrImage

_DARK, _LIGHT = 0, 255


def png(image: QrImage) -> bytes:
    """The file, in shades of grey."""
    picture = Image.new("L", (image.width, image.height), _LIGHT)
    draw = ImageDraw.Draw(picture)
    for row, column, length in image.dark_runs():
        left, top = image.margin + column * image.dots, image.margin + row * image.dots
        right, bottom = left + length * image.dots - 1, top + image.dots - 1
        draw.rectangle((left, top, right, bottom), fill=_DARK)
    place = (image.width / 2, image.caption_baseline)
    draw.text(place, image.caption, fill=_DARK, font=_font(), anchor="ms")
    file = BytesIO()
    picture.save(file, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return file.getvalue()


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own, so that the caption looks alike wherever the bridge runs."""
    return ImageFont.load_default(CAPTION_FONT_DOTS)
