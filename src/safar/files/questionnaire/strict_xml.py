"""XML from outside as a small tree, strictly: well-formed, bounded, without entities of its own; nothing is fetched.

A DOCTYPE that only names a published definition is let pass (older Triple-S files carry one); one that declares
anything itself is refused, so no entity can be made to grow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from safar.errors import InputError
from safar.files.reading_errors import ForbiddenXml

MOST_BYTES = 50_000_000
_MOST_DEPTH = 64
_MOST_NODES = 2_000_000


class SurveyFileBroken(InputError):
    """A file of another survey program cannot be read: broken XML, or not what its format says."""

    code = "questionnaire.file-broken"
    next_step = "Export it again from the program that it came from, as .lss (LimeSurvey) or Triple-S XML."


@dataclass(slots=True)
class Node:
    """An element: its own text (without its children's), attributes, children in order."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def first(self, tag: str) -> Node | None:
        """The first child of that name."""
        return next((child for child in self.children if child.tag == tag), None)

    def all(self, tag: str) -> Iterator[Node]:
        """The children of that name."""
        return (child for child in self.children if child.tag == tag)

    def said(self, tag: str) -> str:
        """The text of the first child of that name, without white space around it; empty where there is none."""
        found = self.first(tag)
        return "" if found is None else found.text.strip()


def read_xml(content: bytes, *, where: str) -> Node:
    """The root of a document. Raises: SurveyFileBroken, ForbiddenXml."""
    if len(content) > MOST_BYTES:
        raise SurveyFileBroken(f"{where}: the file is larger than {MOST_BYTES:,} bytes.")
    tree = _Tree(where)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.words
    parser.StartDoctypeDeclHandler = tree.doctype
    parser.EntityDeclHandler = tree.entity
    try:
        parser.Parse(content, True)
    except expat.ExpatError as cause:
        raise SurveyFileBroken(f"{where}, line {cause.lineno}: {expat.ErrorString(cause.code)}.") from cause
    except (LookupError, ValueError) as cause:
        raise SurveyFileBroken(f"{where}: the XML cannot be read: {cause}.") from cause
    if tree.root is None:
        raise SurveyFileBroken(f"{where}: the file holds no XML.")
    return tree.root


class _Tree:
    def __init__(self, where: str) -> None:
        self.root: Node | None = None
        self._where = where
        self._open: list[Node] = []
        self._nodes = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._nodes += 1
        if len(self._open) >= _MOST_DEPTH or self._nodes > _MOST_NODES:
            raise SurveyFileBroken(f"{self._where}: the XML is nested or filled beyond any survey.")
        node = Node(tag, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def words(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def doctype(self, _name: str, _system: str | None, _public: str | None, declares: int) -> None:
        if declares:
            self.entity()

    def entity(self, *_told: object) -> None:
        raise ForbiddenXml(f"{self._where}: the XML declares entities or types of its own.")
