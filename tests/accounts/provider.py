"""An identity provider that speaks OpenID Connect over HTTP on this machine, and lies when it is told to."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT, SECRET = "portal", "a secret of the portal's at this provider"
Json = dict[str, Any]


@cache
def key_of(name: str, size: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, size)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def nothing(_value: Json) -> None:
    """An honest provider changes nothing."""


@dataclass
class Provider:
    """What it says of the person who comes, and how it lies: each lie changes a part before it is sent or signed."""

    address: str = ""
    person: Json = field(default_factory=dict)
    claims: Callable[[Json], None] = nothing
    header: Callable[[Json], None] = nothing
    discovery: Callable[[Json], None] = nothing
    answer: Callable[[Json], None] = nothing
    signs_with: str = "its own"
    publishes: str = "its own"
    key_size: int = 2048
    signature: Callable[[bytes], bytes] = lambda data: data
    codes: dict[str, Json] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def honest(self, subject: str, email: str, verified: bool = True) -> None:
        """From now on it tells the truth, about this person."""
        fresh = Provider(self.address, {"sub": subject, "email": email, "email_verified": verified})
        self.__dict__.update(fresh.__dict__)

    def configuration(self) -> Json:
        found = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        self.discovery(found)
        return found

    def keys(self) -> Json:
        numbers = key_of(self.publishes, self.key_size).public_key().public_numbers()
        row = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": number(numbers.n), "e": number(numbers.e)}
        return {"keys": [row]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = dict(asked)
        back: Json = {"code": code, "state": asked["state"], "iss": self.address}
        self.answer(back)
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Json]:
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = encoded(sha256(form.get("code_verifier", "").encode()).digest())
        if authorization != expected or asked is None or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "none of ours", "token_type": "Bearer", "id_token": self.signed(asked["nonce"])}

    def signed(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": nonce, **self.person}
        header = {"alg": "RS256", "kid": "1", "typ": "JWT"}
        self.claims(claims)
        self.header(header)
        said = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
        made = key_of(self.signs_with, self.key_size).sign(said.encode(), PKCS1v15(), SHA256())
        return f"{said}.{encoded(self.signature(made))}"


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def say(self, status: int, body: Any, **headers: str) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(data)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked.append(parts.path)
            match parts.path:
                case "/.well-known/openid-configuration":
                    self.say(200, provider.configuration())
                case "/keys":
                    self.say(200, provider.keys())
                case "/authorize":
                    self.say(302, {}, Location=provider.authorize(dict(parse_qsl(parts.query))))
                case _:
                    self.say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*provider.token(form, self.headers.get("Authorization", "")))

    return Handler


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
