"""A little Markdown into HTML: what data cards use, and nothing that could do harm.

Headings, paragraphs, lists of one level, tables, code, emphasis and links. Everything is escaped as
it is marked up, so HTML in the source shows as text; comments are dropped. Every pattern takes time
in proportion to the text, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_LIST = re.compile(r"^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|!?\[(?P<label>[^\[\]]*)\]\((?P<link>[^()\[\]\s]+)\)"
    r"|<(?P<bare>https?://[^<>\s]+)>"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|(?<!\w)[*_](?P<em>[^*_\s](?:[^*_]*[^*_\s])?)[*_](?!\w)"
)


def web_address(value: object) -> str:
    """Keep an address of the web; anything else, ``javascript:`` say, is empty.

    Examples
    --------
    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text.isprintable() or " " in text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.hostname else ""


def render(source: str, *, top: int = 3) -> Markup:
    r"""Render Markdown.

    Parameters
    ----------
    source : str
    top : int
        Level of the highest heading; deeper ones follow without gaps. The title (a first heading
        at level 1) is left out.

    Returns
    -------
    markupsafe.Markup

    Examples
    --------
    >>> render("# Card\n\nFive *articles*, <b>no</b> [texts](https://example.org).")
    Markup('<p>Five <em>articles</em>, ...no... <a href="https://example.org">texts</a>.</p>')
    """
    lines = _without_comments(source).splitlines()
    blocks: list[Markup] = []
    levels: list[int] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif heading := _HEADING.match(line):
            depth = len(heading[1])
            if depth > 1 or blocks:
                levels = [level for level in levels if level < depth] + [depth]
                level = min(top + len(levels) - 1, 6)
                blocks.append(
                    Markup("<h{0}>{1}</h{0}>").format(level, inline(heading[2].rstrip(" #")))
                )
            at += 1
        elif line.lstrip().startswith("```"):
            body, at = _take(lines, at + 1, lambda one: not one.lstrip().startswith("```"))
            blocks.append(Markup("<pre><code>{}</code></pre>").format("\n".join(body)))
            at += 1
        elif at + 1 < len(lines) and "|" in line and _is_rule(lines[at + 1]):
            body, at = _take(lines, at, lambda one: "|" in one)
            blocks.append(_table(body))
        elif _LIST.match(line):
            body, at = _take(lines, at, lambda one: bool(one.strip()))
            blocks.append(_list(body))
        else:
            body, at = _take(lines, at, _is_prose)
            blocks.append(Markup("<p>{}</p>").format(inline(" ".join(body))))
    return Markup("\n").join(blocks)


def _without_comments(source: str) -> str:
    kept, at = [], 0
    while (begins := source.find("<!--", at)) >= 0:
        kept.append(source[at:begins])
        ends = source.find("-->", begins + 4)
        at = ends + 3 if ends >= 0 else len(source)
    return "".join(kept) + source[at:]


def _is_rule(line: str) -> bool:
    """Whether a line parts the head of a table from its body."""
    return "-" in line and "|" in line and set(line) <= set(" \t:|-")


def inline(text: str) -> Markup:
    """Mark up code, links and emphasis within a line."""
    out, at = [], 0
    for match in _INLINE.finditer(text):
        out += [escape(text[at : match.start()]), _marked(match)]
        at = match.end()
    return Markup("").join([*out, escape(text[at:])])


def _marked(match: re.Match[str]) -> Markup:
    if match["code"]:
        return Markup("<code>{}</code>").format(match["code"])
    if match["strong"]:
        return Markup("<strong>{}</strong>").format(inline(match["strong"]))
    if match["em"]:
        return Markup("<em>{}</em>").format(inline(match["em"]))
    label, link = match["label"] or match["link"] or match["bare"], match["link"] or match["bare"]
    if not (address := web_address(link)):
        return escape(label)
    return Markup('<a href="{}">{}</a>').format(address, label)


def _take(lines: list[str], at: int, belongs: Callable[[str], bool]) -> tuple[list[str], int]:
    """Lines from `at` for as long as they belong; the first is always taken if there is one."""
    end = at
    while end < len(lines) and belongs(lines[end]):
        end += 1
    return [line.strip() for line in lines[at:end]], max(end, at)


def _is_prose(line: str) -> bool:
    return bool(line.strip()) and not _HEADING.match(line) and not line.lstrip().startswith("```")


def _list(lines: list[str]) -> Markup:
    items: list[list[str]] = []
    for line in lines:
        if match := _LIST.match(line):
            items.append([match[2]])
        else:
            items[-1].append(line)
    first = _LIST.match(lines[0])
    kind = "ol" if first and first[1] else "ul"
    body = Markup("").join(Markup("<li>{}</li>").format(inline(" ".join(item))) for item in items)
    return Markup("<{0}>{1}</{0}>").format(Markup(kind), body)


def _table(lines: list[str]) -> Markup:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    head, rule, body = rows[0], rows[1], rows[2:]
    right = [cell.endswith(":") and not cell.startswith(":") for cell in rule]

    def cells(row: list[str], tag: str) -> Markup:
        parts = []
        for position, cell in enumerate(row[: len(head)]):
            numeric = position < len(right) and right[position]
            scope = ' scope="col"' if tag == "th" else ""
            mark = Markup(scope + (' class="number"' if numeric else ""))
            parts.append(Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), mark, inline(cell)))
        return Markup("<tr>{}</tr>").format(Markup("").join(parts))

    return Markup(
        '<div class="scroll" tabindex="0" role="group" aria-label="Table: {}">'
        "<table><thead>{}</thead><tbody>{}</tbody></table></div>"
    ).format(
        ", ".join(inline(cell).striptags() for cell in head if cell),
        cells(head, "th"),
        Markup("").join(cells(row, "td") for row in body),
    )
