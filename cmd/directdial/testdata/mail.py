"""Reads a mail with the strict policy of Python's email package, which raises at
the first defect, and prints what it holds as JSON."""
import email
import email.policy
import json
import sys

raw = open(sys.argv[1], "rb").read()
mail = email.message_from_bytes(raw, policy=email.policy.strict)
head, body = raw.split(b"\n\n", 1)
longest = {"head": max(map(len, head.split(b"\n"))), "body": max(map(len, body.split(b"\n")))}
fields = {}
for name, value in mail.items():
    if value.defects:
        raise value.defects[0]
    fields.setdefault(name.lower(), []).append(str(value))
address = lambda a: {"name": a.display_name, "address": a.addr_spec}
parts = {}
for part in mail.walk():
    if part.defects:
        raise part.defects[0]
    if not part.is_multipart():
        parts[part.get_content_type()] = part.get_content()
print(json.dumps({
    "fields": fields, "parts": parts, "type": mail.get_content_type(),
    "from": [address(a) for a in mail["from"].addresses], "to": [address(a) for a in mail["to"].addresses],
    "ascii": raw.isascii(), "longest": longest, "dated": mail["date"].datetime.isoformat(),
}))
