"""Game files, and exchange with other packages.

`read_game` and `write_game` read and write Gambit's ``.nfg`` and ``.efg`` files and lossless JSON; the ``parse_`` and
``format_`` functions do the same with text. The ``to_`` and ``from_`` functions exchange games with
Nashpy, PyGambit, QuantEcon and NetworkX. Text from files is read by a grammar and never evaluated.
"""

from alliancegames.io.adapters import (
    from_nashpy,
    from_networkx,
    from_networkx_tree,
    from_pygambit,
    from_pygambit_tree,
    from_quantecon,
    to_nashpy,
    to_networkx,
    to_pygambit,
    to_quantecon,
)
from alliancegames.io.efg import format_efg, parse_efg
from alliancegames.io.files import read_game, write_game
from alliancegames.io.json_text import format_json, parse_json
from alliancegames.io.nfg import format_nfg, parse_nfg

__all__ = [
    "format_efg",
    "format_json",
    "format_nfg",
    "from_nashpy",
    "from_networkx",
    "from_networkx_tree",
    "from_pygambit",
    "from_pygambit_tree",
    "from_quantecon",
    "parse_efg",
    "parse_json",
    "parse_nfg",
    "read_game",
    "to_nashpy",
    "to_networkx",
    "to_pygambit",
    "to_quantecon",
    "write_game",
]
