"""What can be wrong with an open page, whatever stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEAST_TEXT_PX = 12
MOST_WEIGHT = 300_000

# Sizes of SVG text count as they are drawn, after the drawing was stretched.
_STRUCTURE = """least => {
  const said = [], main = document.querySelector('main'), html = document.documentElement;
  const seen = e => e.checkVisibility({visibilityProperty: true});
  const told = e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 110);
  const title = document.title.split(' · ');
  // A workspace may be called as its journey is; then the map says so once.
  const least_parts = location.pathname === '/journey/' ? 2 : 3;
  if (title.length < least_parts || !title.every(part => part.trim())) said.push(`title: ${document.title}`);
  const firsts = [...document.querySelectorAll('h1')].filter(seen);
  if (firsts.length !== 1) said.push(`${firsts.length} h1`);
  let level = 0;
  for (const head of [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(seen)) {
    const next = +head.tagName[1];
    if (next > level + 1) said.push(`heading h${next} after h${level}: ${head.textContent.trim().slice(0, 40)}`);
    if (!head.textContent.trim()) said.push(`empty heading: ${told(head)}`);
    level = next;
  }
  for (const image of document.images) if (!image.hasAttribute('alt')) said.push(`no alt: ${told(image)}`);
  for (const drawing of document.querySelectorAll('svg')) {
    if (drawing.closest('[aria-hidden="true"]') || drawing.parentElement.closest('svg')) continue;
    const by = (drawing.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
    const named = drawing.getAttribute('aria-label') || (by.length && by.every(id => document.getElementById(id)));
    if (drawing.getAttribute('role') !== 'img' || !named) said.push(`drawing without a name: ${told(drawing)}`);
  }
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !seen(e)) continue;
    if (e.closest('.sr, .skip, script, style, title, desc, option')) continue;
    const scale = e instanceof SVGElement && e.getScreenCTM ? Math.abs(e.getScreenCTM().d) : 1;
    const size = parseFloat(getComputedStyle(e).fontSize) * scale;
    if (size < least - 0.01) small.add(`${size.toFixed(1)} px: ${told(e)}`);
  }
  said.push(...[...small].slice(0, 3));
  if (!main || main.innerText.trim().length < 20) said.push('nothing to read');
  return said;
}"""
_SIDEWAYS = """() => {
  const html = document.documentElement;
  if (html.scrollWidth <= innerWidth) return null;
  const over = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    const clipped = e.parentElement.closest('.scroll, .wide, .periods, .to-step, pre, [tabindex="0"]');
    return !clipped && box.width && (box.right > innerWidth + 1 || box.left < -1);
  });
  const one = over.at(-1);
  const told = one ? one.outerHTML.replace(/\\s+/g, ' ').slice(0, 110) : '?';
  return `${html.scrollWidth} px wide at ${innerWidth}: ${told}`;
}"""
_WEIGHT = """() => {
  // What is asked for later, while something is still being counted, renews the page and is no weight of it.
  const loaded = performance.getEntriesByType('resource').filter(one => one.initiatorType !== 'xmlhttprequest');
  const all = [...performance.getEntriesByType('navigation'), ...loaded];
  return [all.reduce((sum, one) => sum + one.encodedBodySize, 0), all[0].decodedBodySize];
}"""
# What repeats in long lists is looked at eight times, not hundreds.
_AXE = """rules => {
  const options = {resultTypes: ['violations']};
  if (rules) options.runOnly = {type: 'rule', values: rules};
  const context = {include: document, exclude: [['.plain tbody tr:nth-child(n+9)'], ['.timeline > li:nth-child(n+9)']]};
  return axe.run(context, options).then(done => done.violations.map(one => [
    one.id, one.help, one.nodes.slice(0, 2).map(node => node.html.replace(/\\s+/g, ' ').slice(0, 130))]));
}"""


def faults_of_structure(page: Page) -> list[str]:
    """Title, headings, names of drawings, size of text, weight."""
    said: list[str] = page.evaluate(_STRUCTURE, LEAST_TEXT_PX)
    carried, own = page.evaluate(_WEIGHT)
    if max(carried, own) > MOST_WEIGHT:
        said.append(f"weighs {carried:,} bytes, {own:,} of them its own")
    return said


def faults_of_width(page: Page, width: int) -> list[str]:
    """Whether the page as a whole scrolls sideways in a window of that width."""
    page.set_viewport_size({"width": width, "height": 900})
    told = page.evaluate(_SIDEWAYS)
    return [told] if told else []


def faults_of_access(page: Page, axe: str, *, rules: tuple[str, ...] | None = None) -> list[str]:
    """What the accessibility checker holds against the page; all its rules, or those."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found: list[Any] = page.evaluate(_AXE, list(rules) if rules else None)
    return [f"{name}: {told} {nodes}" for name, told, nodes in found]
