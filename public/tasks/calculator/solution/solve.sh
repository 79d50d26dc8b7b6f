#!/bin/sh
cat > /app/calc.py <<'EOF'
import re
import sys


class Bad(Exception):
    pass


class Parser:
    def __init__(self, text):
        self.tokens = re.findall(r"\d+(?:\.\d+)?|\.\d+|[-+*/^()]|\S", text)
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else None

    def whole(self):
        value = self.sum()
        if self.peek() is not None:
            raise Bad
        return value

    def sum(self):
        value = self.product()
        while self.peek() in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self):
        value = self.signed()
        while self.peek() in ("*", "/"):
            value = value * self.signed() if self.take() == "*" else value / self.signed()
        return value

    def signed(self):
        if self.peek() in ("-", "+"):
            return -self.signed() if self.take() == "-" else self.signed()
        return self.power()

    def power(self):
        base = self.atom()
        if self.peek() != "^":
            return base
        self.take()
        return base ** self.signed()

    def atom(self):
        token = self.take()
        if token == "(":
            value = self.sum()
            if self.take() != ")":
                raise Bad
            return value
        if token is None or not re.fullmatch(r"[\d.]+", token):
            raise Bad
        return float(token) if "." in token else int(token)


try:
    value = Parser(sys.argv[1] if len(sys.argv) > 1 else "").whole()
except Bad:
    sys.exit("error: syntax")
except ZeroDivisionError:
    sys.exit("error: division by zero")
print(int(value) if value == int(value) else f"{value:.6f}".rstrip("0"))
EOF
