"""A modifier that a list shares is given back: 甲区女书画家协会、女摄影家联谊会 has 甲区女摄影家联谊会."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from graphkit.documents.items import Mention
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.regions import chain_at

_SHARING = frozenset({"Alliance", "Federation", "Agency"})
_BETWEEN = re.compile(r"[、和及与]|以及")
_BODY = re.compile(r"(?:协会|联谊会|联合会|商会|妇联|学会|研究会|促进会|联盟|局|委|办|部|基地|服务队|支队|园)$")


def shared(page: Page, found: Iterable[Mention]) -> Iterator[Mention]:
    """Give the mentions, each later item of a list with the region of the first in its name."""
    prefix, end, type_ = "", -1, ""
    for mention in sorted(found, key=lambda one: (one.start, -one.end)):
        if mention.type not in _SHARING or mention.properties.get("group"):
            yield mention
            continue
        if mention.start < end:
            yield mention
            continue
        linked = end >= 0 and _BETWEEN.fullmatch(page.text[end : mention.start]) is not None and mention.type == type_
        own = _region(page, mention)
        if own:
            prefix = own
        elif not linked:
            prefix = ""
        elif prefix and mention.type == "Federation" and not re.search(r"行业|产业|机关", mention.name):
            prefix = ""
        elif prefix and _BODY.search(mention.name) and not re.match(r"[团省市县区]|全国|中国|国家", mention.name):
            mention = replace(mention, name=prefix + mention.name, confidence=max(mention.confidence, 0.86))
        end, type_ = mention.end, mention.type
        yield mention


def _region(page: Page, mention: Mention) -> str:
    chain = chain_at(page, mention.start)
    return page.text[mention.start : chain[-1].end] if chain and chain[-1].end < mention.end else ""
