"""Fails when a public symbol of a symbol graph has no documentation of its own."""
import json
import sys

graph = json.load(open(sys.argv[1]))
synthesized = {r["source"] for r in graph["relationships"] if "sourceOrigin" in r}
missing = [
    ".".join(symbol["pathComponents"])
    for symbol in graph["symbols"]
    if symbol["identifier"]["precise"] not in synthesized
    and "location" in symbol
    and not symbol.get("docComment", {}).get("lines")
]
for name in sorted(missing):
    print(f"{graph['module']['name']}: {name} has no documentation", file=sys.stderr)
sys.exit(1 if missing else 0)
