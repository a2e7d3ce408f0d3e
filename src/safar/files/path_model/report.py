"""A whole report of a path model as one file: what was done, what was found, why to doubt it, every table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from safar.analysis.path_model.further_result import FurtherResult
from safar.analysis.path_model.paper import as_html, as_latex, as_markdown, paper_tables
from safar.analysis.path_model.paper_latex import latex_document, latex_heading, latex_paragraph
from safar.analysis.path_model.paragraph import methods_paragraph
from safar.analysis.path_model.result import PathResult
from safar.analysis.path_model.speaking import is_persian, seed_of
from safar.files.path_model.report_words import report_words

_STYLE = """
:root { --surface: #fff; --raised: #f5f6f8; --ink: #18212c; --muted: #55606e; --line: #c3cad3;
  --blue: #1f5fa8; --blue-soft: #d4e4f5; --orange: #a84a00; color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { --surface: #171e26; --raised: #202935; --ink: #e9eef4;
  --muted: #a5b1bf; --line: #4a5664; --blue: #86bbf2; --blue-soft: #1d344f; --orange: #f5ac6b; } }
body { background: var(--surface); color: var(--ink);
  font: 16px/1.55 system-ui, "Liberation Sans", Vazirmatn, sans-serif;
  max-width: 76rem; margin: 2rem auto; padding: 0 1.25rem; }
.drawing, .chart, .wide { overflow-x: auto; }
.chart { background: #fff; color: #18212c; max-width: 46rem; padding: .5rem; }
.chart svg { width: 100%; height: auto; }
@media screen and (prefers-color-scheme: dark) {
  .chart { background: none; filter: invert(1) hue-rotate(180deg); mix-blend-mode: screen; } }
[lang="fa"] ol { list-style: persian; }
.drawing svg { display: block; width: auto; max-width: none; height: auto; margin-inline: auto; }
table { border-collapse: collapse; margin: 1.5rem 0 .25rem; font-variant-numeric: tabular-nums; }
caption { text-align: start; font-weight: 700; padding-block: .4rem; }
th, td { padding: .3rem .7rem; text-align: start; vertical-align: top; }
thead th { border-block: 2px solid var(--ink); font-weight: 600; }
tbody tr:last-child td { border-block-end: 2px solid var(--ink); }
/* Figures read from left to right everywhere: their ends stand below each other. */
.number { text-align: right; white-space: nowrap; }
p, ol, ul { max-width: 62rem; }
small, footer { color: var(--muted); }
.doubt { border-inline-start: 4px solid var(--orange); padding-inline-start: .8rem; }
footer { overflow-wrap: anywhere; margin-block-start: 2.5rem; }
@page { size: A4; margin: 16mm 14mm; }
@page broad { size: A3 landscape; margin: 12mm; }
@media print {
  body { font-size: 9.5pt; line-height: 1.4; margin: 0; padding: 0; max-width: none; }
  .drawing, .chart, .wide { overflow: visible; }
  .drawing svg { max-width: 100%; max-height: 250mm; }
  .drawing.broad, h1:has(+ .broad) { page: broad; }
  .chart { max-width: 130mm; break-inside: avoid; }
  table { font-size: 7.5pt; margin-block-start: 1rem; }
  th, td { padding: .1rem .3rem; }
  caption, h1, h2, h3, thead { break-after: avoid; }
  tr, li { break-inside: avoid; }
  tbody tr:nth-last-child(-n+3) { break-before: avoid; }
}
"""
_BROAD = 1100
"""Points of a drawing's width that an upright page still shows."""


def as_page(
    result: PathResult,
    diagram: str,
    *,
    further: Sequence[FurtherResult] = (),
    drawings: Sequence[str] = (),
    language: str = "en",
    version: str = "",
) -> str:
    """One page of HTML that loads nothing, in the language of the result's sentences.

    diagram: SVG, whose colors may be this page's. further: results of other analyses, each with its drawing (or none,
    an empty text).
    """
    words = report_words(language)
    mark = f" <small>({words.simulated})</small>" if result.simulated else ""
    verdicts = "".join(f"<li>{_verdict(one.says, [d.says for d in one.doubts])}</li>" for one in result.verdicts)
    doubted = "".join(f'<p class="doubt">{escape(one.says)}</p>' for one in result.doubts)
    direction = "rtl" if language == "fa" else "ltr"
    body = [
        f"<h1>{escape(result.model.name)}{mark}</h1>",
        # At its own size: many constructs made as narrow as the page would have letters that nobody can read.
        f'<div class="{"drawing broad" if _is_broad(diagram) else "drawing"}" role="region" '
        f'aria-label="{escape(result.model.name)}" tabindex="0">{diagram}</div>',
        f"<h2>{words.method}</h2>",
        f"<p>{escape(methods_paragraph(result, language, further=further, version=version))}</p>",
        f"<h2>{words.says}</h2><ol>{verdicts}</ol>",
        f"<h2>{words.doubts}</h2>{doubted}" if doubted else "",
        *(
            _further(one, drawing)
            for one, drawing in zip(further, [*drawings, *[""] * (len(further) - len(drawings))], strict=True)
        ),
        f'<h2>{words.tables}</h2><div class="wide">{as_html(paper_tables(result)[:-1])}</div>',
        f'<footer><p>{words.model_digest}: <bdi dir="ltr">{result.model_digest}</bdi><br>'
        f'{words.data_digest}: <bdi dir="ltr">{result.data_digest}</bdi></p></footer>',
    ]
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(result.model.name)}</title>"
        f"<style>{_STYLE}</style></head>\n<body>\n{chr(10).join(part for part in body if part)}\n</body>\n</html>\n"
    )


def _is_broad(diagram: str) -> bool:
    """Whether a drawing's letters would be too small on a page upright."""
    width = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ', diagram)
    return width is not None and float(width[1]) > _BROAD


def _verdict(says: str, doubts: list[str]) -> str:
    more = "".join(f"<li>{escape(one)}</li>" for one in doubts)
    return escape(says) + (f"<ul>{more}</ul>" if more else "")


def _further(found: FurtherResult, drawing: str) -> str:
    told = "".join(f"<li>{escape(one)}</li>" for one in found.says)
    # Charts are drawn from left to right, also where the page is not.
    drawn = f'<div class="chart" dir="ltr">{drawing}</div>' if drawing else ""
    return f'<h2>{escape(found.title)}</h2><ul>{told}</ul>{drawn}<div class="wide">{as_html(found.tables())}</div>'


def as_markdown_report(
    result: PathResult, *, further: Sequence[FurtherResult] = (), language: str = "en", version: str = ""
) -> str:
    """The same as Markdown, without drawings."""
    words = report_words(language)
    lines = [
        f"# {result.model.name}{f' ({words.simulated})' if result.simulated else ''}",
        "",
        f"## {words.method}",
        "",
    ]
    lines += [methods_paragraph(result, language, further=further, version=version), "", f"## {words.says}", ""]
    for one in result.verdicts:
        lines += [f"- {one.says}", *(f"    - {doubt.says}" for doubt in one.doubts)]
    if result.doubts:
        lines += ["", f"## {words.doubts}", "", *(f"- {one.says}" for one in result.doubts)]
    for found in further:
        lines += ["", f"## {found.title}", "", *(f"- {one}" for one in found.says), "", as_markdown(found.tables())]
    lines += ["", f"## {words.tables}", "", as_markdown(paper_tables(result)[:-1])]
    lines += [f"{words.model_digest}: {result.model_digest}", "", f"{words.data_digest}: {result.data_digest}", ""]
    return "\n".join(lines)


def as_latex_report(
    result: PathResult, *, further: Sequence[FurtherResult] = (), language: str = "en", version: str = ""
) -> str:
    """The same as a LaTeX document that compiles as it is, to cut out of what a paper needs; without drawings."""
    words, persian = report_words(language), is_persian(language)

    def heading(told: str) -> str:
        return latex_heading(told, persian=persian)

    def paragraphs(*told: str) -> list[str]:
        return [latex_paragraph(one, persian=persian) for one in told]

    title = f"{result.model.name} ({words.simulated})" if result.simulated else result.model.name
    numbered = [f"{seed_of(k, language)}. {one.says}" for k, one in enumerate(result.verdicts, 1)]
    lines = [heading(title), heading(words.method)]
    lines += paragraphs(methods_paragraph(result, language, further=further, version=version))
    lines.append(heading(words.says))
    for told, verdict in zip(numbered, result.verdicts, strict=True):
        lines += paragraphs(" ".join((told, *(doubt.says for doubt in verdict.doubts))))
    if result.doubts:
        lines += [heading(words.doubts), *paragraphs(*(one.says for one in result.doubts))]
    for found in further:
        lines += [heading(found.title), *paragraphs(*found.says), as_latex(found.tables())]
    lines += [heading(words.tables), as_latex(paper_tables(result)[:-1])]
    lines += paragraphs(f"{words.model_digest}: {result.model_digest}", f"{words.data_digest}: {result.data_digest}")
    return latex_document("\n".join(lines))
