"""Finds the functions and classes in C++ text, and how large and how nested they are."""
import re
from dataclasses import dataclass, field

from cpp_tokens import CLOSER, Reader

CONTROL = frozenset({"if", "for", "while", "switch", "catch"})


@dataclass
class Function:
    name: str
    first_line: int
    last_line: int
    parameters: int
    nesting: int = 0


@dataclass
class Class:
    name: str
    line: int
    members: int = 0


@dataclass
class Report:
    functions: list = field(default_factory=list)
    classes: list = field(default_factory=list)


class Scanner(Reader):
    """A walk over the tokens of one file; `report` grows on the way."""

    def __init__(self, text):
        super().__init__(text)
        self.report = Report()
        self.deepest = 0
        self.at = 0
        self.declarations(len(self.tokens), None)

    # Declarations: what stands in a namespace or class

    def declarations(self, end, owner):
        while self.at < end:
            self.declaration(end, owner)
        self.at = end

    def skip_prefixes(self):
        """Steps over attributes, template headers and macros that stand on their own."""
        while True:
            text = self.text(self.at)
            after = self.pairs.get(self.at + 1, 0) + 1
            if text == "[" and self.text(self.at + 1) == "[":
                self.at = self.pairs[self.at] + 1
            elif text == "template" and self.text(self.at + 1) == "<":
                self.at = (self.angle_end(self.at + 1) or self.at + 1) + 1
                if self.text(self.at) == "requires":
                    self.skip_constraint()
            elif (
                re.fullmatch(r"[A-Z][A-Z0-9_]+", text)
                and self.text(self.at + 1) == "("
                and after < len(self.tokens)
                and self.tokens[after].kind == "word"
            ):
                self.at = after
            else:
                return

    def skip_constraint(self):
        """Steps over `requires` and the constraint after it."""
        self.at += 1
        if self.text(self.at) == "requires":
            self.at += 1
            while self.text(self.at) != "{":
                self.at = self.pairs.get(self.at, self.at) + 1
            self.at = self.pairs[self.at] + 1
        elif self.text(self.at) == "(":
            self.at = self.pairs[self.at] + 1
        else:
            while self.text(self.at) == "::" or self.is_name(self.at):
                self.at += 1
                if self.text(self.at) == "<":
                    self.at = (self.angle_end(self.at) or self.at) + 1
                    break
        if self.text(self.at) in ("&&", "||"):
            self.skip_constraint()

    def declaration(self, end, owner):
        start = self.at
        text = self.text(self.at)
        if text == ";":
            self.at += 1
            return
        if text in ("public", "private", "protected") and self.text(self.at + 1) == ":":
            self.at += 2
            return
        self.skip_prefixes()
        text = self.text(self.at)
        if text == "inline" and self.text(self.at + 1) == "namespace":
            self.at += 1
            text = "namespace"
        if text == "namespace" or (text == "extern" and self.text(self.at + 1) == '""'):
            self.namespace(owner)
        elif text in ("using", "typedef", "static_assert", "concept"):
            self.expression(end, 0)
        elif text == "enum":
            self.skip_to_body_or_end(end)
            self.expression(end, 0)
        elif text in ("class", "struct", "union") and self.class_body() is not None:
            self.class_definition(end, owner)
        else:
            self.function_or_data(start, end, owner)

    def namespace(self, owner):
        while self.text(self.at) not in ("{", ";", "="):
            if self.text(self.at) == '""' and self.text(self.at + 1) != "{":
                self.at += 1
                return
            self.at += 1
        if self.text(self.at) == "{":
            end = self.pairs[self.at]
            self.at += 1
            self.declarations(end, owner)
            self.at = end + 1
        else:
            self.expression(len(self.tokens), 0)

    def skip_to_body_or_end(self, end):
        while self.at < end and self.text(self.at) not in ("{", ";"):
            self.at += 1
        if self.text(self.at) == "{":
            self.at = self.pairs[self.at] + 1

    def class_body(self):
        """The index of the brace that opens the class declared here, or None."""
        i = self.at + 1
        while i < len(self.tokens):
            text = self.text(i)
            if text == "{":
                return i
            if text in (";", "=", ")", "}", ",", "&", "*"):
                return None
            if text == "(" and self.text(i - 1) not in ("alignas", "decltype"):
                return None
            if text == "<":
                i = self.angle_end(i) or i
            elif text in CLOSER:
                i = self.pairs[i]
            i += 1
        return None

    def class_definition(self, end, owner):
        body = self.class_body()
        name = "unnamed"
        i = self.at + 1
        while i < body and self.text(i) not in (":", "<"):
            if self.text(i) in CLOSER:
                i = self.pairs[i]
            elif self.is_name(i) and self.text(i) not in ("final", "alignas"):
                name = self.text(i)
            i += 1
        found = Class(name, self.line(self.at))
        self.report.classes.append(found)
        self.at = body + 1
        self.declarations(self.pairs[body], found)
        self.at = self.pairs[body] + 1
        if owner and self.is_name(self.at):
            owner.members += 1
        self.expression(end, 0)

    def function_or_data(self, start, end, owner):
        """Reads one declaration that is not a type."""
        group, closed = None, False
        first = self.at
        while self.at < end:
            text = self.text(self.at)
            if text == ";":
                self.at += 1
                break
            if text == "operator" and not closed:
                self.skip_operator_name()
            elif text == "=":
                word = self.text(self.at + 1)
                if group is not None and word not in ("default", "delete", "0"):
                    group = None
                self.expression(end, 0)
                break
            elif text == ":" and group is not None:
                self.skip_initialisers()
            elif text == "{" and group is not None:
                self.function_body(start, group)
                return
            elif text == "requires":
                self.skip_constraint()
            elif text == "<" and (self.is_name(self.at - 1)):
                self.at = (self.angle_end(self.at) or self.at) + 1
            elif text in CLOSER:
                if text == "(" and not closed and self.opens_parameters(self.at):
                    group = self.at
                self.initialiser(self.at)
            else:
                closed = closed or text == "->"
                self.at += 1
        self.record_declaration(first, group, owner)

    def opens_parameters(self, i):
        before = self.text(i - 1)
        if before in ("noexcept", "alignas", "decltype", "explicit"):
            return False
        return self.is_name(i - 1) or before == ">" or self.is_operator_name(i)

    def is_operator_name(self, i):
        return any(self.text(j) == "operator" for j in range(max(0, i - 4), i))

    def skip_operator_name(self):
        self.at += 1
        if self.text(self.at) in ("(", "["):
            self.at = self.pairs[self.at] + 1
        while self.text(self.at) not in ("(", ";", ""):
            self.at += 1

    def initialiser(self, opening):
        """Walks over a bracket, because functions may hide in it."""
        self.at = opening + 1
        self.inside(self.pairs[opening], 0)
        self.at = self.pairs[opening] + 1

    def skip_initialisers(self):
        """Steps over the member initialisers of a constructor, up to its body."""
        self.at += 1
        while True:
            while self.text(self.at) not in ("(", "{"):
                at_angle = self.text(self.at) == "<"
                self.at = (self.angle_end(self.at) if at_angle else self.at) + 1
            self.initialiser(self.at)
            if self.text(self.at) == "...":
                self.at += 1
            if self.text(self.at) != ",":
                return
            self.at += 1

    def record_declaration(self, first, group, owner):
        words = {self.text(i) for i in range(first, min(first + 4, self.at))}
        if group is not None:
            # Outside a class, a name and brackets alone are a macro.
            if owner or group - first > 1:
                count = self.count_list(group + 1, self.pairs[group])
                line = self.line(first)
                name = self.name_before(group)
                self.report.functions.append(Function(name, line, self.line(self.at - 1), count))
        elif owner and not words & {"static", "friend"}:
            owner.members += self.count_list(first, self.at - 1)

    def name_before(self, group):
        i = group - 1
        if self.text(i) == ">":
            while i > 0 and self.text(i) != "<":
                i -= 1
            i -= 1
        if self.is_operator_name(group):
            while self.text(i) != "operator":
                i -= 1
            return "operator" + "".join(self.text(j) for j in range(i + 1, group))
        if self.text(i) in ("TEST", "TEST_F", "TEST_P", "TYPED_TEST"):
            return ".".join(self.text(j) for j in range(group + 1, self.pairs[group], 2))
        return self.text(i)

    def function_body(self, start, group):
        body = self.at
        outer, self.deepest = self.deepest, 0
        count = self.count_list(group + 1, self.pairs[group])
        self.compound(0)
        found = Function(self.name_before(group), self.line(start), self.line(self.pairs[body]),
                         count, self.deepest)
        self.report.functions.append(found)
        self.deepest = outer

    # Statements: what stands in a function

    def compound(self, depth):
        """Reads from an opening brace to behind the closing one."""
        end = self.pairs[self.at]
        self.at += 1
        self.deepest = max(self.deepest, depth)
        while self.at < end:
            self.statement(end, depth)
        self.at = end + 1

    def branch(self, end, depth):
        """The statement that an if or loop at `depth` governs."""
        self.deepest = max(self.deepest, depth + 1)
        if self.text(self.at) == "{":
            self.compound(depth + 1)
        else:
            self.statement(end, depth + 1)

    def statement(self, end, depth):
        text = self.text(self.at)
        if text == "[" and self.text(self.at + 1) == "[":
            self.at = self.pairs[self.at] + 1
        elif text == "{":
            self.compound(depth + 1)
        elif text in CONTROL:
            self.control(end, depth)
        elif text in ("else", "try", "do"):
            self.at += 1
            if text == "else" and self.text(self.at) == "if":
                self.control(end, depth)
            else:
                self.branch(end, depth)
        elif text in ("case", "default"):
            while self.text(self.at) != ":":
                self.at = self.pairs.get(self.at, self.at) + 1
            self.at += 1
        elif text in ("class", "struct", "union", "enum", "using", "typedef", "static_assert"):
            self.local_declaration(end, depth)
        else:
            self.expression(end, depth)

    def local_declaration(self, end, depth):
        outer = self.deepest
        if self.text(self.at) in ("class", "struct", "union") and self.class_body() is None:
            self.expression(end, depth)
        else:
            self.declaration(end, None)
        self.deepest = max(self.deepest, outer)

    def control(self, end, depth):
        self.at += 1
        while self.text(self.at) != "(":
            if self.text(self.at) == "{":  # if consteval
                return self.branch(end, depth)
            self.at += 1
        closing = self.pairs[self.at]
        self.at += 1
        self.inside(closing, depth)
        self.at = closing + 1
        if self.text(self.at) == ";":  # the end of do … while ( … );
            self.at += 1
            return None
        return self.branch(end, depth)

    def expression(self, end, depth):
        """Reads to behind the next ';' of this level, or to `end`."""
        while self.at < end and self.text(self.at) != ";":
            self.step(depth)
        self.at = min(self.at + 1, end) if self.text(self.at) == ";" else end

    def inside(self, end, depth):
        while self.at < end:
            self.step(depth)

    def step(self, depth):
        """One token of an expression; a bracket with all that is in it."""
        text = self.text(self.at)
        if text == "[" and self.lambda_body(self.at) is not None:
            self.lambda_expression(depth)
        elif text in CLOSER and self.tokens[self.at].kind == "symbol":
            end = self.pairs[self.at]
            self.at += 1
            self.inside(end, depth)
            self.at = end + 1
        else:
            self.at += 1

    def lambda_expression(self, depth):
        start = self.at
        body = self.lambda_body(start)
        group, _ = self.lambda_parts(start)
        count = 0 if group is None else self.count_list(group + 1, self.pairs[group])
        self.at = body
        outer, self.deepest = self.deepest, 0
        self.compound(depth + 1)
        found = Function("lambda", self.line(start), self.line(self.pairs[body]), count,
                         self.deepest)
        self.report.functions.append(found)
        self.deepest = max(outer, self.deepest)


def scan(text):
    """The functions and classes of a C++ file."""
    return Scanner(text).report
