"""Read a page of the report back: its text, its elements and the numbers that say where they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "link", "hr", "input", "circle"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None
    children: list[Element | str] = field(default_factory=list)

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Every element beneath this one with a tag and attributes; `_` in a name is a hyphen."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                wanted = {name.replace("_", "-").strip("-"): value for name, value in attributes.items()}
                if tag in ("", child.tag) and wanted.items() <= child.attributes.items():
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def within(self, *, tag: str = "", attribute: str = "") -> bool:
        """Whether this element, or one around it, has the tag or the attribute."""
        if (tag and self.tag == tag) or (attribute and attribute in self.attributes):
            return True
        return self.parent is not None and self.parent.within(tag=tag, attribute=attribute)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read_page(html: bytes) -> Element:
    """Parse a page; tags that do not match are an error."""
    reader = _Reader()
    reader.feed(html.decode())
    reader.close()
    assert reader.here is reader.root, f"<{reader.here.tag}> is not closed"
    return reader.root


def texts(element: Element) -> list[tuple[str, Element]]:
    """Every text beneath an element with the element that it stands in."""
    found: list[tuple[str, Element]] = []
    for child in element.children:
        found += [(child, element)] if isinstance(child, str) else texts(child)
    return found
