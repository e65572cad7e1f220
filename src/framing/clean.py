"""Tell the body of a text from the residue of the page it came from.

A web page or a press-office transcript carries lines that are not content: navigation, captions,
headings, author notes, stage directions. :func:`residue` gives each paragraph of a document a
reason for removal, or ``""`` for body text. :func:`strip_marks` removes marks from inside a
paragraph that is kept.

The rules are the table ``RULES``, tried from top to bottom. They look at words, at punctuation and
at the neighbouring lines, never at one publisher. In doubt a line is kept: a short heading left in
does less harm than a paragraph lost. Standfirsts, quotations, list items, lead-ins that end in a
colon, salutations and short spoken sentences are body.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["REASONS", "residue", "strip_marks"]


class _Line(NamedTuple):
    """One paragraph without its markup, and what its neighbours tell about it."""

    text: str
    before: str
    after: str
    place: float  # 0 for the first paragraph of the document, 1 for the last
    first: bool  # only residue came before it
    listed: bool  # it belongs to a list that a kept line ending in a colon opened
    broken: bool  # the lines around it break off inside sentences, so it may be a part of one
    repeated: bool  # an earlier paragraph says the same, or a longer one contains it


def _any(*patterns: str, case: bool = False) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), 0 if case else re.IGNORECASE)


LONGEST_WORD = 200
LONGEST_LINE = 20_000
"""A line with a longer word, or longer itself, is body: no rule has to run over it."""

_TAIL = 1000
"""How many characters at the end of a line tell how it ends."""


# --- the words of each reason: one idea per string -----------------------------------------------

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:{_MONTH} \d\d?|\d\d? {_MONTH}|{_MONTH} \d{{4}}|\d{{4}}[-/.]\d\d?[-/.]\d\d?)"
_CLOCK = r"\d\d?[:.]\d\d(?: ?[AaPp]\.?[Mm]?\.?)?(?: [A-Z]{2,5})?"
_WHEN = rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,? )?(?:{_DATE}(?:,? \d{{4}})?|{_CLOCK})"
_NAME = r"(?!The |THE |By )(?:[^\W\d_a-z][\w.’'-]* ){1,4}[^\W\d_a-z][\w.’'-]+"
_AGENCY = r"(?:R(?i:euters)|AFP|AP|K(?i:yodo(?: News)?)|J(?i:iji)|EPA|dpa|G(?i:etty(?: Images)?))"
_ROLE = (
    r"\b(?i:analyst|fellow|professor|student|candidate|researcher|director|editor|journalist"
    r"|reporter|correspondent|lecturer|writer|author|columnist|scholar|associate|consultant)\b"
)
_DATELINE = _any(
    rf"^[\[(]?(?:[A-Z][\w .’'-]{{0,40}}[,:|] ?){{0,2}}{_WHEN}(?:\W+(?:at )?{_CLOCK})?[\])]?\.?$",
    rf"^(?:Published|Updated|Posted|Issued|Last \w+)\b\W*(?:on )?{_WHEN}",
    r"^(?:.{0,30}[·•|-] ?)?\d+[ -]min(?:ute)?s?(?:[ -]read)?$",
    case=True,
)
_ADVERTISEMENT = _any(
    r"^\W*(?:advertisements?|ads?|sponsored(?: content| by .*)?|paid (?:post|content))\W*$",
    r"^(?:story|article) continues (?:below|after)|^continue reading(?: below)?$",
)
_SHARE = set(
    "share shares tweet facebook twitter linkedin whatsapp reddit pinterest telegram email print"
    " instagram youtube rss bluesky threads mastodon hatena bookmark x".split()
)
_SHARE_TOO = set("this article story page post on via to by with a link copy it us and".split())
_COMMENT_FORM = _any(
    r"^click to comment|^(?:leave|post|add|write) a?\s?(?:reply|comment)\b|^cancel reply",
    r"^your email address \w+ not|^required fields|required fields are marked",
    r"^(?:name|e-?mail|website|comment)\s?\*$|^save my name|^notify me (?:of|by)",
    r"^\d* ?comments?(?: \(\d+\))?$|^(?:log in|you must be logged in) to (?:post|comment)",
)
_NOTICE = _any(
    r"\b(?:we|(?:web)?site) uses? cookies|\b(?:accept|reject|manage) (?:all )?cookies",
    r"^(?:please )?(?:sign up|subscribe)\b.*\b(?:newsletter|inbox|e-?mail|alerts|free|today|now)\b",
    r"\bto your inbox\b|^enter your e-?mail|^thank you for (?:subscribing|signing up)",
    r"\balready a (?:subscriber|member)\b|subscribers only|\bto continue reading\b",
    r"all rights reserved|^(?:©|copyright\b).*(?:19|20)\d\d|may not be (?:reproduced|republished)",
)
_NAVIGATION = _any(
    r"^(?:home|menu|search|sign (?:in|up)|log ?in|subscribe|(?:about|contact) us|privacy policy)$",
    r"^(?:connect with us|our partners|.{0,10}are you looking for|you may also like)\W*$",
    r"^(?:(?:most|more) (?:read|popular)|trending(?: now)?|latest news|(?:load|show) more)\W*$",
    r"^(?:(?:previous|next)(?: (?:post|article|story|page))?|table of contents)\W*$",
    r"^(?:skip|back) to (?:\w+ )?(?:content|top|navigation|home)",
    r"^(?:read (?:more|also|next)|see also|don.t miss)(?: ?:|[^.!?]*$)|^related(?: ?:|$)",
    r"^(?:related|recommended|similar|more) (?:articles?|stories|posts|news|from|on)\b[^.!?]*$",
    r"^(?:tags?|topics?|keywords?|filed under|categor(?:y|ies)|posted in) ?:|^(?:#\w+\W*)+$",
    r"^(?:read|click|view|download|watch)\b.*\bhere\W*$|^home(?: / [^.!?]{1,40})+$",
    r"^[^.!?|»›>]{1,40}(?: [»›>|] ?[^.!?|»›>]{1,60})+$",
)
_CONTACT = _any(
    r"^for immediate release|^the white house$|^office of the press\b[^.]*$|^(?:https?:|www\.)\S+$",
    r"^(?:press |media )?(?:contacts?|enquiries|inquiries)\b.{0,60}:|^(?:press|media) contact",
    r"^(?:tel|phone|fax|e-?mail)\b\W*[\d+@]|^.{0,60}\b[\w.+-]+@[\w-]+\.[\w.]+$",
    r"^for (?:more|further) information,? .*(?:contact|visit|call|e-?mail)\b",
)
_CREDIT = _any(
    r"^\W*(?:photo(?:graph)?|image|picture|graphic|video)s?(?: credit)?(?: ?:| by (?-i:[A-Z]))",
    r"^\W*(?:credits?|sources?) ?:|^\W*courtesy of\b|^© ?\D+$|^(?-i:AP) Photo\b",
    rf"^\W*(?-i:{_AGENCY})(?: ?/.+)?\W*$|^(?:\S+ ){{0,3}}(?:via (?-i:{_AGENCY})|Getty Images)$",
)
_CREDIT_AT_END = _any(
    r"[(\[][^()\[\]]*(?:\b(?i:photo|image)s?\b|(?i:courtesy|handout)|provided by [A-Zt]|©)"
    r"[^()\[\]]*[)\]]$",
    rf"[(\[|—] ?(?:[^()\[\]|—]*(?:\b(?i:via) |/ ?))?(?:{_AGENCY}|Pool|POOL)"
    r"(?: ?/[^()\[\]]*)?[)\]]?$",
    r"(?:REUTERS/|AP Photo/|AFP/|© ?[A-Z]|\b[Pp]hoto(?: [Cc]redit)?(?::| by\b))[^.]{0,60}$",
    rf"(?i:via) {_AGENCY}$|(?i:Getty Images)$",
    case=True,
)
_POSITION = _any(  # who stands where in a photograph
    r"(?<=\w )\((?:far |front |second from )?(?:left|right|cent(?:er|re)|pictured)\)",
    r"[A-Z][\w’'-]+, (?:far |second from )?(?:left|right|cent(?:er|re))(?=[,.]|$)",
    r"\bfrom (?:the )?left\b(?!-)|\bleft to right\b|\b[Ff]ile [Pp]hoto",
    case=True,
)
_GESTURE = _any(  # what a camera can see
    r"\bshakes? hands\b|\bposes? (?:for|with)\b|\blooks? on(?: as|[,.]|$)",
    r"\b(?:stands?|walks?|sits?) (?:next to|beside|in front of|past)\b|\bgreets?\b|\bwaves? to\b",
    r"\bspeaks? (?:at|during)\b|\b(?:gives?|delivers?) (?:a|his|her) (?:\w+ )?(?:speech|remarks)\b",
    r"(?<!to )\battends?\b|\b(?:is|are) (?:seen|pictured) (?:in|at|on|during|outside|here)\b",
)
_SCENE = re.compile(r"\b(?:at|in|outside|near) (?:the )?[A-Z]")
_AUTHOR_LINE = _any(
    rf"^(?:By|BY) {_NAME}[^.!?\d]{{0,80}}$|^(?:Authors?|Writer|Editor|Translator) ?:",
    r"^\(?(?:Written|Edited|Translated|Interviewed|(?:Additional )?[Rr]eporting) by ",
    r"^About the [Aa]uthors?\b|^Follow (?:him|her|them|@?\w+) on\b|^Find (?:other|more) .* by ",
    rf"^{_NAME} ?\([^()]*{_ROLE}[^()]*\)$|^{_NAME}, [^.!?]{{0,60}}{_ROLE}[^.!?]{{0,60}}$",
    r"^[A-Z]+ [A-Z]\. [A-Z]+(?: JR\.)?$",  # a signature
    case=True,
)
_AUTHOR_NOTE = _any(  # only near the top or the foot of a document
    rf"^{_NAME}(?:,[^,]+,)? (?:is|works as|serves as) (?:an?|the|currently)\b.{{0,80}}?{_ROLE}",
    r"^The (?:author|writer)s?(?:,| (?:is|are)\b)",
    r"\b(?:[Vv]iews|[Oo]pinions)\b.{0,80}\b(?:authors?|not necessarily|(?:his|her|their) own)\b",
    r"^\W*Th(?:is|e) (?:article|paper|essay|commentary|op-ed)\b.*\b(?:published|translation)\b",
    case=True,
)

# --- how a line is built -------------------------------------------------------------------------

_MARKUP = re.compile(r"<!--(?:(?!<!--).)*?-->|</?[A-Za-z][^<>]*>|&nbsp;")
_EMPHASIS = re.compile(r"^#+ |^> |\*\*|(?<!\w)[*_](?=\w)|(?<=[\w.!?)])[*_](?!\w)")
_BULLET = _any(r"(?:[•·▪●◦‣*+–-]|\\?\(?(?:\d{1,3}|[ivx]{1,7}|[a-z])\\?\)|\d{1,3}\.)\s+")
_CLOSED = re.compile(r"[.!?…。！？][\"”’'»)\]*]*(?:\s*[(\[][^()\[\]]*[)\]])*$")
_ACRONYM_LAST = re.compile(r"(?<!\w)(?:[A-Z]\.){2,}$")  # a dot that closes no sentence
_OPEN = _any(r"(?:[:;,&—–-]|\b(?:and|or|of|the|an?|to|in|on|for|with|by|from|that|which))$")
_QUOTED = re.compile(r"^[\"“‘«„].*[\"”’»“]$")
_TWO_SENTENCES = re.compile(r"[a-z]{4,}[.!?][\"”’)]*\s+[\"“A-Z]")
_FINITE = _any(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|do|does|did)\b",
    r"\b(?:said|says|told|agreed|announced)\b",
)
_SPOKEN = _any(r"^(?:I|we|you|it|he|she|they|thanks?|yes|no|okay|and|but|so|please|let)\b")
_ADDRESSED = _any(r"\b(?:I|we|you|he|she|they)\b")
_SALUTATION = _any(
    r"^(?:dear|distinguished|esteemed|mr|mrs|ms|madam|mister|ladies|(?:your )?excellenc\w+)\b",
    r"^(?:colleagues|delegates|friends|heads of|secretary.general|president of)\b",
)
_SPEAKER = _any(
    r"(?:THE|MR|MS|MRS|DR|VICE|PRIME|PRESIDENT|CHANCELLOR|TAOISEACH|SECRETARY|AMBASSADOR|SENATOR"
    r"|GENERAL|GOVERNOR|MAYOR|CHAIR\w*|ADMINISTRATOR|DIRECTOR|ADVIS[EO]R|COMMISSIONER|LEADER|SENIOR"
    r"|CONGRESS\w+|MINISTER|AUDIENCE|MODERATOR|OPERATOR|AIDE|PARTICIPANTS?|INTERPRETER|REPORTER)\b"
    r"[^:a-z]{0,50}(?:\([^()]*\))?:\s*",
    r"[QA]:\s*|Q(?:\.\s*|\s+)(?=[^\s\d=a-z])",
    case=True,
)
_WIRE = (
    r"(?:(?i:Reuters|Kyodo|Jiji|Xinhua|Yonhap|Bloomberg|Associated Press|Agence France-Presse)"
    r"|AFP|AP|EFE|ANSA|TASS|CNA|UPI|PTI|ANI|IANS|PNA|dpa|DPA|PRNewswire|BUSINESS WIRE|Nikkei)"
    r"(?:[ /][\w /.&’'-]{1,40})?"
)
_DAY = rf"(?i:(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\.?,? )?{_DATE}(?:,? \d{{4}})?)"
_DASH = r"(?:\s{0,3}—\s*|\s{0,3}--\s*|\s{1,3}[–-]\s+)"
_UPPER = r"[^\W\d_a-z](?:[^\W\d_a-z]|[.’'-])*"
_TITLE = r"[^\W\d_a-z][\w.’'-]+"
_CITY = rf"(?=[^\W\d_a-z]{{4}}|[^\W\d_a-z]{{2,3}} [^\W\d_a-z]{{2}}){_UPPER}(?: {_UPPER}){{0,3}}"
_REGION = rf"(?:, {_TITLE}(?: {_TITLE})?)?"
_NO_CITY = (  # labels and names that a dash may follow as well
    r"(?!(?:NATO|ASEAN|AUKUS|BRICS|OECD|APEC|RCEP|IPEF|USMCA|CPTPP|METI|TSMC|CHIPS|JAPAN|CHINA"
    r"|AMERICA|EUROPE|TAIWAN|KOREA|INDIA|RUSSIA|UKRAINE|GERMANY|FRANCE|BRITAIN|ITALY|CANADA"
    r"|AUSTRALIA|NETHERLANDS)\b)"
)
_TWO_WORDS = (
    r"(?:(?:NEW|SAN|SANTA|LOS|LAS|THE|HONG|KUALA|TEL|ABU|CAPE|BUENOS|PHNOM|MEXICO|PANAMA|UNITED)"
    r" (?!STATES|KINGDOM|EU\b|US\b))?"
)
_BEGINS = r"(?=[\"“‘'(]?[^\W_a-z])(?=.{0,80}[a-z]{2})"  # a sentence, not a line in capitals
_REPORTED = _any(  # where, when and for whom a report was written
    rf"{_CITY}{_REGION}(?:,? {_DAY})?,? \({_WIRE}\){_DASH}(?=\S)",
    rf"{_CITY}{_REGION}, {_DAY}{_DASH}{_BEGINS}",
    rf"{_NO_CITY}{_TWO_WORDS}[^\W\d_a-z]{{4,}}{_DASH}{_BEGINS}",
    rf"(?!(?:On|In|By|Since|From|Until|Before|After|The)\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    rf"{_TITLE}(?: {_TITLE}){{0,2}}{_REGION}(?:, {_DAY}(?: \({_WIRE}\))?| \({_WIRE}\))"
    rf"{_DASH}{_BEGINS}",
    case=True,
)
_MARK = _any(
    r"(?:(?<!\s)\s+)?[(\[](?:applause|laugh(?:s|ter)|chuckles|cross-?talk|inaudible|pause|cheers"
    r"|clears throat|as (?:interpreted|delivered|prepared)|no (?:translation|interpretation)"
    r"|in [a-z]+(?=\.[)\]])"
    r"|speak(?:s|ing)(?= \w+\.[)\]])|(?:through|via) an? interpreter)\b[^()\[\]]{0,60}[)\]]\s*",
    r"(?<!\s)\s+(?-i:END)(?:\s+\d+:\d\d.*)?$",
)
_LEADS = (_BULLET, _SPEAKER, _REPORTED)


def _words(text: str) -> int:
    return len(text.split())


def _overlong(text: str) -> bool:
    """Return True for what no page carries as a line of its own: data, code, a whole book."""
    return len(text) > LONGEST_LINE or max(map(len, text.split()), default=0) > LONGEST_WORD


def _closed(text: str) -> bool:
    """Return True where a last sign closes a sentence."""
    return bool(_CLOSED.search(text, max(0, len(text) - _TAIL)))


def _ends(text: str) -> bool:
    """Return True where a last sign closes a sentence or leaves it open: headings have neither."""
    if _words(text) <= 6 and _ACRONYM_LAST.search(text) and not _FINITE.search(text):
        return False
    return _closed(text) or bool(_OPEN.search(text, max(0, len(text) - _TAIL)))


def _capitals(text: str) -> bool:
    """Return True for a line In Title Case or IN CAPITALS."""
    long = [word for word in re.findall(r"[^\W\d_][\w’'-]*", text) if len(word) > 3]
    return bool(long) and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


# --- one test per reason -------------------------------------------------------------------------


def _found(pattern: re.Pattern[str], most: int) -> Callable[[_Line], bool]:
    """Return a test: the pattern is found in a line of at most `most` words."""
    return lambda line: _words(line.text) <= most and bool(pattern.search(line.text))


def _is_separator(line: _Line) -> bool:
    return not any(c.isalpha() for c in line.text) and not (line.broken and line.text[-1:] == ".")


def _is_transcript_mark(line: _Line) -> bool:
    end = re.fullmatch(rf"END(?: {_CLOCK})?", line.text)
    return bool(end) or not any(c.isalnum() for c in strip_marks(line.text))


def _is_speech(line: _Line) -> bool:
    salutation = _found(_SALUTATION, 15)(line) and not _ends_with_credit(line)
    goes_on = line.broken and line.text[0].islower()
    return salutation or goes_on or bool(_SPEAKER.match(line.text))


def _ends_with_credit(line: _Line) -> bool:
    text = line.text
    return _words(text) <= 80 and bool(_CREDIT_AT_END.search(text, max(0, len(text) - _TAIL)))


def _is_stage_direction(line: _Line) -> bool:
    told = r"[?!]\W*$|\b(?:was|were|had|has|have|will|would|not|I|we|our|this|these)\b"
    bracketed = re.fullmatch(r"[(\[][^()\[\]]+[)\]]", line.text)
    return bool(bracketed) and _words(line.text) <= 15 and not re.search(told, line.text)


def _is_share(line: _Line) -> bool:
    words = set(re.findall(r"[^\W\d_]+", line.text.lower().replace("(opens in new window)", "")))
    return bool(words & _SHARE) and words <= _SHARE | _SHARE_TOO


def _is_author_note(line: _Line) -> bool:
    outside = line.place < 0.2 or line.place > 0.7
    return _found(_AUTHOR_LINE, 25)(line) or (outside and _found(_AUTHOR_NOTE, 90)(line))


def _is_duplicate(line: _Line) -> bool:
    if not line.repeated or _OPEN.search(line.text):
        return False
    return _words(line.text) >= (12 if _closed(line.text) else 4)


def _is_caption(line: _Line) -> bool:
    text, n = line.text, _words(line.text)
    if line.broken or line.listed or n > 45 or _SPOKEN.search(text) or _BULLET.match(text):
        return False
    if _TWO_SENTENCES.search(text) or _ADDRESSED.search(text):
        return False
    verbless, dated, ends = not _FINITE.search(text), bool(re.search(_DATE, text)), _ends(text)
    if _POSITION.search(text) or (dated and verbless and not ends and n <= 25):
        return True
    seen = dated or (verbless and (not ends or (n <= 20 and bool(_SCENE.search(text)))))
    return seen and bool(_GESTURE.search(text))


def _is_heading(line: _Line) -> bool:
    text, n, capitals = line.text, _words(line.text), _capitals(line.text)
    if text.endswith("?"):
        return capitals and 4 <= n <= 15 and not _ADDRESSED.search(text)
    if _ends(text) or _QUOTED.search(text) or text[0].islower() or line.after[:1].islower():
        return False
    if line.broken:
        return text.isupper() and n > 1
    if _BULLET.match(text):  # "1. Aims" on its own, not one item of a list
        item = line.listed or line.before[:1].isdigit() or line.after[:1].isdigit()
        return text[0].isdigit() and not item and (capitals or n <= 6)
    if capitals or (line.first and n <= 15):
        return n <= 20
    return n <= (5 if _FINITE.search(text) else 12) and not (line.listed or _SPOKEN.search(text))


# --- the rules, in the order in which they are tried; the reason "" keeps a line -----------------

RULES: tuple[tuple[str, Callable[[_Line], bool]], ...] = (
    ("separator", _is_separator),  # ###   * * *   a page number
    ("transcript mark", _is_transcript_mark),  # (Applause.)   MR. X: (Laughs.)   END
    ("", _is_speech),  # Q  And Japan?   Mr. President,
    ("dateline", _found(_DATELINE, 20)),  # [Tokyo, 3 May 2023]   10:07 A.M. CET
    ("stage direction", _is_stage_direction),  # (The leaders shake hands.)
    ("advertisement", _found(_ADVERTISEMENT, 12)),
    ("share", _is_share),
    ("comment form", _found(_COMMENT_FORM, 30)),
    ("notice", _found(_NOTICE, 60)),  # cookies, newsletters, subscriptions, copyright
    ("credit", _found(_CREDIT, 15)),  # Photo: ...   AP Photo/...   © ...
    ("caption", _ends_with_credit),
    ("navigation", _found(_NAVIGATION, 25)),  # menus, breadcrumbs, tags, "Read more"
    ("contact line", _found(_CONTACT, 30)),
    ("author note", _is_author_note),
    ("duplicate", _is_duplicate),  # a title or a pull quote said twice
    ("caption", _is_caption),  # without a credit
    ("heading", _is_heading),
)
REASONS = tuple(dict.fromkeys(reason for reason, _ in RULES if reason))


def residue(paragraphs: Sequence[str]) -> list[str]:
    """Give each paragraph of one document ``""`` if it is body text, else why to remove it.

    Parameters
    ----------
    paragraphs : sequence of str
        The paragraphs (or lines) of one document, in order. Neighbours matter: pass all of them.

    Returns
    -------
    list of str
        One entry per paragraph: ``""`` or one of ``REASONS``, which are *separator, transcript
        mark, dateline, stage direction, advertisement, share, comment form, notice, credit,
        caption, navigation, contact line, author note, duplicate, heading*. An empty paragraph is a
        separator.

    Examples
    --------
    >>> page = [
    ...     "Home > Business",
    ...     "Ministers Sign a Chip Pact",
    ...     "Two ministers signed a pact on chips, and a third said she would follow.",
    ...     "The ministers shake hands in Lisbon on May 3. (Photo by A. Silva)",
    ...     "“This is a start,” one of them said.",
    ...     "Share this article",
    ... ]
    >>> residue(page)
    ['navigation', 'heading', '', 'caption', '', 'share']
    """
    texts = [_plain(paragraph) for paragraph in paragraphs]
    keys = [" ".join(re.findall(r"\w+", text.lower())) for text in texts]
    contained, wrapped = _contained(keys), _is_wrapped(texts)
    spoken = sum(bool(_SPEAKER.match(text)) for text in texts) > 2
    seen: set[str] = set()
    reasons: list[str] = []
    listed, first = False, True  # first: only residue so far
    for i, (text, key) in enumerate(zip(texts, keys, strict=True)):
        before = texts[i - 1] if i else ""
        kept = bool(reasons) and not reasons[-1]
        cut = spoken or (kept and 4 < _words(before) < 20 and not _ends(before))
        first = first and not kept
        listed = before.endswith(":") or (listed and kept and not _closed(before))
        line = _Line(
            text,
            before,
            after=texts[i + 1] if i + 1 < len(texts) else "",
            place=i / max(len(texts) - 1, 1),
            first=first,
            listed=listed,
            broken=wrapped or (cut and not first and not _capitals(text)),
            repeated=key in seen or key in contained,
        )
        seen.add(key)
        rules = () if _overlong(text) else RULES
        reasons.append(next((reason for reason, test in rules if test(line)), ""))
    return reasons


def strip_marks(text: str) -> str:
    """Remove from one paragraph the marks that are not its words.

    Removed are stage marks in brackets, the label of a speaker, the place and agency that open a
    report, leading numbers and bullets, HTML tags and a closing *END*. All else, words in
    brackets included, stays as it is.

    Parameters
    ----------
    text : str
        One paragraph.

    Returns
    -------
    str
        The paragraph without marks; empty if there was nothing else.

    Examples
    --------
    >>> strip_marks("PRESIDENT EXAMPLE:  (Laughs.)  We build chips (and ships).  (Applause.)")
    'We build chips (and ships).'
    >>> strip_marks("(a) 5G networks of the EU (27 states);")
    '5G networks of the EU (27 states);'
    >>> strip_marks("Q  What about U.S. exports?")
    'What about U.S. exports?'
    >>> strip_marks("TOKYO, May 3 (Reuters) - The EU and Japan signed a pact.")
    'The EU and Japan signed a pact.'
    """
    text = _MARK.sub(" ", _unmarked(text)).strip()
    start = 0
    while lead := next((found for one in _LEADS if (found := one.match(text, start))), None):
        start = lead.end()
    return text[start:]


def _contained(keys: Sequence[str]) -> set[str]:
    """Find the paragraphs of ten words or more that stand, word for word, inside a longer one."""
    split = {key: key.split() for key in keys}
    wanted: dict[str, dict[int, set[str]]] = {}  # by the first ten words, then by length
    for key, words in split.items():
        if len(words) > 9:
            wanted.setdefault(" ".join(words[:10]), {}).setdefault(len(words), set()).add(key)
    opening = {(words[0], words[1]) for words in split.values() if len(words) > 9}
    found: set[str] = set()
    for words in split.values():
        for i, pair in enumerate(pairwise(words[: len(words) - 8])):
            if pair not in opening:
                continue
            for length, same in wanted.get(" ".join(words[i : i + 10]), {}).items():
                if length < len(words) and (key := " ".join(words[i : i + length])) in same:
                    found.add(key)
    return found


def _plain(paragraph: str) -> str:
    """Return the paragraph without HTML, Markdown emphasis, doubled blanks and a closing END."""
    bare = _unmarked(paragraph).strip()
    if any(sign in bare for sign in "#>*_"):
        bare = _EMPHASIS.sub("", bare)
    text = " ".join(bare.split())
    return re.sub(r"(?<=[.!?]) END$", "", text) if text.endswith(" END") else text


def _unmarked(text: str) -> str:
    return _MARKUP.sub("", text) if "<" in text or "&nbsp;" in text else text


def _is_wrapped(texts: Sequence[str]) -> bool:
    """Return True where lines break inside sentences: many go on in lower case on the next line."""
    pairs = [(line, after) for line, after in pairwise(texts) if _words(line) > 4]
    cut = [a for line, a in pairs if a[:1].islower() and not re.search(r"[.!?:;,—]$", line)]
    return len(cut) >= 2 and len(cut) >= 0.1 * len(pairs)
