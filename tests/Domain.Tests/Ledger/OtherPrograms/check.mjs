// Checks what the product made with packages that others wrote, and makes the same with them. A question of JSON comes in, an answer of JSON goes out.
import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';
import * as ed from '@noble/ed25519';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import canonicalizePackage from 'canonicalize';

const require = createRequire(import.meta.url);
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle.js');
const canonicalize = canonicalizePackage.default ?? canonicalizePackage;

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const asked = JSON.parse(Buffer.concat(chunks).toString('utf8'));
const bytes = base64 => new Uint8Array(Buffer.from(base64, 'base64'));
const base64 = data => Buffer.from(data).toString('base64');

const sha512 = (...parts) => new Uint8Array(createHash('sha512').update(Buffer.concat(parts)).digest());
ed.hashes.sha512 = sha512;

// The structure cosigned_message of tlog-cosignature, "ML-DSA-44 signed message".
function cosignedMessage({ name, timestamp, origin, size, root }) {
  const number = n => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
  const opaque = text => { const b = Buffer.from(text, 'utf8'); return Buffer.concat([Buffer.from([b.length]), b]); };
  return new Uint8Array(Buffer.concat([
    Buffer.from('subtree/v1\n\0', 'latin1'), opaque(name), number(timestamp), opaque(origin), number(0), number(size), Buffer.from(root, 'base64'),
  ]));
}

function includes({ entry, index, hashes, size, root }) {
  try {
    verifyMerkleInclusion(
      { canonicalizedBody: Buffer.from(entry, 'base64'), inclusionProof: { logIndex: String(index), hashes: hashes.map(h => Buffer.from(h, 'base64')) } },
      { logSize: BigInt(size), logHash: Buffer.from(root, 'base64') },
    );
    return true;
  } catch {
    return false;
  }
}

const message = cosignedMessage(asked.mlDsa44);
const keys = ml_dsa44.keygen(bytes(asked.seed));
const text = new Uint8Array(Buffer.from(asked.ed25519.text, 'utf8'));
console.log(JSON.stringify({
  ed25519: ed.verify(bytes(asked.ed25519.signature), text, bytes(asked.ed25519.publicKey), { zip215: false }),
  mlDsa44: ml_dsa44.verify(bytes(asked.mlDsa44.signature), message, bytes(asked.mlDsa44.publicKey)),
  inclusion: asked.inclusion.map(includes),
  canonical: asked.json.map(json => canonicalize(JSON.parse(json))),
  theirs: {
    ed25519: base64(ed.sign(text, bytes(asked.seed))),
    mlDsa44PublicKey: base64(keys.publicKey),
    mlDsa44: base64(ml_dsa44.sign(message, keys.secretKey)),
  },
}));
