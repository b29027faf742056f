"""OpenID Connect with a firm's own identity provider: authorization code with PKCE, and what an ID token must be.

allauth's client neither sends a nonce nor checks the signature of a token that it fetched itself. This one accepts
what OpenID Connect Core 3.1.3.7 asks and nothing else: RS256, the firm's own issuer, this client, this sign-in.
It knows no person: members.workflow.firm_sign_in decides whose claims are worth anything.
"""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

import jwt
import structlog

from accounts.fetching import NotFetched, fetch

logger = structlog.get_logger(__name__)
# Seconds: how far the other clock may be off, how old a token may be, how long somebody may take over there.
CLOCKS_APART: Final = 60
TOKEN_AGE: Final = 600
AWAY_AT_MOST: Final = 600
SMALLEST_KEY: Final = 2048


class NotAccepted(Exception):
    """What came back from the identity provider is worth nothing here. The reason is for the log, never for a page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Provider:
    """A firm's identity provider, and how this portal is known there."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Pending:
    """A sign-in under way, kept with the session of the browser that began it."""

    state: str
    nonce: str
    verifier: str
    at: float

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Claims:
    """Who the provider says that it is."""

    subject: str
    email: str
    email_verified: bool


def begin(provider: Provider, callback: str) -> tuple[str, Pending]:
    """The address to send the browser to, and what to remember until it comes back."""
    pending = Pending(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), time.time())
    challenge = _encoded(sha256(pending.verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback,
        "scope": "openid email",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    where = _address(_discovered(provider), "authorization_endpoint")
    return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", pending


def finish(provider: Provider, pending: Pending, answer: Mapping[str, str], callback: str) -> Claims:
    """The claims of the person who came back with `answer`. NotAccepted: anything is not as it must be."""
    if not secrets.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
        raise NotAccepted("state")
    if time.time() - pending.at > AWAY_AT_MOST:
        raise NotAccepted("too long away")
    # RFC 9207: an answer that names another issuer belongs to another provider.
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise NotAccepted("answer of another issuer")
    if not answer.get("code"):
        raise NotAccepted("no code")
    found = _discovered(provider)
    token = _token(provider, found, answer["code"], pending.verifier, callback)
    return _read(provider, pending, token, _json(_address(found, "jwks_uri")))


def _json(address: str, **how: Any) -> dict[str, Any]:
    try:
        answer = json.loads(fetch(address, **how))
    except (NotFetched, ValueError) as error:
        raise NotAccepted(f"nothing to be had from {address}: {error}") from None
    if not isinstance(answer, dict):
        raise NotAccepted(f"no object from {address}")
    return answer


def _discovered(provider: Provider) -> dict[str, Any]:
    found = _json(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise NotAccepted("discovery names another issuer")
    return found


def _address(found: dict[str, Any], name: str) -> str:
    address = found.get(name)
    if not isinstance(address, str):
        raise NotAccepted(f"discovery has no {name}")
    return address


def _token(provider: Provider, found: dict[str, Any], code: str, verifier: str, callback: str) -> str:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": verifier}
    headers = {}
    methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_post" in methods:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    else:
        pair = f"{provider.client_id}:{provider.client_secret}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    answer = _json(_address(found, "token_endpoint"), form=form, headers=headers)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise NotAccepted("no ID token")
    return token


def _read(provider: Provider, pending: Pending, token: str, keys: dict[str, Any]) -> Claims:
    try:
        # The algorithm is ours to choose: a token that names another one, or none, is not looked at.
        claims = jwt.decode(
            token,
            _key(keys, jwt.get_unverified_header(token).get("kid")),
            algorithms=["RS256"],
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=CLOCKS_APART,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise NotAccepted(f"token: {error}") from None
    _require_this_sign_in(provider, pending, claims)
    subject = claims["sub"]
    if not 0 < len(subject) <= 255:
        raise NotAccepted("subject")
    return Claims(subject, str(claims.get("email") or "").strip().lower(), claims.get("email_verified") is True)


def _require_this_sign_in(provider: Provider, pending: Pending, claims: dict[str, Any]) -> None:
    """What jwt.decode does not ask: this client and no other, a token just made, and the nonce of this browser."""
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise NotAccepted("meant for others too")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise NotAccepted("issued to another client")
    if not time.time() - TOKEN_AGE < float(claims["iat"]):
        raise NotAccepted("issued at another time")
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), pending.nonce.encode()):
        raise NotAccepted("nonce")


def _key(keys: dict[str, Any], kid: Any) -> Any:
    """The provider's one signing key of this name; without a name in the token, its only one."""
    found = [
        one
        for one in jwt.PyJWKSet.from_dict(keys).keys
        if one.key_type == "RSA" and one.public_key_use in {None, "sig"} and (kid is None or one.key_id == kid)
    ]
    if len(found) != 1:
        raise NotAccepted("no such key")
    key = found[0].key
    if key.key_size < SMALLEST_KEY:
        raise NotAccepted("key too short")
    return key


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
