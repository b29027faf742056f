import socket
import threading
from collections.abc import Iterator

import pytest

from bench.load import Connection, PageError, Request, _lua, _unchunked, ask, read_wrk


@pytest.fixture
def server() -> Iterator[tuple[int, list[bytes]]]:
    """A server that gives the answers of the list, one a request, and closes after the last."""
    answers: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection:
                while answers and connection.recv(65_536):
                    connection.sendall(answers.pop(0))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], answers
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_a_form_becomes_a_post_with_its_length() -> None:
    raw = Request("/post/", {"sessionid": "s", "csrftoken": "t"}, form={"body": "a & b"}).encode(8010)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.splitlines()[0] == b"POST /post/ HTTP/1.1"
    assert b"Host: 127.0.0.1:8010" in head
    assert b"Cookie: sessionid=s; csrftoken=t" in head
    assert b"Content-Length: 12" in head
    assert body == b"body=a+%26+b"


def test_chunks_are_put_together() -> None:
    assert _unchunked(b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n") == b"abc0123456789"


def test_answers_with_length_and_in_chunks(server: tuple[int, list[bytes]]) -> None:
    port, answers = server
    answers += [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Bench-Queries: 7\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    ]
    connection = Connection(port)
    first, second = connection.ask(b"GET / HTTP/1.1\r\n\r\n"), connection.ask(b"GET / HTTP/1.1\r\n\r\n")
    connection.close()
    assert (first.body, first.header("x-bench-queries"), second.body) == (b"hello", "7", b"hi")


def test_another_status_is_named_with_its_address(server: tuple[int, list[bytes]]) -> None:
    port, answers = server
    answers.append(b"HTTP/1.1 302 Found\r\nLocation: /accounts/login/\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(PageError, match=r"^GET /x/ answered 302 to /accounts/login/$"):
        ask(port, Request("/x/"))


def test_wrk_tells_requests_and_seconds() -> None:
    assert read_wrk("  1672 requests in 2.10s, 40MB read\n") == (1672, 2.1)
    with pytest.raises(PageError):
        read_wrk("  12 requests in 2.10s\n  Socket errors: connect 0, read 3, write 0, timeout 0\n")


def test_wrk_gets_every_request_quoted() -> None:
    script = _lua(8010, [Request("/a/"), Request("/b/", form={"body": 'say "x"'})])
    assert 'wrk.format("GET", "/a/"' in script
    assert '"body=say+%22x%22"' in script
