"""Every page of the product, in a workspace where each has something to show: for the browser tests and the gallery.

`PLACES` and `NOT_PAGES` together name every address that can be opened; tests/web/test_access.py holds that. A new page
is therefore looked at in the browser, in both languages, light and dark, on a phone and on paper, or tests fail.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.web.browser_kit import Served, environ, run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

OWNER, VIEWER, STRANGER = "owner", "viewer", "stranger"
SURVEY = "response id,customer,answered at,branch,channel,satisfaction,ease of use,comment,plan\n" + "".join(
    f"R-{number},C-{number % 40},{number % 27 + 1:02d}/03/2026 {9 + number % 8:02d}:15,north-{number % 3},"
    f"{('app', 'branch')[number % 2]},{number % 5 + 1 if number != 30 else 'none'},{number % 7 + 1},"
    f'"Waited at the counter; please write to ann{number}@example.org",{("gold", "basic")[number % 2]}\n'
    for number in range(200)
)
"""A file as a branch sends it: days before months, one rating that is no number, addresses in the comments."""
PATIENCE_MS = 60_000


@dataclass(frozen=True)
class Place:
    """One page. press: a button that has to be pressed on it before the page comes that is meant."""

    title: str
    address: str
    who: str = OWNER
    status: int = 200
    press: str = ""

    def at(self, base: str, *, language: str = "", theme: str = "") -> str:
        """The whole address, in a language and a theme."""
        asked = "&".join(f"{name}={value}" for name, value in (("lang", language), ("theme", theme)) if value)
        if not asked:
            return base + self.address
        path, mark, anchor = self.address.partition("#")
        return f"{base}{path}{'&' if '?' in path else '?'}{asked}{mark}{anchor}"


PLACES: Mapping[str, tuple[str, ...]] = {
    "sign-in": ("/sign-in/",),
    "forgotten": ("/password/",),
    "new-password": ("/password/{password}/",),
    "invitation": ("/invitation/{invitation}/",),
    "board-letter-stop": ("/boards/letters/{letter}/",),
    "welcome": ("/welcome/",),
    "profile": ("/profile/",),
    "people": ("/people/",),
    "person-invite": ("/people/invite/",),
    "person": ("/people/{person}/",),
    "person-link-shown": ("/people/{invited}/",),
    "person-delete": ("/people/{person}/delete/",),
    "journey": (
        "/journey/",
        "/journey/?notes=write",
        "/journey/?channel=app&channel=web",
        "/journey/?page.since=1405-08",
        "/journey/?vs=all&channel=app",
    ),
    "step": ("/journey/steps/usage/",),
    "touchpoint": ("/journey/touchpoints/bill/",),
    "notes": ("/journey/notes/", "/journey/notes/?step=usage&lane=felt"),
    "note-write": ("/journey/notes/write/?touchpoint=bill",),
    "note": ("/journey/notes/{note}/",),
    "saved-views": ("/journey/views/",),
    "saved-view-save": ("/journey/views/save/?address=/journey/",),
    "saved-view-change": ("/journey/views/{view}/change/",),
    "saved-view-share": ("/journey/views/{view}/share/",),
    "share-links": ("/journey/links/",),
    "measure": (
        "/measure/",
        "/measure/?metric=csat&by=channel&over=quarter&pick=yes",
        "/measure/?metric=nps&by=channel",
    ),
    "measure-answers": ("/measure/answers/?metric=csat",),
    "boards": ("/boards/",),
    "board-save": ("/boards/save/?address=/measure/?metric=nps",),
    "board-chart": ("/boards/charts/{chart}/",),
    "board": ("/boards/{board}/", "/boards/{board}/?edit=yes"),
    "board-change": ("/boards/{board}/change/",),
    "board-letter": ("/boards/{board}/letter/",),
    "customer": ("/customers/{customer}/",),
    "touchpoints": ("/touchpoints/", "/touchpoints/?truth=1"),
    "journeys": ("/journeys/",),
    "journey-edit": ("/journey/edit/",),
    "journey-frame": ("/journey/edit/frame/",),
    "journey-step": ("/journey/edit/step/?id=usage",),
    "journey-touchpoint": (
        "/journey/edit/touchpoint/?id=bill",
        "/journey/edit/touchpoint/?suggested=touchpoints.after.thank-you",
    ),
    "journey-remove-step": ("/journey/edit/remove-step/?id=usage",),
    "journey-discard": ("/journey/edit/discard/",),
    "journey-publish": ("/journey/edit/publish/",),
    "journey-versions": ("/journey/versions/",),
    "rules": ("/rules/",),
    "rule": ("/rules/edit/?event=app.push.opened&touchpoint=self_service",),
    "rules-facts": ("/rules/facts/interactions/?rule=4",),
    "rules-discard": ("/rules/discard/",),
    "rules-publish": ("/rules/publish/",),
    "rules-versions": ("/rules/versions/",),
    "frameworks": ("/frameworks/", "/frameworks/?q=bill"),
    "framework-compare": ("/frameworks/compare/?left=stepwise&right=automotive",),
    "own-edit": ("/frameworks/own/edit/",),
    "own-frame": ("/frameworks/own/edit/name/",),
    "own-element": ("/frameworks/own/edit/element/",),
    "framework-discard": ("/frameworks/own/edit/discard/",),
    "framework-publish": ("/frameworks/own/edit/publish/",),
    "framework-versions": ("/frameworks/own/versions/",),
    "framework": ("/frameworks/stepwise/", "/frameworks/automotive/", "/frameworks/own/"),
    "framework-element": ("/frameworks/stepwise/elements/output.complaint.churn/",),
    "facts": (
        "/facts/moves/?at_step=usage",
        "/facts/passages/",
        "/facts/answers/?at_step=usage",
        "/facts/interactions/",
        "/facts/feedback/?state=words",
        "/facts/customers/",
        "/facts/answers/?channel=shop&at_step=awareness",
    ),
    "imports": ("/imports/",),
    "new-import": ("/imports/new/",),
    "upload": ("/imports/uploads/{upload}/",),
    "import": ("/imports/{number}/",),
    "undo-import": ("/imports/{number}/undo/",),
    "help": ("/help/",),
    "help-method": ("/help/nps/",),
    "studies": ("/studies/",),
    "study-new": ("/studies/new/",),
    "study-compare": ("/studies/compare/", "/studies/compare/?run={run}&run={other_run}"),
    "study": ("/studies/{study}/",),
    "study-change": ("/studies/{study}/change/",),
    "study-data": ("/studies/{study}/data/",),
    "study-data-remove": ("/studies/{study}/data/remove/",),
    "study-checks": ("/studies/{study}/checks/",),
    "study-model": ("/studies/{study}/model/",),
    "study-form": ("/studies/{study}/model/form/",),
    "study-versions": ("/studies/{study}/versions/?version=1",),
    "study-questionnaire": ("/studies/{study}/questionnaire/",),
    "study-questionnaire-edit": ("/studies/{study}/questionnaire/edit/",),
    "study-questionnaire-order": ("/studies/{study}/questionnaire/order/",),
    "study-run-new": ("/studies/{study}/run/",),
    "study-results": ("/studies/{study}/runs/",),
    "study-run": ("/studies/{study}/runs/1/", "/studies/{study}/runs/3/"),
    "search": ("/search/?q=bill", "/search/"),
    "jobs": ("/jobs/",),
    "job": ("/jobs/{job}/",),
}
"""By the name of an address: how its page is opened, the first with the plainest view. Names in braces: see `fill`."""
NOT_PAGES: Mapping[str, str] = {
    "home": "leads on to the map",
    "sign-in-link": "leads on to the map; made-up addresses are among PROBLEMS",
    "health": "for machines",
    "ready": "for machines",
    "metrics": "for machines",
    "measure-csv": "a file",
    "measure-xlsx": "a file",
    "map-file": "a file",
    "saved-view": "leads on to the map",
    "shared": "is open to nobody unless a setting says so; tests/web/test_browser_notes.py looks at it",
    "touchpoints-csv": "a file",
    "facts-csv": "a file",
    "upload-recipe": "a file",
    "set-aside": "a file",
    "job-file": "a file",
    "study-model-file": "a file",
    "study-questionnaire-file": "a file",
    "study-report": "a file",
    "arriving": "part of the upload page",
    "days": "part of a day field",
}
BEFORE = {"own-start": "/frameworks/own/start/"}
"""Pages that lead on once there is something."""
PRESSED = {"person-link-shown": 'form[action$="/link/"] button'}
STRANGERS = ("sign-in", "forgotten", "new-password", "invitation", "board-letter-stop")

PROBLEMS = (
    Place("no-such-page", "/nowhere/", status=404),
    Place("no-such-step", "/journey/steps/nowhere/", status=404),
    Place("no-such-touchpoint", "/journey/touchpoints/nowhere/", status=404),
    Place("no-such-customer", "/customers/999999999/", status=404),
    Place("no-such-import", "/imports/99999/", status=404),
    Place("no-such-method", "/help/nowhere/", status=404),
    Place("no-such-metric", "/measure/?by=nowhere", status=404),
    Place("unknown-filter", "/journey/?since=nonsense", status=400),
    Place("nothing-fits", "/journey/?channel=nowhere"),
    Place("nothing-found", "/search/?q=qqqqqq"),
    Place("not-allowed", "/people/", who=VIEWER, status=403),
    Place("sign-in-over", "/sign-in/made-up/", who=STRANGER, status=403),
    Place("password-over", "/password/made-up/", who=STRANGER, status=403),
    Place("invitation-over", "/invitation/made-up/", who=STRANGER, status=403),
    Place("letter-over", "/boards/letters/made-up/", who=STRANGER, status=403),
)
"""What people meet when something is wrong."""


def places(found: Mapping[str, str]) -> list[Place]:
    """Every page of a workspace that was filled."""
    listed = []
    for name, addresses in PLACES.items():
        who = STRANGER if name in STRANGERS else OWNER
        for number, address in enumerate(addresses):
            title = f"{name}-{number + 1}" if number else name
            listed.append(Place(title, address.format(**found), who, press=PRESSED.get(name, "")))
    return [*listed, *PROBLEMS]


def empty_places() -> list[Place]:
    """The pages of a workspace in which nothing is yet: all that need no name of anything."""
    named = [(name, addresses[0]) for name, addresses in PLACES.items() if "{" not in addresses[0]]
    skipped = {*STRANGERS, "journey-discard", "journey-publish", "rules-discard", "rules-publish"}
    return [
        Place(f"empty-{name}", address, status=_EMPTY_STATUS.get(name, 200))
        for name, address in named
        if name not in skipped and not name.startswith(("own-", "framework-"))
    ] + [Place(name, address) for name, address in BEFORE.items()]


_EMPTY_STATUS = {"journey-touchpoint": 404, "note-write": 400}


def fill(served: Served, browser: Browser) -> dict[str, str]:
    """Use a demo as a company does for a week. Returns what `PLACES` names in braces."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(served.fresh_address())
    found = _imported(page, served.base) | _on_a_board(page, served.base) | _noted(page, served.base)
    found |= _studied(page, served.base)
    _drafted(page, served.base)
    page.goto(f"{served.base}/facts/answers/")
    page.locator(".export-file button").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}/"))
    found["job"] = _part(page.url, 1)
    page.goto(f"{served.base}/facts/moves/")
    href = page.locator('td a[href^="/customers/"]').first.get_attribute("href") or ""
    found["customer"] = href.split("/")[2]
    context.close()
    return found | _people(served, browser)


def contexts(
    served: Served, browser: Browser, found: Mapping[str, str], **options: object
) -> dict[str, BrowserContext]:
    """A window for each kind of person, signed in where they are."""
    made: dict[str, BrowserContext] = {}
    for who in (OWNER, VIEWER, STRANGER):
        made[who] = browser.new_context(locale="en-US", **options)  # type: ignore[arg-type]
        if who == OWNER or (who == VIEWER and found):
            page = made[who].new_page()
            page.goto(served.fresh_address() if who == OWNER else served.fresh_address("--for", "Vera"))
            page.close()
    return made


def _part(address: str, at: int) -> str:
    return urlsplit(address).path.strip("/").split("/")[at]


def _submit(page: Page, **values: str) -> None:
    """Fill the form of the page in and send it."""
    form = page.locator("main form.form").first
    for name, value in values.items():
        field = form.locator(f'[name="{name}"]').first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button[type=submit]").first.click()


def _imported(page: Page, base: str) -> dict[str, str]:
    def upload(name: str) -> str:
        page.goto(f"{base}/imports/new/")
        page.set_input_files("#files", {"name": name, "mimeType": "text/csv", "buffer": SURVEY.encode()})
        page.locator("#upload-form button").click()
        page.wait_for_url("**/imports/uploads/**")
        return _part(page.url, 2)

    upload("branch-survey.csv")
    page.get_by_label("What satisfaction is").select_option("rating")
    page.get_by_label("Highest value of satisfaction").wait_for()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="See what was imported").click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    number = _part(page.url, 1)
    return {"number": number, "upload": upload("branch-survey-april.csv")}


def _on_a_board(page: Page, base: str) -> dict[str, str]:
    asked = (
        ("Satisfaction by channel", "/measure/?metric=csat&by=channel"),
        ("Recommendation", "/measure/?metric=nps&over=quarter"),
        ("Effort by step", "/measure/?metric=ces&by=step"),
    )
    board = ""
    for title, address in asked:
        page.goto(f"{base}/boards/save/?address={address.replace('&', '%26')}")
        more = {"board": board} if board else {"board": "new", "new_board": "Monday morning"}
        _submit(page, title=title, **more)
        page.wait_for_url(re.compile(r"/boards/[0-9a-f-]{36}/"))
        board = _part(page.url, 1)
    page.goto(f"{base}/boards/{board}/?edit=yes")
    action = page.locator('form[action*="/boards/charts/"]').first.get_attribute("action") or ""
    return {"board": board, "chart": action.split("/")[3]}


def _noted(page: Page, base: str) -> dict[str, str]:
    """A note on the map and a saved view of it."""
    page.goto(f"{base}/journey/notes/write/?touchpoint=bill")
    _submit(page, text="Ask the billing team about the new layout.")
    page.get_by_text("The note is on the map.").wait_for()
    page.goto(f"{base}/journey/notes/?touchpoint=bill")
    note = page.locator('.note-do form[action$="/remove/"]').first
    found = note.get_attribute("action") or ""
    page.goto(f"{base}/journey/views/save/?address=/journey/?lanes=felt")
    _submit(page, title="What was felt")
    page.goto(f"{base}/journey/views/")
    view = page.locator('a[href^="/journey/views/"][href$="/share/"]').first.get_attribute("href") or ""
    return {"note": found.split("/")[3], "view": view.split("/")[3]}


def _studied(page: Page, base: str) -> dict[str, str]:
    """The simulated study, run twice, with other resamples the second time, and its importance-performance map."""
    page.goto(f"{base}/studies/")
    page.get_by_role("button", name="simulated example").click()
    page.wait_for_url(re.compile(r"/studies/[0-9a-f-]{36}/$"))
    study = _part(page.url, 1)
    for number, seed in enumerate(("1", "2"), start=1):
        page.goto(f"{base}/studies/{study}/run/")
        _submit(page, resamples="200", seed=seed)
        page.wait_for_url(f"**/runs/{number}/")
        page.get_by_role("heading", name="What became of each claim").wait_for()
    page.goto(f"{base}/studies/{study}/runs/")
    runs = [one.get_attribute("value") or "" for one in page.locator("[name=run]").all()]
    page.goto(f"{base}/studies/{study}/run/")
    page.locator("#further-importance > summary").click()
    page.locator("#further-importance button").click()
    page.wait_for_url(re.compile(r"/runs/3/"))
    page.get_by_role("heading", name="Importance-performance map").wait_for()
    return {"study": study, "run": runs[1], "other_run": runs[0]}


def _drafted(page: Page, base: str) -> None:
    """One version of a framework of the company's own, and a draft of everything that has drafts."""
    page.goto(f"{base}/frameworks/own/start/")
    page.locator('[name="papers"]').first.check()
    _submit(page, label_en="Our own view", label_fa="نگاه خود ما")
    page.wait_for_url("**/frameworks/own/edit/**")
    page.goto(f"{base}/frameworks/own/edit/publish/")
    _submit(page, note="The first version")
    page.wait_for_url("**/frameworks/own/**")
    for address, values in (
        ("/frameworks/own/edit/element/", {"label_en": "Our promise", "label_fa": "قول ما"}),
        ("/journey/edit/step/", {"label_en": "Renewal", "label_fa": "تمدید"}),
        ("/rules/edit/?event=app.push.opened", {"touchpoint": "self_service"}),
    ):
        page.goto(base + address)
        _submit(page, **values)
        page.locator(".draft-bar.begun").wait_for()


def _people(served: Served, browser: Browser) -> dict[str, str]:
    """Vera looks, Cleo and Dana are invited; one link to join and one to choose a new password are open."""
    workspace = ("-w", str(served.folder))
    found = {}
    for name in ("Vera", "Cleo", "Dana"):
        told = run("people", "invite", name, *workspace)
        found[name] = _token(told)
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{served.base}/invitation/{found['Vera']}/")
    _submit(page, new="a way that is long enough", again="a way that is long enough")
    page.wait_for_url("**/journey/**")
    context.close()
    owner = browser.new_context(locale="en-US")
    page = owner.new_page()
    page.goto(served.fresh_address())
    page.goto(f"{served.base}/people/")
    ids = {
        name: (page.get_by_role("link", name=name).first.get_attribute("href") or "").split("/")[2]
        for name in ("Vera", "Dana")
    }
    owner.close()
    told = run("people", "reset-link", "Vera", *workspace)
    return {
        "invitation": found["Cleo"],
        "password": _token(told),
        "person": ids["Vera"],
        "invited": ids["Dana"],
        "letter": _letter_token(served),
    }


def _token(told: str) -> str:
    joined = "".join(told.split())
    matched = re.search(r"/(?:invitation|password)/([\w-]+)", joined)
    assert matched, told
    return matched.group(1)


def _letter_token(served: Served) -> str:
    """What a weekly letter carries: made by the workspace's own key."""
    program = (
        "import sys, uuid; from pathlib import Path; from safar.server import configure; "
        "configure(Path(sys.argv[1]), environ={}); "
        "from safar.web.board_letters import stop_token; print(stop_token(uuid.uuid4()))"
    )
    command = [sys.executable, "-c", program, str(served.folder)]
    return subprocess.run(command, capture_output=True, text=True, env=environ(), check=True, timeout=60).stdout.strip()


def settle(page: Page, *, tries: int = 200) -> None:
    """Wait until a page that counts has counted: such a page renews itself."""
    from playwright.sync_api import Error

    for _ in range(tries):
        try:
            page.wait_for_load_state()
            if not page.locator("head meta[http-equiv=refresh], main .busy:visible").count():
                return
        except Error as error:
            if "context was destroyed" not in error.message:  # it renewed itself at that very moment
                raise
        page.wait_for_timeout(300)


def names(listed: Sequence[Place]) -> list[str]:
    """The titles, each of which is there once."""
    found = [place.title for place in listed]
    assert len(set(found)) == len(found)
    return found
