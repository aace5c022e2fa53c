"""The tokens of C++ text and the brackets that pair in it; no preprocessing, no types."""
import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
    |(?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)")
    |(?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
    |(?P<char>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
    |(?P<word>[A-Za-z_]\w*)
    |(?P<number>\.?\d(?:[eEpP][+-]|'\w|[\w.])*)
    |(?P<symbol>::|->|\.\.\.|<=>|<<|[-+*/%&|^=!<>]=|&&|\|\||\+\+|--|\S)""",
    re.VERBOSE | re.DOTALL,
)
CLOSER = {"(": ")", "[": "]", "{": "}"}
# Words before a bracket that make it something else than a parameter list or a subscript.
NOT_A_NAME = frozenset(
    "if for while switch catch return co_return co_yield throw case else do noexcept alignas "
    "decltype requires explicit sizeof alignof void bool char int long short unsigned float double "
    "const constexpr operator new delete and or not".split()
)
LAMBDA_TAIL = frozenset("mutable noexcept constexpr static -> :: < > & * const".split())


class ScanError(Exception):
    """The text has brackets that do not pair, or a form that this scanner does not know."""


@dataclass(frozen=True)
class Token:
    text: str
    line: int
    kind: str


def blank(text):
    """Spaces in place of text, line ends kept."""
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The text with comments blanked; strings stay."""
    return TOKEN.sub(lambda m: blank(m[0]) if m["comment"] else m[0], text)


def without_raw_strings(text):
    """The text with an empty string in place of each raw one, line ends kept."""
    return TOKEN.sub(lambda m: '""' + "\n" * m[0].count("\n") if m["raw"] else m[0], text)


def without_directives(text):
    """Blanks preprocessor lines and every branch but the first of an #if."""
    kept, skipping = [], []
    in_directive = False
    for line in text.split("\n"):
        directive = None if in_directive else re.match(r"\s*#\s*(\w+)", line)
        if directive:
            word = directive[1]
            if word.startswith("if"):
                skipping.append(False)
            elif word in ("else", "elif", "elifdef", "elifndef") and skipping:
                skipping[-1] = True
            elif word == "endif" and skipping:
                skipping.pop()
        hidden = in_directive or directive or any(skipping)
        in_directive = bool(in_directive or directive) and line.endswith("\\")
        kept.append("" if hidden else line)
    return "\n".join(kept)


def tokenize(text):
    """The tokens of the text, without comments and directives; every string becomes an empty one."""
    # A line of a raw string that begins with '#' is no directive, so those strings go first.
    text = without_directives(without_raw_strings(without_comments(text)))
    tokens, line, at = [], 1, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        kind = match.lastgroup
        tokens.append(Token('""' if kind == "string" else match[0], line, kind))
    return tokens


def pair_brackets(tokens):
    """For each opening bracket's index, the index of the one that closes it."""
    pairs, open_brackets = {}, []
    for i, token in enumerate(tokens):
        if token.kind != "symbol":
            continue
        if token.text in CLOSER:
            open_brackets.append(i)
        elif token.text in CLOSER.values():
            if not open_brackets or CLOSER[tokens[open_brackets[-1]].text] != token.text:
                raise ScanError(f"line {token.line}: '{token.text}' closes nothing")
            pairs[open_brackets.pop()] = i
    if open_brackets:
        last = tokens[open_brackets[-1]]
        raise ScanError(f"line {last.line}: '{last.text}' is never closed")
    return pairs


class Reader:
    """The tokens of one text, and questions about them by index."""

    def __init__(self, text):
        self.tokens = tokenize(text)
        self.pairs = pair_brackets(self.tokens)

    def text(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def kind(self, i):
        return self.tokens[i].kind if 0 <= i < len(self.tokens) else ""

    def is_name(self, i):
        return self.kind(i) == "word" and self.text(i) not in NOT_A_NAME

    def line(self, i):
        return self.tokens[min(i, len(self.tokens) - 1)].line

    def angle_end(self, i):
        """The index of the '>' that closes the '<' at i, or None where it is a comparison."""
        depth = 0
        while i < len(self.tokens):
            text = self.text(i)
            if text == "<":
                depth += 1
            elif text == ">":
                depth -= 1
                if depth == 0:
                    return i
            elif text in CLOSER:
                i = self.pairs[i]
            elif text in (";", ")", "]", "}"):
                return None
            i += 1
        return None

    def count_list(self, first, end):
        """How many elements a list between brackets has."""
        if first >= end or (end == first + 1 and self.text(first) == "void"):
            return 0
        count, i = 1, first
        while i < end:
            text = self.text(i)
            if text in CLOSER:
                i = self.pairs[i]
            elif text == "<" and self.is_name(i - 1):
                i = self.angle_end(i) or i
            elif text == ",":
                count += 1
            i += 1
        return count

    def lambda_parts(self, i):
        """The indices of the parameter list (or None) and of what follows it."""
        after = self.pairs[i] + 1
        if self.text(after) == "<":
            after = (self.angle_end(after) or after) + 1
        if self.text(after) == "(":
            return after, self.pairs[after] + 1
        return None, after

    def lambda_body(self, i):
        """The brace that opens the body of a lambda whose '[' is at i; None where it is none."""
        if self.is_name(i - 1) or self.text(i - 1) in ("]", ")", "operator", "delete"):
            return None
        if self.kind(i - 1) in ("string", "number"):
            return None
        after = self.lambda_parts(i)[1]
        while self.text(after) != "{":
            if self.text(after) in CLOSER:
                after = self.pairs[after]
            elif self.text(after) not in LAMBDA_TAIL and self.kind(after) != "word":
                return None
            after += 1
        return after
