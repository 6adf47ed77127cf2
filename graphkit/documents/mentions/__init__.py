"""Mentions: where a document names a body, a person, a place, a programme, a policy, a product, an honour, a trade."""

from graphkit.documents.clean import CleanText
from graphkit.documents.items import Mention
from graphkit.documents.lexicon import Lexicon, load_lexicon
from graphkit.documents.mentions.agencies import agency_mentions
from graphkit.documents.mentions.awards import award_mentions
from graphkit.documents.mentions.brands import branch_mentions, brand_mentions, seat_mentions
from graphkit.documents.mentions.choose import chosen, raised, without_namesakes
from graphkit.documents.mentions.goods import goods_mentions
from graphkit.documents.mentions.groups import group_mentions
from graphkit.documents.mentions.hosted import hosted_federations
from graphkit.documents.mentions.industries import industry_mentions
from graphkit.documents.mentions.lists import shared
from graphkit.documents.mentions.localities import region_mentions
from graphkit.documents.mentions.organisations import ending_mentions
from graphkit.documents.mentions.page import Page
from graphkit.documents.mentions.people import person_mentions
from graphkit.documents.mentions.quotes import quoted_mentions, title_mentions
from graphkit.documents.mentions.words import words_of

_RULES = (
    region_mentions,
    ending_mentions,
    agency_mentions,
    award_mentions,
    person_mentions,
    group_mentions,
    industry_mentions,
    goods_mentions,
    quoted_mentions,
    title_mentions,
    seat_mentions,
)


def mentions(clean: CleanText, lexicon: Lexicon | None = None) -> tuple[Mention, ...]:
    """Return what a text names, by place; a name inside a name stands after the one that holds it.

    Names are as they stand, without outer quotes, with a region that a list shares given back; 市妇联 is left for the
    step that knows the whole document. Confidence is what share of such mentions proved right.
    """
    page = Page(clean.text, words_of(lexicon or load_lexicon()))
    found = [mention for rule in _RULES for mention in rule(page)]
    found = raised(page.text, branch_mentions(page, found))
    found += list(brand_mentions(page, chosen(found)))
    found += list(hosted_federations(page, chosen(found)))
    return tuple(shared(page, chosen(without_namesakes(found))))
