"""A QR code as SVG 1.1, sized in millimetres; its coordinates are dots."""

from __future__ import annotations

from html import escape

from bridge.offline.qr_image import CAPTION_FONT_DOTS, QrImage, millimetres

# Metrically alike on most systems; wider ones, such as DejaVu Sans, still fit.
_FONTS = "Arial, Helvetica, sans-serif"


def svg(image: QrImage) -> str:
    """One element without an XML declaration, which fits into HTML and into a file alike."""
    width, height = image.width, image.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.1"'
        f' width="{millimetres(width):.3f}mm" height="{millimetres(height):.3f}mm"'
        f' viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path transform="translate({image.margin} {image.margin}) scale({image.dots})"'
        f' shape-rendering="crispEdges" fill="#000" d="{_path(image)}"/>'
        f'<text x="{width / 2:g}" y="{image.caption_baseline}" text-anchor="middle"'
        f' font-family="{_FONTS}" font-size="{CAPTION_FONT_DOTS}" fill="#000">'
        f"{escape(image.caption)}</text></svg>"
    )


def _path(image: QrImage) -> str:
    return "".join(
        f"M{column} {row}h{length}v1h-{length}z" for row, column, length in image.dark_runs()
    )
