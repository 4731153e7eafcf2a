"""What every answer of the pages tells a browser: nothing of others is loaded, run or told."""

from collections.abc import Mapping

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Nothing to others. With `no-referrer`, browsers would not say of a form whose it is.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
KEPT: Mapping[str, str] = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
"""Of what never changes under its address, and tells nothing of anybody."""
SEEN: Mapping[str, str] = {**HEADERS, "Cache-Control": "private, max-age=604800, immutable"}
"""Of what never changes either, but is for whoever was shown it: for as long as a session."""
