"""A real service on the sample town, and Debian's Chromium looking at it."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from sqlalchemy import Engine

from api.app import FRONT_END, create_app
from layers.cluster import Cluster
from layers.database import connect, transaction
from layers.fill import fill_if_empty
from tests.postgis import TEMPLATE, create_database

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WITHIN_MS = 30_000


@dataclass
class Looking:
    """A page, and what must not happen on it."""

    page: Page
    site: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> Page:
        """Go there, and wait until the map is drawn."""
        self.page.goto(self.site + address)
        self.page.get_by_test_id("map").locator("canvas").first.wait_for()
        self.page.wait_for_load_state("networkidle")
        return self.page

    def foreign(self) -> list[str]:
        """Requests that went to any other host than ours."""
        own = (self.site, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome")
         if (found := shutil.which(name))), None,
    )  # fmt: skip
    if path is None:
        pytest.skip("browser: no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(ARGUMENTS), chromium_sandbox=False
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(cluster: Cluster, worker_id: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a service on the sample town."""
    name = f"browser_{worker_id}_{request.module.__name__.split('.')[-1]}"
    create_database(cluster, name, template=TEMPLATE)
    engine = connect(cluster.url(name))
    with transaction(engine) as session:
        fill_if_empty(session, "sample")
    with serving(engine) as address:
        yield address


@contextlib.contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """Serve a database with the built front end on a free port."""
    assert (FRONT_END / "index.html").exists(), "the front end is not built: make test builds it"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(create_app(engine), log_level="error", timeout_graceful_shutdown=2)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)
    engine.dispose()


Look = Callable[..., Looking]


@pytest.fixture
def look(chromium: Browser, served: str) -> Iterator[Look]:
    """Open a page of some size and theme; at the end nothing may have been complained of."""
    opened: list[Looking] = []

    def opener(
        width: int = 1440, height: int = 900, *, dark: bool = False, site: str = served,
        forgiving: bool = False,
    ) -> Looking:  # fmt: skip
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(WITHIN_MS)
        looking = Looking(context.new_page(), site)

        def heard(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                looking.complaints.append(message.text)

        def asked(request: Request) -> None:
            looking.requests.append(request.url)

        looking.page.on("console", heard)
        looking.page.on("pageerror", lambda error: looking.complaints.append(str(error)))
        looking.page.on("request", asked)
        if not forgiving:
            opened.append(looking)
        return looking

    yield opener
    for looking in opened:
        assert looking.complaints == []
        assert looking.foreign() == []
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as the front end's lock has it."""
    script = FRONT_END.parent / "node_modules" / "axe-core" / "axe.min.js"
    return script.read_text(encoding="utf-8")
