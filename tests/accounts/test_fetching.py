"""A fetch goes to the address that was checked, and asks for the certificate of the name: a real server with TLS."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from accounts import fetching
from accounts.fetching import NotFetched, fetch, require_outside

NAME, OTHER = "sign-in.harbour.example", "somebody-else.example"
PUBLIC, SECOND = "93.184.215.14", "93.184.215.15"
AT = f"https://{NAME}/.well-known/openid-configuration"


@cache
def key_of(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def certificate(name: str, *, authority: bool = False) -> bytes:
    now, subject = datetime.now(UTC), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")]))
        .public_key(key_of(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return made.sign(key_of("authority"), SHA256()).public_bytes(Encoding.PEM)


class Server:
    """It keeps what it was asked, by which server name, and with which Host."""

    def __init__(self, folder: Path, name: str) -> None:
        self.asked: list[tuple[str, str | None, str | None, bytes]] = []
        self.names: list[str | None] = []
        self.status = 200
        file = folder / f"{name}.pem"
        private = key_of(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(private + certificate(name))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        context.sni_callback = lambda _socket, said, _context: self.names.append(said)
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.http.handle_error = lambda *args: None  # type: ignore[method-assign]
        self.port = self.http.server_port

    def _handler(server: "Server") -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.asked.append((self.path, self.headers["Host"], self.headers["Content-Type"], body))
                self.send_response(server.status)
                self.send_header("Location", "https://elsewhere.example/")
                self.end_headers()
                self.wfile.write(b'{"issuer": "harbour"}')

            def do_POST(self) -> None:
                self.do_GET()

        return Handler


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Server]]:
    """A server with the certificate of this name, from an authority that is trusted here."""
    (tmp_path / "authority.pem").write_bytes(certificate("authority", authority=True))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    running: list[tuple[Server, threading.Thread]] = []

    def begin(name: str) -> Server:
        server = Server(tmp_path, name)
        thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        running.append((server, thread))
        return server

    yield begin
    for server, thread in running:
        server.http.shutdown()
        server.http.server_close()
        thread.join()


class Net:
    """Names and addresses as this test says; what is reached at a public address is the server on this machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers, self.looked_up, self.reached = list(answers), [], []
        self.leads: dict[str, int] = {}
        monkeypatch.setattr(fetching.socket, "getaddrinfo", self._look_up)
        self._connect = socket.create_connection
        monkeypatch.setattr(fetching.socket, "create_connection", self._reach)

    looked_up: list[str]
    reached: list[tuple[str, int]]

    def _look_up(self, host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        self.looked_up.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found
        ]

    def _reach(self, address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        self.reached.append(address)
        if address[0] not in self.leads:
            raise ConnectionRefusedError
        # By number: nothing is looked up on the way.
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        found.settimeout(5)
        found.connect(("127.0.0.1", self.leads[address[0]]))
        return found


def test_the_name_is_looked_up_once_and_the_checked_address_reached(
    serve: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(NAME)
    # The second answer leads into the house.
    net = Net(monkeypatch, [PUBLIC], ["127.0.0.1"])
    net.leads[PUBLIC] = server.port
    assert fetch(AT) == b'{"issuer": "harbour"}'
    assert net.looked_up == [NAME]
    assert net.reached == [(PUBLIC, 443)]
    assert server.names == [NAME]
    assert server.asked == [("/.well-known/openid-configuration", NAME, None, b"")]


def test_a_form_is_posted_and_a_port_stands_in_the_host(
    serve: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(NAME)
    net = Net(monkeypatch, [PUBLIC])
    net.leads[PUBLIC] = server.port
    fetch(f"https://{NAME}:8443/token?a=1#part", form={"code": "x y"})
    assert net.reached == [(PUBLIC, 8443)]
    assert server.asked == [("/token?a=1", f"{NAME}:8443", "application/x-www-form-urlencoded", b"code=x+y")]


def test_the_certificate_must_be_that_of_the_name(
    serve: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(OTHER)
    Net(monkeypatch, [PUBLIC]).leads[PUBLIC] = server.port
    with pytest.raises(NotFetched, match="SSLCertVerificationError"):
        fetch(AT)
    assert server.asked == []


def test_the_certificate_must_be_from_an_authority_that_is_trusted(
    serve: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(NAME)
    monkeypatch.delenv("SSL_CERT_FILE")
    Net(monkeypatch, [PUBLIC]).leads[PUBLIC] = server.port
    with pytest.raises(NotFetched, match="SSLCertVerificationError"):
        fetch(AT)
    assert server.asked == []


def test_the_next_address_is_tried_where_one_does_not_answer(
    serve: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(NAME)
    net = Net(monkeypatch, [SECOND, PUBLIC])
    net.leads[PUBLIC] = server.port
    assert fetch(AT)
    assert net.reached == [(SECOND, 443), (PUBLIC, 443)]


def test_nothing_is_reached_where_one_of_the_addresses_lies_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    for inside in (
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1",  # noqa: S104
        "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::1",
    ):  # fmt: skip
        net = Net(monkeypatch, [PUBLIC, inside])
        with pytest.raises(NotFetched, match="inside the house"):
            fetch(AT)
        assert net.reached == [], inside
        assert ipaddress.ip_address(inside)


@pytest.mark.parametrize(("status", "why"), [(302, "sent elsewhere"), (404, "answered 404"), (500, "answered 500")])
def test_what_is_no_plain_answer_is_none(
    serve: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch, status: int, why: str
) -> None:
    server = serve(NAME)
    server.status = status
    Net(monkeypatch, [PUBLIC]).leads[PUBLIC] = server.port
    with pytest.raises(NotFetched, match=why):
        fetch(AT)


def test_what_was_checked_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    Net(monkeypatch, [PUBLIC, SECOND, PUBLIC])
    assert require_outside(AT) == (PUBLIC, SECOND)
