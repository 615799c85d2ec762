"""What protects every page: headers that forbid foreign content, and the refusal of requests that another site forged.

No page holds an inline script or style and none loads anything from elsewhere, so the policy can forbid all of it.
Forged requests are recognised by the headers that browsers themselves set (Fetch Metadata, W3C working draft;
RFC 6454 for Origin), so that no form needs a hidden token.
"""

from collections.abc import Mapping

from egnatia.errors import ForbiddenError

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: dict[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
NO_STORE = "no-store"
"""Every page may show personal data, so no browser or proxy keeps it; static files are not pages."""
ONE_YEAR_S = 31_536_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE_ANSWERS = frozenset({"same-origin", "none"})


def page_headers(*, secure: bool) -> dict[str, str]:
    """Headers of a page; over TLS the browser is told to come back over TLS only (RFC 6797)."""
    headers = {**HEADERS, "Cache-Control": NO_STORE}
    if secure:
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR_S}"
    return headers


def refuse_forged(method: str, scheme: str, headers: Mapping[str, str]) -> None:
    """Let a changing request pass only when the browser says that it comes from this console.

    Args:
        method: the HTTP method.
        scheme: http or https, as the request came.
        headers: request headers, looked up by lower-case name.

    Raises:
        ForbiddenError: the request comes from another origin, or does not say where it comes from.
    """
    if method in SAFE_METHODS:
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        if site not in SAME_SITE_ANSWERS:
            raise _forged("it was sent from another site's page")
    elif origin != f"{scheme}://{headers.get('host', '')}":
        raise _forged("it does not say that it comes from a page of this console")


def _forged(why: str) -> ForbiddenError:
    return ForbiddenError(
        f"the request was refused because {why}; nothing was changed",
        hint="Open this console in its own tab and repeat what you did there; programs set an Origin header.",
    )


def cookie_name(code: str, *, secure: bool) -> str:
    """Name of the session cookie.

    The partner's code is part of it because cookies ignore ports: five consoles on one machine must not log each
    other out. Over TLS the `__Host-` prefix ties it to this host, this path and secure transport.
    """
    return f"__Host-egnatia-{code}" if secure else f"egnatia-{code}"
