"""A real browser for the map: one for the whole run, offline, with every request and every error of a page noted."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

# The one without windows first: it opens a page in two thirds of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@dataclass(slots=True)
class Opened:
    """A page and what went wrong in it: requests beyond the file itself, and errors."""

    page: Page
    bad: list[str] = field(default_factory=list)

    def js(self, expression: str, argument: Any = None) -> Any:
        return self.page.evaluate(expression, argument)

    def live(self) -> str:
        return self.page.locator("#live").inner_text()

    def title(self) -> str:
        return self.page.locator("#detail h3 > bdi").inner_text()

    def narrow(self, kind: str, value: str) -> None:
        """Set a filter of the map: at least so many women, one town, or all but what is unticked."""
        if kind == "women":
            self.page.fill("#f-women", value)
        elif kind == "town":
            self.page.select_option("#f-town", value)
        elif kind == "chain":
            self.page.locator("#f-chain label", has_text=value).locator("input").uncheck()
        else:
            self.page.uncheck(f"#f-{kind} input[data-value='{value}']")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """Start chromium; without one, skip on a desk and fail where the tests are meant to run (CI=true)."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        return playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])
    except Error as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no chromium to run: {str(error).splitlines()[0]}")


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


@pytest.fixture(scope="session")
def plain_browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser without WebGL and other 3D, as on a virtual desktop without a graphics card."""
    found = launch(playwright, "--disable-3d-apis")
    yield found
    found.close()


def open_page(browser: Browser, path: Path, **context: Any) -> Opened:
    """Open a map offline and wait until it is drawn."""
    settings = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce", **context}
    opened = Opened(browser.new_context(offline=True, **settings).new_page())
    page = opened.page
    page.on(
        "request", lambda r: opened.bad.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None
    )
    page.on("pageerror", lambda e: opened.bad.append(str(e)))
    page.on("console", lambda m: opened.bad.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", timeout=30_000)
    return opened


@pytest.fixture
def open_map(browser: Browser) -> Iterator[Callable[..., Opened]]:
    opened: list[Opened] = []

    def open_one(path: Path, **context: Any) -> Opened:
        opened.append(open_page(browser, path, **context))
        return opened[-1]

    yield open_one
    for one in opened:
        one.page.context.close()
