"""The page: one self-contained file that asks the network for nothing and runs nothing that a name could carry.

The data is inert JSON; a Content-Security-Policy with the hashes of our own scripts makes "no request" and "no
injected script" something that the browser enforces.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

from graphkit.errors import ExportError
from graphkit.exporters.map.captions import shape_names, texts
from graphkit.exporters.map.groups import Groups
from graphkit.exporters.map.labels import visible
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.picture import Picture
from graphkit.exporters.map.scene import Scene
from graphkit.exporters.map.shorthand import shortened
from graphkit.exporters.style import FONT, MODES, SHAPES, THEMES
from graphkit.exporters.target import replaced
from graphkit.schema import EdgeType, Language, NodeType, Schema

# In this order they are one program inside one function; each part is read on its own.
PARTS = (
    *(
        "scene",
        "plan",
        "since",
        "filter",
        "quadrant",
        "draw",
        "grid",
        "groups",
        "labels",
        "select",
        "path",
        "engine",
        "panel",
    ),
    *("broker", "side", "list", "search", "keys", "export", "hash", "main"),
)
ENGINES = {"pyvis": ("vis",), "canvas": ("canvas", "canvas-hands", "canvas-paint")}
TINTS = {
    "light": ("#f3f1ec", "#eef2f1", "#f4f0ee", "#eff1f5", "#f3f3ea", "#f3eff3"),
    "dark": ("#1b2128", "#1a2424", "#241f1e", "#1d2230", "#22231a", "#241d26"),
}
SHORTENED = ("nodes", "edges", "ties", "links", "facts", "statements", "ways")
PLACEHOLDER = re.compile("@@([A-Z]+)@@")


def page(scene: Scene, picture: Picture, schema: Schema, options: MapOptions, *, engine: Mapping[str, Any]) -> str:
    """Return the whole page; `engine` holds the script of vis-network and what a user added to the pyvis network.

    Without a script our own canvas draws, and the columns are written short: it is the engine of large maps.
    """
    data = page_data(scene, picture, schema, options)
    vis = engine.get("script")
    if vis is None:
        data |= {name: shortened(data[name]) for name in SHORTENED if data[name] is not None}
    else:
        data["engine"] = {key: engine[key] for key in ("nodes", "edges", "options")}
    css, shell = _css(), _shell("canvas" if vis is None else "pyvis")
    scripts = [shell] if vis is None else [str(vis), shell]
    parts = {
        "LANG": "zh-CN" if options.lang == "zh" else "en",
        "CSP": html.escape(_policy(scripts, css)),
        "TITLE": html.escape(_window_title(data["meta"])),
        "CSS": css,
        "DATA": inert_json(data),
        "SCRIPTS": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    # One pass over the template only: nothing inside a name or a script is ever read as a placeholder.
    template = (files("graphkit.exporters") / "templates" / "map.html").read_text(encoding="utf-8")
    return PLACEHOLDER.sub(lambda found: parts[found.group(1)], template)


def page_data(scene: Scene, picture: Picture, schema: Schema, options: MapOptions) -> dict[str, Any]:
    """Return what the page reads: columns of scene and picture, captions, colours."""
    nodes = _columns(scene.nodes) | {name: getattr(picture, name) for name in ("x", "y", "r", "room", "docked")}
    facts = _columns(scene.facts)
    statements = {name: facts.pop(name) for name in ("source", "place", "quote", "confidence")}
    return {
        "meta": _meta(scene, picture, options),
        "ui": texts(options.lang),
        "nodes": nodes,
        "edges": _columns(scene.edges),
        "ties": _columns(scene.ties),
        "links": {name: column for name, column in _columns(scene.links).items() if name not in ("kinds", "max_hops")},
        "plan": None if scene.future is None else asdict(scene.future),
        "since": None if scene.since is None else asdict(scene.since),
        "ways": None if scene.ways is None else _columns(scene.ways),
        "dependants": _columns(scene.dependants),
        "facts": facts,
        "statements": statements,
        "sources": [_source(row, schema, options.lang) for row in scene.sources],
        "lanes": [asdict(lane) for lane in picture.lanes],
        "more": [asdict(more) for more in picture.more],
        "islands": picture.islands,
        "rows": [asdict(row) for row in picture.rows],
        "columns": [asdict(column) for column in picture.columns],
        "cells": [asdict(cell) for cell in picture.cells],
        "beside": picture.beside,
        "groups": None if scene.groups is None else _groups(scene.groups),
        "islandTints": TINTS,
        **_style(scene, schema, options.lang),
    }


def inert_json(value: Any) -> str:
    """Write JSON that stays data inside a script element, whatever the texts in it say."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    except ValueError as error:
        hint = "Replace NaN and infinite values before drawing."
        message = f"the map holds a value that JSON has no word for ({error})"
        raise ExportError(message, code="map-value", hint=hint) from error
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def write_page(text: str, path: Path) -> Path:
    """Write UTF-8 with plain line ends, whole or not at all: a reader never meets half a page."""
    with replaced(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
    return path


def _plain(value: Any) -> Any:
    """Turn numpy's numbers into Python's; anything else has no place in a page."""
    if hasattr(value, "item"):
        return value.item()
    raise ExportError(f"a map cannot hold a {type(value).__name__}", code="map-value", hint="Use text or numbers.")


def _columns(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _groups(groups: Groups) -> dict[str, Any]:
    return {**_columns(groups), "heads": [asdict(head) for head in groups.heads]}


def _meta(scene: Scene, picture: Picture, options: MapOptions) -> dict[str, Any]:
    ui = texts(options.lang)
    return {
        "title": visible(options.title or ui["title_map" if scene.rules.name else "title_plain"]),
        "subtitle": _subtitle(scene, ui),
        "notice": scene.notice,
        "lang": options.lang,
        "tier": options.tier,
        "layout": picture.layout,
        "width": picture.width,
        "height": picture.height,
        "scale": picture.scale,
        "smallest": picture.smallest,
        "hasCoverage": scene.has_coverage,
        "grouped": scene.groups is not None,
        "counted": bool(scene.rules.name),
        "focus": -1 if scene.focus is None else scene.focus.node,
        "units": scene.rules.units,
        "keyRule": scene.rules.key,
        "linkKinds": scene.links.kinds,
        "linkHops": scene.links.max_hops,
        "invented": scene.invented,
        "headline": asdict(scene.headline),
        "font": FONT,
    }


def _window_title(meta: Mapping[str, Any]) -> str:
    """Name the window, and say there too that a map is invented."""
    title = str(meta["title"])[:200]
    return f"{texts(meta['lang'])['invented']} · {title}" if meta["invented"] else title


def _subtitle(scene: Scene, ui: Mapping[str, str]) -> str:
    """Units, date, rules and sources: every number on the page is to be read with them."""
    parts = [f"{scene.rules.units} {scene.headline.units}"] if scene.rules.name else []
    if scene.focus is not None:
        focus = scene.focus
        parts.insert(0, ui["around"].format(name=scene.nodes.label[focus.node], hops=focus.hops))
        parts += [ui["around_groups"].format(count=focus.groups)] if focus.groups else []
    if scene.groups is not None:
        parts.insert(0, ui[f"by_{scene.groups.by}"])
    parts.append(ui["as_of"].format(date=scene.as_of) if scene.as_of else ui["latest"])
    if scene.since is not None:
        parts.append(ui["since"].format(date=scene.since.first or ui["latest"]))
    if scene.rules.name:
        parts.append(ui["rules"].format(rules=scene.rules.name))
    parts.append(ui["source_count"].format(count=len(scene.sources)))
    parts += [scene.notice] if scene.notice else []
    return visible(" · ".join(parts))


def _source(row: Mapping[str, str], schema: Schema, lang: Language) -> dict[str, str]:
    return {**row, "kind": schema.caption("source_kind", row["kind"], lang)}


def _style(scene: Scene, schema: Schema, lang: Language) -> dict[str, Any]:
    ui = texts(lang)
    modes = [
        {
            "key": key,
            "caption": schema.caption("mode", key, lang) if key else ui["mode_not_stated"],
            "light": line.light,
            "dark": line.dark,
            "dash": line.dash,
        }
        for key, line in MODES.items()
    ]
    known_forms = {form for form in scene.nodes.form if form}
    forms = [key for (kind, key) in schema.captions if kind == "form" and key in known_forms]
    types = {name: node.caption.of(lang) for name, node in schema.nodes.items()}
    owners: list[NodeType | EdgeType] = [*schema.nodes.values(), *schema.edges.values()]
    properties = {
        f"{owner.name}.{name}": prop.caption.of(lang) for owner in owners for name, prop in owner.properties.items()
    }
    common = {f".{name}": caption.of(lang) for (kind, name), caption in schema.captions.items() if kind == "property"}
    used = set(scene.facts.property)
    return {
        "modes": modes,
        "forms": [{"key": form, "caption": schema.caption("form", form, lang)} for form in forms],
        "typeNames": types,
        "shapeNames": types | shape_names(lang),
        "edgeNames": {name: edge.caption.of(lang) for name, edge in schema.edges.items()},
        "tierNames": {tier: schema.caption("tier", tier, lang) for tier in scene.tiers},
        "undirected": [name for name, edge in schema.edges.items() if not edge.directed],
        "properties": {key: text for key, text in (common | properties).items() if key.split(".")[1] in used},
        "rules": scene.rules.reasons,
        "shapes": dict(SHAPES),
        "themes": {name: dict(theme) for name, theme in THEMES.items()},
    }


def _css() -> str:
    themes = [
        f"{selector}{{" + "".join(f"--{key}:{colour};" for key, colour in THEMES[name].items()) + "}"
        for selector, name in ((":root", "light"), ("[data-theme=dark]", "dark"))
    ]
    sheet = (files("graphkit.exporters") / "static" / "gk-shell.css").read_text(encoding="utf-8")
    return f":root{{--font:{FONT}}}\n" + "\n".join(themes) + "\n" + sheet


def _shell(engine: str) -> str:
    folder = files("graphkit.exporters") / "static"
    at = PARTS.index("engine") + 1
    names = (*PARTS[:at], *ENGINES[engine], *PARTS[at:])
    parts = [(folder / f"gk-{name}.js").read_text(encoding="utf-8") for name in names]
    return "(function () {\n'use strict';\n" + "\n".join(parts) + "})();\n"


def _policy(scripts: Sequence[str], css: str) -> str:
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'sha256-{_digest(css)}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
