"""Writes the golden files beside it: trees, leaves, checkpoints and proofs of small invented inputs.

Every byte follows from the specifications that docs/ledger.md names, and shares no code with the product. Run it again after a change of a definition:
python3 ledger.py
"""

import base64
import hashlib
import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


# Merkle trees: RFC 6962, section 2.1, as it is written there.


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [mth(leaves[k:])]
    return path(m - k, leaves[k:]) + [mth(leaves[:k])]


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return subproof(m, leaves[:k], whole) + [mth(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [mth(leaves[:k])]


def entries(n):
    return [f"entry {i}".encode() for i in range(n)]


trees = []
for size in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256, 257, 300, 511, 512, 700]:
    leaves = entries(size)
    indexes = sorted({0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)))
    earlier = sorted({1, 2, size // 3, size // 2, 256, size - 1, size} & set(range(1, size + 1)))
    trees.append(
        {
            "size": size,
            "root": b64(mth(leaves)),
            "inclusion": [{"index": i, "proof": [b64(h) for h in path(i, leaves)]} for i in indexes],
            "consistency": [{"from": m, "proof": [b64(h) for h in subproof(m, leaves, True)]} for m in earlier],
        }
    )

# Tiles: tlog-tiles, the n-th tile at level l.


def tile(level, n, size):
    leaves = entries(size)
    hashes = []
    for i in range(256):
        start, end = (n * 256 + i) * 256**level, (n * 256 + i + 1) * 256**level
        if end > size:
            break
        hashes.append(mth(leaves[start:end]))
    return b"".join(hashes)


def tiles_of(size):
    found = {}
    level = 0
    while size >> (8 * level):
        for n in range((size >> (8 * level)) // 256 + 1):
            data = tile(level, n, size)
            if data:
                width = len(data) // 32
                name = f"tile/{level}/{n:03}" + (f".p/{width}" if width < 256 else "")
                found[name] = sha256(data).hex()
        level += 1
    return found


tiled = {"size": 700, "sha256": tiles_of(700)}
bundle = b"".join(struct.pack(">H", len(e)) + e for e in entries(3))
(HERE / "tree.json").write_text(json.dumps({"trees": trees, "tiles": tiled, "bundleOfThree": b64(bundle)}, indent=1) + "\n")

# Ed25519: RFC 8032, section 5.1.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = f - e, d - c, d + c, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(s, point):
    total = (0, 1, 1, 0)
    while s:
        if s & 1:
            total = add(total, point)
        point = add(point, point)
        s >>= 1
    return total


def recover(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return P - x if x & 1 != sign else x


BY = 4 * pow(5, P - 2, P) % P
BX = recover(BY, 0)
BASE = (BX, BY, 1, BX * BY % P)


def encode(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | ((x & 1) << 255)).to_bytes(32, "little")


def expand(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little")
    return (a & ((1 << 254) - 8)) | (1 << 254), h[32:]


def public(seed):
    return encode(times(expand(seed)[0], BASE))


def sign(seed, message):
    a, prefix = expand(seed)
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    point = encode(times(r, BASE))
    k = int.from_bytes(hashlib.sha512(point + public(seed) + message).digest(), "little") % L
    return point + ((r + k * a) % L).to_bytes(32, "little")


# Notes, checkpoints, cosignatures and proofs, by the C2SP specifications.


def key_id(name, kind, key):
    return sha256(name.encode() + b"\n" + bytes([kind]) + key)[:4]


def vkey(name, kind, key):
    return f"{name}+{key_id(name, kind, key).hex()}+{b64(bytes([kind]) + key)}"


def skey(name, kind, seed):
    return f"PRIVATE+KEY+{name}+{key_id(name, kind, public(seed)).hex()}+{b64(bytes([kind]) + seed)}"


def line(name, kind, key, signature):
    return f"— {name} {b64(key_id(name, kind, key) + signature)}\n"


ORIGIN, WITNESS = "log.example/forecasts", "witness.example/w1"
LOG_SEED, WITNESS_SEED = sha256(b"a log of an example"), sha256(b"a witness of an example")
TIME = 1_767_225_600


def note(size):
    text = f"{ORIGIN}\n{size}\n{b64(mth(entries(size)))}\n"
    cosigned = f"cosignature/v1\ntime {TIME}\n{text}".encode()
    return (
        f"{text}\n"
        + line(ORIGIN, 1, public(LOG_SEED), sign(LOG_SEED, text.encode()))
        + line(WITNESS, 4, public(WITNESS_SEED), struct.pack(">Q", TIME) + sign(WITNESS_SEED, cosigned))
    )


def lines(hashes):
    return "".join(f"{b64(h)}\n" for h in hashes)


(HERE / "checkpoint").write_text(note(300), encoding="utf-8")
(HERE / "keys.json").write_text(
    json.dumps(
        {
            "log": {"vkey": vkey(ORIGIN, 1, public(LOG_SEED)), "skey": skey(ORIGIN, 1, LOG_SEED)},
            "witness": {"vkey": vkey(WITNESS, 4, public(WITNESS_SEED)), "skey": skey(WITNESS, 4, WITNESS_SEED)},
            "time": TIME,
        },
        indent=1,
    )
    + "\n"
)
(HERE / "entry-277.tlog-proof").write_text(
    f"c2sp.org/tlog-proof@v1\nextra {b64(b'an example')}\nindex 277\n{lines(path(277, entries(300)))}\n{note(300)}", encoding="utf-8"
)
(HERE / "add-checkpoint").write_text(f"old 256\n{lines(subproof(256, entries(300), True))}\n{note(300)}", encoding="utf-8")
(HERE / "policy").write_text(
    f"log {vkey(ORIGIN, 1, public(LOG_SEED))} https://log.example/\nwitness w1 {vkey(WITNESS, 4, public(WITNESS_SEED))}\n"
    "group all-of-them all w1\nquorum all-of-them\n"
)

# Leaves: the members in the order of their names, and commitments with salts. Python writes these values as RFC 8785 does: no number has an exponent.


def jcs(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


SALTS = [sha256(f"salt {i}".encode()) for i in range(5)]


def commit(field, salt, value):
    return b64(sha256(f"forecasts/{field}/v1".encode() + b"\0" + salt + jcs(value)))


stored = (
    '{"question": "snow-in-june", "analyst":"ana", "statement" : {"probability":0.650}, '
    '"rationale": "It snowed in \\u00c5re\\nlast year.", "madeAt":"2026-06-01T08:00:00Z", "evidence": ["https://weather.example/\\"june\\"", "a diary"], '
    '"expiresAt":null}'
)
data = json.loads(stored)
# In the order in which they stand in the data's canonical spelling: evidence, which is one text, comes before rationale.
texts = [data["evidence"], data["rationale"]]
commitments = [commit("text", s, t) for s, t in zip(SALTS[3:], texts)]
data["evidence"], data["rationale"] = commitments
leaf = {
    "v": 1,
    "id": "019f5a6e-0000-7000-8000-0123456789ab",
    "stream": commit("stream", SALTS[0], "forecast/snow-in-june/ana"),
    "version": 1,
    "type": "forecast_submitted",
    "recordedAt": "2026-06-01T08:00:00.123456Z",
    "actor": commit("actor", SALTS[1], "ana"),
    "data": commit("data", SALTS[2], data),
    "text": commitments,
}
opened = {
    "leaf": b64(jcs(leaf)),
    "open": {
        "stream": {"salt": b64(SALTS[0]), "value": "forecast/snow-in-june/ana"},
        "actor": {"salt": b64(SALTS[1]), "value": "ana"},
        "data": {"salt": b64(SALTS[2]), "value": data},
        "text": [{"salt": b64(s), "value": t} for s, t in zip(SALTS[3:], texts)],
    },
}
(HERE / "leaf.json").write_bytes(jcs(leaf))
(HERE / "disclosure.json").write_bytes(jcs(opened))
(HERE / "event.json").write_text(
    json.dumps(
        {
            "id": leaf["id"],
            "stream": "forecast/snow-in-june/ana",
            "version": 1,
            "type": leaf["type"],
            "recordedAt": "2026-06-01T10:00:00.1234567+02:00",
            "actor": "ana",
            "data": stored,
            "textPlaces": ["/rationale", "/evidence"],
            "salts": [b64(s) for s in SALTS],
        },
        indent=1,
    )
    + "\n"
)
