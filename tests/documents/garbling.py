"""What some mirror sites do to a text, done again: to traditional, then in GBK a reading behind listed characters."""

import re
from functools import cache
from typing import Any

import opencc

# Traditional characters and the readings such sites put behind them.
READINGS = dict(
    pair.split(":")
    for pair in (
        "創:chuàng 業:yè 聯:lián 發:fā 區:qū 經:jīng 產:chǎn 協:xié 會:huì 務:wù "
        "優:yōu 質:zhì 環:huán 執:zhí 現:xiàn 內:nèi 續:xù 節:jié 調:diào 統:tǒng "
        "關:guān 領:lǐng 導:dǎo 對:duì 婦:fù 網:wǎng 貸:dài 綠:lǜ 們:men 銀:yín "
        "農:nóng 訓:xùn 辦:bàn 項:xiàng 愛:ài 電:diàn "
    ).split()
)


def to_traditional(text: str) -> str:
    """Return the text in traditional characters, as long as it was."""
    whole: str = _converter().convert(text).replace("龑", "䶮")  # a name is left as it is written
    assert len(whole) == len(text)
    return whole


def garble(text: str, listed: str) -> str:
    """Gloss every listed character of a simplified text, character by character."""
    whole = to_traditional(text)
    return re.sub(f"[{listed}]", lambda found: f"{found[0]}({READINGS[found[0]]})", whole) if listed else whole


def garble_bytes(text: str, listed: str) -> str:
    """Gloss as the machine does: bytes for bytes, whatever character they belong to; what is torn is read as ?."""
    data = to_traditional(text).encode("gbk", errors="replace")
    for char in listed:
        data = data.replace(char.encode("gbk"), f"{char}({READINGS[char]})".encode("gbk"))
    return read_torn(data)


def read_torn(data: bytes) -> str:
    """Read GBK as such a site does: a pair of the private range is dropped, a torn pair is a question mark."""
    words = []
    place = 0
    while place < len(data):
        if data[place] < 0x80:
            words.append(chr(data[place]))
            place += 1
            continue
        pair = data[place : place + 2]
        place += 2
        if _is_private(pair):
            continue
        try:
            words.append(pair.decode("gbk"))
        except UnicodeDecodeError:
            words.append("?")
    return "".join(words)


def _is_private(pair: bytes) -> bool:
    if len(pair) < 2:
        return False
    lead, trail = pair
    user = (0xAA <= lead <= 0xAF or 0xF8 <= lead <= 0xFE) and trail >= 0xA1
    return user or (0xA1 <= lead <= 0xA7 and 0x40 <= trail <= 0xA0)


@cache
def _converter() -> Any:
    return opencc.OpenCC("s2t")
