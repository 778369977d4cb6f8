"""The server: what a client sends, and when it is answered."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from trellis_cfg import __version__
from trellis_cfg.server import completion, hover, problems
from trellis_cfg.server.documents import OpenDocument, View, view_document
from trellis_cfg.server.projects import Projects
from trellis_cfg.terminal import escape_controls

_Result = TypeVar("_Result")
_DELAY = 0.1
"""Seconds without a keystroke after which a text is checked."""
_PERIOD = 2.0
"""Seconds between two looks at the files, for a client that does not watch them."""
_WATCHED = ("**/*.py", "**/*.toml", "**/*.json")
_ANSWERS: dict[str, tuple[Callable[[View, Any], object], object]] = {
    types.TEXT_DOCUMENT_CODE_ACTION: (
        problems.list_actions,
        types.CodeActionOptions(code_action_kinds=problems.KINDS),
    ),
    types.TEXT_DOCUMENT_COMPLETION: (completion.list_completions, completion.OPTIONS),
    types.TEXT_DOCUMENT_DEFINITION: (hover.find_definition, None),
    types.TEXT_DOCUMENT_HOVER: (hover.build_hover, None),
    types.TEXT_DOCUMENT_INLAY_HINT: (hover.list_hints, None),
}
"""The requests about a document, each with the function that answers it, and its options."""


class Service:
    """Answers one client. All reading and checking is done by one thread, in order.

    What has not begun when it is canceled, or when its text changes, is dropped.
    """

    def __init__(self) -> None:
        """Register what is answered."""
        self._server = LanguageServer("trellis-cfg", __version__, types.TextDocumentSyncKind.Full)
        self._worker = ThreadPoolExecutor(1)
        self._projects = Projects()
        self._documents: dict[str, OpenDocument] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._generation = 0
        self._error = ""
        for method, (answer, options) in _ANSWERS.items():
            self._server.feature(method, options)(self._make_handler(answer))
        notifications: dict[str, Callable[[Any], None]] = {
            types.INITIALIZED: self._start_watching,
            types.TEXT_DOCUMENT_DID_OPEN: self._open,
            types.TEXT_DOCUMENT_DID_CHANGE: self._change,
            types.TEXT_DOCUMENT_DID_SAVE: self._check_files,
            types.TEXT_DOCUMENT_DID_CLOSE: self._close,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: self._check_files,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: self._check_all,
        }
        for method, handle in notifications.items():
            self._server.feature(method)(partial(handle))  # which it notes attributes on

    def run(self) -> None:
        """Serve the client on stdin and stdout until it leaves."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)  # a thread that reads stdin cannot be stopped
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as stdout:  # which is closed at the end
            self._server.start_io(stdout=stdout)
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _make_handler(self, answer: Callable[[View, Any], object]) -> Callable[[Any], Any]:
        async def handle(params: Any) -> object:  # noqa: ANN401  those of each request
            document = self._documents.get(params.text_document.uri)
            if document is None:
                return None

            def respond() -> object:
                view = view_document(document, self._projects)
                return answer(view, params) if view.file else None

            return await self._work(respond)

        return handle

    def _work(self, function: Callable[[], _Result]) -> "asyncio.Future[_Result]":
        return asyncio.get_running_loop().run_in_executor(self._worker, function)

    def _open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._hold(params.text_document.uri, 0)

    def _change(self, params: types.DidChangeTextDocumentParams) -> None:
        if params.text_document.uri in self._documents:
            self._hold(params.text_document.uri, _DELAY)

    def _close(self, params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        document = self._documents.pop(uri, None)
        if document:
            self._tasks.pop(uri).cancel()
            self._worker.submit(self._projects.leave, document.path)
            self._publish(uri, None, [])

    def _hold(self, uri: str, delay: float) -> None:
        """Hold the new text of a document, and check it after a delay."""
        path = self._find_path(uri)
        if path is None:
            return
        text = self._server.workspace.get_text_document(uri)
        encoding = self._server.server_capabilities.position_encoding or "utf-16"
        self._documents[uri] = OpenDocument(uri, path, text.source, text.version, encoding)
        self._schedule(uri, delay)

    def _find_path(self, uri: str) -> str | None:
        """Return the path of a document; "" for one that has none, None for another scheme."""
        scheme, _, name = uri.partition(":")
        if scheme != "untitled":
            path = uris.to_fs_path(uri) if scheme == "file" else None
            return os.path.abspath(path) if path else None
        folders = map(uris.to_fs_path, self._server.workspace.folders)
        folder = next(filter(None, folders), self._server.workspace.root_path)
        return os.path.join(folder, os.path.basename(name) or "untitled") if folder else ""

    def _schedule(self, uri: str, delay: float) -> None:
        if uri in self._tasks:
            self._tasks[uri].cancel()
        self._tasks[uri] = self._start(self._check(uri, delay))

    def _start(self, work: "Awaitable[None]") -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        task.add_done_callback(self._report_bug)
        return task

    def _report_bug(self, task: "asyncio.Future[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            sys.excepthook(type(error), error, error.__traceback__)
            self._show(f"Bug in trellis-cfg, please report it: {error!r}")

    async def _check(self, uri: str, delay: float) -> None:
        """Check a document and publish what is found, unless its text changes meanwhile."""
        await asyncio.sleep(delay)
        document = self._documents[uri]
        view = await self._work(lambda: view_document(document, self._projects))
        listed = await self._work(lambda: problems.list_problems(view))
        if self._documents.get(uri) is document:
            self._publish(uri, document.version, listed)
            self._report_settings(view)
            self._follow(view.generation, uri)

    def _publish(self, uri: str, version: int | None, problems: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, problems, version=version)
        )

    def _report_settings(self, view: View) -> None:
        """Show an error in the settings, once."""
        error = view.project.error
        text = f"{error.path}:{error.line}: {error.message}" if error else ""
        if text and text != self._error:
            self._show(text)
        self._error = text

    def _show(self, text: str) -> None:
        message = types.ShowMessageParams(types.MessageType.Error, escape_controls(text))
        self._server.window_show_message(message)

    def _follow(self, generation: int, uri: str = "") -> None:
        """Check the other documents again once something they depend on has changed."""
        if generation == self._generation:
            return
        self._generation = generation
        for each in self._documents.keys() - {uri}:
            self._schedule(each, 0)
        workspace = self._server.client_capabilities.workspace
        if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
            self._server.workspace_inlay_hint_refresh(None)

    def _check_files(self, _: object = None) -> None:
        self._start(self._refresh())

    def _check_all(self, _: object) -> None:
        for uri in self._documents:
            self._hold(uri, 0)

    async def _refresh(self) -> None:
        await self._work(self._projects.refresh)
        self._follow(self._projects.generation)

    def _start_watching(self, _: object) -> None:
        """Have the client watch the files of settings and code; else, look at them now and then."""
        workspace = self._server.client_capabilities.workspace
        watching = workspace and workspace.did_change_watched_files
        if not (watching and watching.dynamic_registration):
            self._start(self._look_again())
            return
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("trellis-cfg-files", method, options)
        self._server.client_register_capability(types.RegistrationParams([registration]))

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(_PERIOD)
            if self._documents:
                await self._refresh()
