// Makes TUF repositories with @tufjs/models: its metadata classes, its canonical JSON, node's signatures.
//
// Usage: NODE_PATH=FOLDER/node_modules node author.js OUTPUT      (after: npm install --prefix FOLDER tuf-js@VERSION)
//
// Each repository is a folder of metadata with consistent snapshots or without, and an expected.json beside it: the versions,
// the targets and the role that signs each. A target's content is its path in UTF-8. Keys are new on every run and thrown away.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const models = require('@tufjs/models');

function generate(type, options) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
  return { privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }), der: publicKey.export({ type: 'spki', format: 'der' }) };
}

function key(keytype, scheme, pair, value, sign, keyID) {
  const fields = { keytype, scheme, keyval: { public: value } };
  const id = keyID || crypto.createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  return { id, fields, signer: (data) => new models.Signature({ keyID: id, sig: sign(data, pair.privateKey).toString('hex') }) };
}

const pss = (saltLength) => (data, privateKey) =>
  crypto.sign('sha256', data, { key: privateKey, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength });

function rsa(bits, saltLength = 32, keyID) {
  const pair = generate('rsa', { modulusLength: bits });
  return key('rsa', 'rsassa-pss-sha256', pair, pair.pem, pss(saltLength), keyID);
}

function ecdsa(curve, keytype) {
  const pair = generate('ec', { namedCurve: curve === 256 ? 'P-256' : 'P-384' });
  const scheme = `ecdsa-sha2-nistp${curve}`;
  return key(keytype || scheme, scheme, pair, pair.pem, (data, one) => crypto.sign(`sha${curve}`, data, one));
}

function ed25519(keyID) {
  const pair = generate('ed25519', {});
  return key('ed25519', 'ed25519', pair, pair.der.subarray(-32).toString('hex'), (data, one) => crypto.sign(null, data, one), keyID);
}

const role = (threshold, ...keys) => ({ keyids: keys.map((one) => one.id), threshold });
const listed = (...keys) => Object.fromEntries(keys.map((one) => [one.id, one.fields]));

/** Odd but valid JSON: members backwards, white space, every character beyond ASCII and every slash as an escape. */
function odd(value, depth = 0) {
  const pad = '\n' + '\t'.repeat(depth + 1);
  const text = (string) => JSON.stringify(string).replace(/[/\u007f-\uffff]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
  if (Array.isArray(value)) {
    return '[ ' + value.map((one) => odd(one, depth + 1)).join(' ,' + pad) + ' ]';
  }
  if (value !== null && typeof value === 'object') {
    return '{' + Object.entries(value).reverse().map(([name, one]) => pad + text(name) + ' : ' + odd(one, depth + 1)).join(',') + '\r\n}';
  }
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}

function hashes(bytes) {
  return Object.fromEntries(['sha512', 'sha256'].map((name) => [name, crypto.createHash(name).update(bytes).digest('hex')]));
}

class Repository {
  constructor(folder, { consistentSnapshot = true, serialize = JSON.stringify, more = {} } = {}) {
    Object.assign(this, { folder, consistentSnapshot, serialize, more, meta: {}, versions: {}, roles: {}, absent: [] });
    fs.mkdirSync(folder, { recursive: true });
  }

  /** Signs, writes, and returns what the next role says of the file. */
  write(name, type, version, fields, signers) {
    const signed = { _type: type, spec_version: '1.0.31', version, expires: '2100-01-01T00:00:00Z', ...fields, ...this.more };
    const metadata = models.Metadata.fromJSON(type, { signed, signatures: [] });
    signers.forEach((one) => metadata.sign(one.signer));
    const bytes = Buffer.from(this.serialize(metadata.toJSON()));
    const prefix = type === 'root' || (this.consistentSnapshot && type !== 'timestamp') ? `${version}.` : '';
    fs.writeFileSync(path.join(this.folder, `${prefix}${encodeURIComponent(name)}.json`), bytes);
    this.versions[name] = version;
    return { version, length: bytes.length, hashes: hashes(bytes), ...this.more };
  }

  root(version, signers, roles) {
    const keys = listed(...Object.values(roles).flatMap(([, ...all]) => all));
    const named = Object.fromEntries(Object.entries(roles).map(([name, one]) => [name, role(...one)]));
    this.write('root', 'root', version, { keys, roles: named, consistent_snapshot: this.consistentSnapshot }, signers);
  }

  /** The paths of a role; those that its delegator does not let it sign are not expected to be found. */
  targets(name, version, signers, paths, { delegations, unreachable = [] } = {}) {
    const targets = {};
    for (const one of [...paths, ...unreachable]) {
      targets[one] = { length: Buffer.byteLength(one), hashes: hashes(Buffer.from(one)), custom: this.more };
    }
    paths.forEach((one) => { this.roles[one] = name; });
    this.absent.push(...unreachable);
    const fields = delegations ? { targets, delegations } : { targets };
    this.meta[`${name}.json`] = this.write(name, 'targets', version, fields, signers);
  }

  publish(version, snapshotSigners, timestampSigners) {
    const snapshot = this.write('snapshot', 'snapshot', version, { meta: this.meta }, snapshotSigners);
    this.write('timestamp', 'timestamp', version, { meta: { 'snapshot.json': snapshot } }, timestampSigners);
    const { root, timestamp, targets } = this.versions;
    const expected = { root, timestamp, snapshot: version, targets, found: this.roles, absent: [...this.absent, 'nowhere'] };
    fs.writeFileSync(path.join(this.folder, 'expected.json'), JSON.stringify(expected, null, 1) + '\n');
  }
}

const delegated = (name, terminating, [threshold, ...keys], where) => ({ name, ...role(threshold, ...keys), terminating, ...where });

/** RSA-PSS of two sizes, salts of 32 bytes, none and the most; nested and terminating delegations; thresholds. */
function rsaAndDelegations(folder) {
  const repository = new Repository(folder);
  const [a, b, c] = [rsa(2048), rsa(3072, 0, 'any text may be a keyid: ü'), rsa(2048, crypto.constants.RSA_PSS_SALTLEN_MAX_SIGN)];
  const team = ed25519();
  const inner = 'team/inner role?#%';
  repository.root(1, [a, b], { root: [2, a, b, c], timestamp: [1, a], snapshot: [1, b], targets: [2, a, c] });
  repository.targets('targets', 1, [a, c], ['top'], { delegations: {
    keys: listed(a, c, team),
    roles: [
      delegated('closed', true, [1, team], { paths: ['closed/*'] }),
      delegated('team', false, [2, team, c], { paths: ['team/*', 'team/*/?.whl'] }),
      delegated('late', false, [1, a], { paths: ['closed/*', 'team/*/*'] }),
    ],
  } });
  repository.targets('closed', 3, [team], ['closed/in']);
  const roles = [delegated(inner, false, [1, b], { paths: ['team/*/*'] })];
  repository.targets('team', 2, [c, team], ['team/own'], { delegations: { keys: listed(b), roles } });
  repository.targets(inner, 1, [b], ['team/deep/a.whl'], { unreachable: ['team/deep/ab.whl'] });
  repository.targets('late', 1, [a], ['team/deep/long.whl', 'team/x/a file+100%~.txt'], { unreachable: ['closed/out'] });
  repository.publish(1, [b], [a]);
}

/** P-256 and P-384 under both keytypes; no consistent snapshots; members that nobody knows; JSON at its oddest. */
function ecdsaAndOddJson(folder) {
  const nested = { 'é "\\ \u0001\n\u007f 🐍': '\u2028 e\u0301' };
  const more = { 'x-unknown': [null, true, -7, Number.MAX_SAFE_INTEGER, nested], '': {} };
  const repository = new Repository(folder, { consistentSnapshot: false, serialize: odd, more });
  const [a, b, c, d] = [ecdsa(256), ecdsa(384), ecdsa(256, 'ecdsa'), ecdsa(384, 'ecdsa')];
  repository.root(1, [a, b], { root: [2, a, b, c], timestamp: [1, c], snapshot: [2, b, d], targets: [1, d] });
  const roles = [{ ...delegated('wheels é', true, [1, b], { paths: ['wheels/*'] }), ...more }];
  const paths = ['é "quoted" \\ 🐍.txt', 'plus+and space&?#%25'];
  repository.targets('targets', 7, [d], paths, { delegations: { keys: listed(b), roles, ...more } });
  repository.targets('wheels é', 1, [b], ['wheels/日本.whl']);
  repository.publish(12, [b, d], [c]);
}

/** Ed25519 through five roots that rotate every key; sixteen bins by path hash prefixes. */
function rotationsAndBins(folder) {
  const repository = new Repository(folder);
  const [r1, r2, r3, r4, t1, t2, s1, s2, g1, g2, bins] = Array.from({ length: 11 }, () => ed25519());
  const keys = { root: [1, r1, r2], timestamp: [1, t1], snapshot: [1, s1], targets: [1, g1] };
  repository.root(1, [r1], keys);
  repository.root(2, [r1, r3], { ...keys, root: [2, r1, r3] });
  repository.root(3, [r1, r3, r4], { ...keys, root: [1, r4], timestamp: [1, t2] });
  repository.root(4, [r4], { root: [1, r4], timestamp: [1, t2], snapshot: [1, s2], targets: [1, g1] });
  repository.root(5, [r4, r2], { root: [2, r2, r4], timestamp: [1, t2], snapshot: [1, s2], targets: [2, g1, g2] });
  const paths = Array.from({ length: 12 }, (_, i) => `packages/project-${i}.whl`);
  const digit = (one) => crypto.createHash('sha256').update(one).digest('hex')[0];
  const digits = Array.from('0123456789abcdef');
  const roles = digits.map((one) => delegated(`bin ${one}`, true, [1, bins], { path_hash_prefixes: [one] }));
  repository.targets('targets', 2, [g1, g2], [], { delegations: { keys: listed(bins), roles } });
  digits.forEach((one, i) => repository.targets(`bin ${one}`, i + 1, [bins], paths.filter((each) => digit(each) === one)));
  repository.publish(9, [s2], [t2]);
}

/** Succinct bins, four bits, each signed by two schemes; bins that the repository's own software assigns. */
function succinctBins(folder) {
  const repository = new Repository(folder);
  const [a, b] = [ed25519(), ecdsa(256)];
  repository.root(1, [a], { root: [1, a], timestamp: [1, a], snapshot: [1, b], targets: [1, b] });
  const delegations = { keys: listed(a, b), succinct_roles: { ...role(2, a, b), bit_length: 4, name_prefix: 'bins' } };
  repository.targets('targets', 1, [b], [], { delegations });
  const signed = { _type: 'targets', spec_version: '1.0.31', version: 1, expires: '2100-01-01T00:00:00Z', targets: {}, delegations };
  const succinct = models.Targets.fromJSON(signed).delegations.succinctRoles;
  const paths = ['requests', 'django', 'flask', 'numpy', 'é', '🐍'];
  for (const name of succinct.getRoles()) {
    repository.targets(name, 1, [a, b], paths.filter((one) => succinct.getRoleForTarget(one) === name));
  }
  repository.publish(1, [b], [a]);
}

const output = process.argv[2];
rsaAndDelegations(path.join(output, 'rsa-and-delegations'));
ecdsaAndOddJson(path.join(output, 'ecdsa-and-odd-json'));
rotationsAndBins(path.join(output, 'rotations-and-bins'));
succinctBins(path.join(output, 'succinct-bins'));
