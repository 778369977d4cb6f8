"""A client that starts the server and speaks with it as an editor does."""

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Timer
from typing import Any

Message = dict[str, Any]
_SECONDS = 120


class Client:
    """Starts a server in a folder, and keeps what it sends."""

    def __init__(self, *folders: Path, capabilities: Message | None = None) -> None:
        command = [sys.executable, "-m", "trellis_cfg", "server"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folders[0]
        )
        self._timer = Timer(_SECONDS, self.process.kill)
        self._timer.start()
        self._ids = count(1)
        self.received: list[Message] = []
        workspace = [{"uri": each.as_uri(), "name": each.name} for each in folders]
        self.initialized = self.request(
            "initialize",
            processId=None,
            rootUri=workspace[0]["uri"],
            workspaceFolders=workspace,
            capabilities=capabilities or {},
        )
        self.notify("initialized")

    def __enter__(self) -> "Client":  # noqa: PYI034  Self is of Python 3.11
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self.request("shutdown")
            self.notify("exit")
        else:
            self.process.kill()
        with self.process:
            code = self.process.wait()
        self._timer.cancel()
        assert error or code == 0

    def send(self, message: Message) -> None:
        assert self.process.stdin
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self.process.stdin.flush()

    def read(self) -> Message:
        """Return the next message; what the server asks of the client is accepted."""
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has ended"
        message: Message = json.loads(self.process.stdout.read(length))
        self.received.append(message)
        if "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        return message

    def wait(self, is_wanted: Callable[[Message], bool]) -> Message:
        while not is_wanted(message := self.read()):
            pass
        return message

    def notify(self, method: str, **params: object) -> None:
        self.send({"method": method, "params": params})

    def respond(self, method: str, **params: object) -> Message:
        """Send a request and return the whole response."""
        number = next(self._ids)
        self.send({"id": number, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == number and "method" not in message)

    def request(self, method: str, **params: object) -> Any:  # noqa: ANN401  as JSON
        response = self.respond(method, **params)
        assert "error" not in response, response
        return response["result"]

    def open(self, uri: str, text: str, version: int = 1) -> list[Message]:
        """Open a document and return its diagnostics."""
        document = {"uri": uri, "languageId": "json", "version": version, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return self.wait_for_problems(uri, version)

    def type(self, uri: str, text: str, version: int) -> None:
        """Replace the text of a document."""
        document = {"uri": uri, "version": version}
        self.notify(
            "textDocument/didChange", textDocument=document, contentChanges=[{"text": text}]
        )

    def change(self, uri: str, text: str, version: int) -> list[Message]:
        """Replace the text of a document and return its diagnostics."""
        self.type(uri, text, version)
        return self.wait_for_problems(uri, version)

    def wait_for_problems(self, uri: str, version: int | None = None) -> list[Message]:
        def is_wanted(message: Message) -> bool:
            params = message.get("params") or {}
            is_ours = message.get("method") == "textDocument/publishDiagnostics"
            return is_ours and (params["uri"], params.get("version")) == (uri, version)

        problems: list[Message] = self.wait(is_wanted)["params"]["diagnostics"]
        return problems

    def ask(self, method: str, uri: str, position: Message, **params: object) -> Any:  # noqa: ANN401
        """Ask about a position in a document."""
        document = {"uri": uri}
        return self.request(
            f"textDocument/{method}", textDocument=document, position=position, **params
        )

    def list_actions(self, uri: str, place: Message, *only: str) -> Any:  # noqa: ANN401
        """Return the code actions at a range, of these kinds or of all."""
        context = {"diagnostics": [], **({"only": only} if only else {})}
        document = {"uri": uri}
        return self.request(
            "textDocument/codeAction", textDocument=document, range=place, context=context
        )


def locate(text: str, piece: str, encoding: str = "utf-16", into: int = 1) -> Message:
    """Return the position ``into`` a piece of a text, in the units of an encoding."""
    before = text[: text.index(piece) + into]
    line = before.count("\n")
    column = before.rpartition("\n")[2]
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    name = encoding if width == 1 else f"{encoding}-le"
    return {"line": line, "character": len(column.encode(name)) // width}
