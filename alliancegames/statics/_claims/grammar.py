"""Claims about models as text, and the parser that reads them.

The grammar, from the weakest binding to the strongest::

    claim       = alternative [ "implies" claim ]
    alternative = conjunction { "or" conjunction }
    conjunction = statement { "and" statement }
    statement   = "not" statement | comparison
    comparison  = sum { ("<" | "<=" | ">" | ">=" | "==" | "!=") sum }
    sum         = product { ("+" | "-") product }
    product     = signed { ("*" | "/") signed }
    signed      = "-" signed | power
    power       = primary [ "^" signed ]
    primary     = number | name | "in" string | function "(" ... ")" | "d(" sum ")/d(" name ")" | "(" claim ")"

The parser knows no names: what they stand for is looked up when the claim is read for a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

from alliancegames.errors import ClaimError

__all__ = ["Call", "Compare", "Derivative", "Inside", "Junction", "Name", "Negated", "Node", "Number", "Operation", "names_in", "parse"]

# Bounds that no claim of a person reaches: text from outside must not fill the memory or the stack.
LONGEST, DEEPEST, LONGEST_NUMBER = 5000, 60, 60

RELATIONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "=", "!=": "!=", "≤": "<=", "≥": ">=", "≠": "!="}
FUNCTIONS = {"min": None, "max": None, "sqrt": 1, "log": 1, "exp": 1, "abs": 1}
"""Functions of numbers, with how many arguments they take; None means one or more."""
LOOKUPS = {"Pr": (1, 2), "payoff": (1, 1)}
"""Functions of labels, with the smallest and largest number of arguments."""
_WORDS = {"and", "or", "not", "implies", "in"}

# Possessive repetition never backtracks: the time is linear whatever the text.
_TOKEN = re.compile(
    r"""\s*+ (?: (?P<number>(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d{1,2}(?!\d))?) | (?P<name>[^\W\d]\w*+)
    | (?P<string>"[^"]*+"|'[^']*+') | (?P<mark><=|>=|==|!=|=>|\*\*|[<>≤≥≠()+\-*/^,]) | (?P<end>\Z) )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Number:
    """A rational number."""

    value: Fraction
    column: int


@dataclass(frozen=True)
class Name:
    """A parameter, threshold or outcome."""

    text: str
    column: int


@dataclass(frozen=True)
class Call:
    """A function of numbers or, for `LOOKUPS`, of labels."""

    function: str
    arguments: tuple[Any, ...]
    column: int


@dataclass(frozen=True)
class Derivative:
    """The derivative of an expression with respect to a parameter."""

    of: Node
    by: Name
    column: int


@dataclass(frozen=True)
class Operation:
    """A sum, difference, product, quotient or power."""

    operator: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True)
class Compare:
    """A comparison of two expressions."""

    left: Node
    relation: str
    right: Node
    column: int


@dataclass(frozen=True)
class Inside:
    """Being inside a regime."""

    regime: str
    column: int


@dataclass(frozen=True)
class Negated:
    """The contrary of a statement."""

    part: Node
    column: int


@dataclass(frozen=True)
class Junction:
    """Statements joined by ``and`` or ``or``."""

    word: str
    parts: tuple[Node, ...]
    column: int


Node = Number | Name | Call | Derivative | Operation | Compare | Inside | Negated | Junction
_STATEMENTS = (Compare, Inside, Negated, Junction)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


def parse(text: str, *, what: str = "claim") -> Node:
    """Parse a claim, or with ``what="formula"`` an arithmetic expression.

    Parameters
    ----------
    text : str
        The text.
    what : {"claim", "formula"}
        What it must be.

    Returns
    -------
    Node
        Root of the syntax tree.

    Raises
    ------
    ClaimError
        The text is no claim; its ``column`` says where it goes wrong.

    Examples
    --------
    >>> from alliancegames.statics._claims.grammar import parse
    >>> parse("c2 < c1")
    Compare(left=Name(text='c2', column=1), relation='<', right=Name(text='c1', column=6), column=4)
    """
    if not isinstance(text, str):
        raise ClaimError(f"the {what} must be a text such as 'd(p_war)/d(c_SQ) < 0', got {text!r} of type {type(text).__name__}.")
    if len(text) > LONGEST:
        raise ClaimError(f"the {what} has {len(text)} characters; at most {LONGEST} are read.", LONGEST + 1)
    parser = _Parser(text, what)
    node = parser.claim()
    if parser.current.kind != "end":
        parser.fail(f"expected the end of the {what} or an operator")
    return parser.arithmetic(node) if what == "formula" else parser.statement_only(node)


class _Parser:
    """Recursive descent with one token of look-ahead."""

    def __init__(self, text: str, what: str) -> None:
        self._text, self._what, self._place, self._depth = text, what, 0, 0
        self.current = self._next()

    def _next(self) -> _Token:
        found = _TOKEN.match(self._text, self._place)
        if found is None:
            start = self._place + len(self._text[self._place :]) - len(self._text[self._place :].lstrip())
            character = self._text[start]
            if character in "\"'":
                self.fail_at(start + 1, f"the label that starts with {character} has no closing quote")
            self.fail_at(start + 1, f"the character {character!r} has no meaning here")
        kind = str(found.lastgroup)
        self._place = found.end()
        return _Token(kind, found[kind], found.start(kind) + 1)

    def take(self) -> _Token:
        token, self.current = self.current, self._next()
        return token

    def fail(self, message: str) -> NoReturn:
        shown = "the end" if self.current.kind == "end" else repr(self.current.text[:40])
        self.fail_at(self.current.column, f"{message}, got {shown}")

    def fail_at(self, column: int, message: str) -> NoReturn:
        shown = self._text if len(self._text) <= 200 else self._text[:200] + "..."
        raise ClaimError(f"{self._what} {shown!r}, column {column}: {message}.", column)

    def at(self, *texts: str) -> bool:
        """Whether the current token is one of some words or marks."""
        return self.current.kind in ("mark", "name") and self.current.text in texts

    def expect(self, mark: str, after: str) -> _Token:
        if not self.at(mark):
            self.fail(f"expected {mark!r} {after}")
        return self.take()

    def statement_only(self, node: Node) -> Node:
        if not isinstance(node, _STATEMENTS):
            self.fail_at(node.column, "this is a number, where a statement such as a comparison is needed")
        return node

    def arithmetic(self, node: Node) -> Node:
        if isinstance(node, _STATEMENTS):
            self.fail_at(node.column, "this is a statement, where a number is needed")
        return node

    # ------------------------------------------------------------ statements

    def claim(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            self.fail_at(self.current.column, f"parentheses and 'implies' are nested more than {DEEPEST} deep")
        left = self._joined("or")
        if self.at("implies", "=>"):
            token = self.take()
            right = self.statement_only(self.claim())
            left = Junction("or", (Negated(self.statement_only(left), token.column), right), token.column)
        self._depth -= 1
        return left

    def _joined(self, word: str) -> Node:
        part = self._joined("and") if word == "or" else self._statement()
        if not self.at(word):
            return part
        column, parts = self.current.column, [self.statement_only(part)]
        while self.at(word):
            self.take()
            parts.append(self.statement_only(self._joined("and") if word == "or" else self._statement()))
        return Junction(word, tuple(parts), column)

    def _statement(self) -> Node:
        if self.at("not"):
            column, count = self.current.column, 0
            while self.at("not"):
                self.take()
                count += 1
            part = self.statement_only(self._comparison())
            return Negated(part, column) if count % 2 else part
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._sum()
        parts: list[Node] = []
        while self.current.kind == "mark" and self.current.text in RELATIONS:
            token = self.take()
            right = self.arithmetic(self._sum())
            parts.append(Compare(self.arithmetic(left), RELATIONS[token.text], right, token.column))
            left = right
        if not parts:
            return left
        return parts[0] if len(parts) == 1 else Junction("and", tuple(parts), parts[0].column)

    # ------------------------------------------------------------ arithmetic

    def _sum(self) -> Node:
        left = self._product()
        while self.at("+", "-"):
            token = self.take()
            left = Operation(token.text, self.arithmetic(left), self.arithmetic(self._product()), token.column)
        return left

    def _product(self) -> Node:
        left = self._signed()
        while self.at("*", "/"):
            token = self.take()
            left = Operation(token.text, self.arithmetic(left), self.arithmetic(self._signed()), token.column)
        return left

    def _signed(self) -> Node:
        column, negative, signs = self.current.column, False, 0
        while self.at("-", "+"):
            negative ^= self.take().text == "-"
            signs += 1
        part = self._power()
        if signs:
            self.arithmetic(part)
        return Operation("-", Number(Fraction(0), column), part, column) if negative else part

    def _power(self) -> Node:
        base = self._primary()
        if not self.at("^", "**"):
            return base
        self._depth += 1
        if self._depth > DEEPEST:
            self.fail("powers are nested too deep")
        token = self.take()
        exponent = self.arithmetic(self._signed())
        self._depth -= 1
        return Operation("^", self.arithmetic(base), exponent, token.column)

    def _primary(self) -> Node:
        token = self.current
        if token.kind == "number":
            if len(token.text) > LONGEST_NUMBER:
                self.fail_at(token.column, f"a number has {len(token.text)} characters; at most {LONGEST_NUMBER} are read")
            self.take()
            return Number(Fraction(token.text), token.column)
        if self.at("("):
            self.take()
            inner = self.claim()
            self.expect(")", "to close the parenthesis opened before")
            return inner
        if self.at("in"):
            self.take()
            return Inside(self._string("the name of a regime in quotes"), token.column)
        if token.kind != "name" or token.text in _WORDS:
            self.fail("expected a number, a name or '('")
        self.take()
        return self._called(token) if self.at("(") else Name(token.text, token.column)

    def _called(self, name: _Token) -> Node:
        if name.text == "d":
            return self._derivative(name)
        if name.text in LOOKUPS:
            return self._lookup(name)
        if name.text not in FUNCTIONS:
            known = ", ".join((*FUNCTIONS, *LOOKUPS, "d"))
            self.fail_at(name.column, f"{name.text!r} is no function; known: {known} (write '*' to multiply)")
        self.take()
        arguments = [self.arithmetic(self.claim())]
        while self.at(","):
            self.take()
            arguments.append(self.arithmetic(self.claim()))
        self.expect(")", f"to close {name.text}(")
        wanted = FUNCTIONS[name.text]
        if wanted is not None and len(arguments) != wanted:
            self.fail_at(name.column, f"{name.text}() takes {wanted} argument, got {len(arguments)}")
        return Call(name.text, tuple(arguments), name.column)

    def _derivative(self, name: _Token) -> Node:
        advice = "; a derivative is written d(p_war)/d(c_SQ)"
        self.take()
        of = self.arithmetic(self.claim())
        self.expect(")", "to close d(" + advice)
        self.expect("/", "after d(...)" + advice)
        self.expect("d", "after d(...)/" + advice)
        self.expect("(", "after d(...)/d" + advice)
        if self.current.kind != "name" or self.current.text in _WORDS:
            self.fail("expected the name of a parameter" + advice)
        by = self.take()
        self.expect(")", "to close d(" + advice)
        return Derivative(of, Name(by.text, by.column), name.column)

    def _lookup(self, name: _Token) -> Node:
        least, most = LOOKUPS[name.text]
        self.take()
        labels = [self._string("a label in quotes")]
        while self.at(","):
            self.take()
            labels.append(self._string("a label in quotes"))
        self.expect(")", f"to close {name.text}(")
        if not least <= len(labels) <= most:
            self.fail_at(name.column, f"{name.text}() takes {least} to {most} labels, got {len(labels)}")
        return Call(name.text, tuple(labels), name.column)

    def _string(self, wanted: str) -> str:
        if self.current.kind != "string":
            self.fail(f"expected {wanted}")
        return self.take().text[1:-1]


def names_in(node: Any) -> Iterator[Node]:
    """Yield the names, lookups and regimes that occur in a claim."""
    if isinstance(node, (Name, Inside)) or (isinstance(node, Call) and node.function in LOOKUPS):
        yield node
    for field in ("of", "left", "right", "part"):
        if hasattr(node, field):
            yield from names_in(getattr(node, field))
    for field in ("parts", "arguments"):
        for part in getattr(node, field, ()):
            yield from names_in(part)
