import type { CustomContext } from '../../core/custom-scheme';
import type { Delivery } from '../../core/delivery';
import { writeClaims, type ClaimRules, type Claims } from './claims';
import type { SigningTokenKey } from './keys';
import type { JwtProviderOptions } from './options';
import { signText } from './signatures';
import { parseFields } from './token';

/** The token that a sender would write for a delivery. Where the body is the token, its JSON has the claims. */
export function writeToken(
  options: JwtProviderOptions,
  rules: ClaimRules,
  delivery: Delivery,
  { key: { key, owner }, now, secretId }: CustomContext<SigningTokenKey>,
): string {
  const { name, token, algorithms, keys, detached, signHeader } = options;
  const [alg] = algorithms;
  const fields: Claims = { alg, typ: 'JWT', ...(keys !== undefined && { kid: secretId }), ...signHeader };
  const start = encode(JSON.stringify(fields));
  if (detached === undefined) {
    const given = token === 'body' ? parseFields(delivery.body) : undefined;
    const claims = writeClaims(rules, given ?? {}, { delivery, owner: owner(), now });
    const text = `${start}.${encode(JSON.stringify(claims))}`;
    return `${text}.${encode(signText(alg, text, key))}`;
  }
  const isPlain = fields.b64 === false;
  const header = { alg, kid: secretId, isPlain, fields };
  const content = detached === true ? delivery.body : detached(delivery, header);
  if (content === undefined) throw new TypeError(`sign(): ${name} cannot sign this delivery`);
  const payload = isPlain ? content : Buffer.from(encode(content));
  const signed = Buffer.concat([Buffer.from(`${start}.`), payload]);
  return `${start}..${encode(signText(alg, signed, key))}`;
}

function encode(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64url');
}
