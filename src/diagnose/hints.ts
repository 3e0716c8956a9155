import { isUtf8 } from 'node:buffer';
import { finding, type Finding } from './findings';
import { lookAlikes } from './header-values';
import { cleaned } from './secret-changes';
import { isAsymmetric } from '../core/signature';
import { nameOf, secretName, shown, type Subject } from './subject';

const VARIABLE =
  /^(?:\$\{?[A-Za-z_]\w*\}?|%[A-Za-z_]\w*%|\{\{.*\}\}|\$\{\{.*\}\}|<%.*%>|process\.env\.\w+|os\.environ.*|undefined|null|None)$/;
const PLACEHOLDERS: readonly RegExp[] = [
  /^(?:<.*>|\[.*\]|x{3,}|\*{3,}|\.{3,}|(?:change|replace)[-_ ]?(?:me|this|it).*|secret|password|todo)$/i,
  /^whsec_(?:\.{3}|x+|\*+|your.*)?$/i,
  /^(?:your|my|some|test|the)[-_ ].*(?:secret|key|token)/i,
];
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:sk|rk|pk)_(?:live|test)_/, 'an API key'],
  [/^https?:\/\//, 'an address'],
  [/^gh[pousr]_/, 'an access token of GitHub'],
  [/^xox[a-z]-/, 'an access token of Slack'],
  [/^eyJ[\w-]+\.eyJ/, 'a JSON Web Token'],
  [/-----BEGIN /, 'a key or certificate in PEM'],
  [/^whpk_/, 'a public key of Standard Webhooks'],
];

/** What is believed where nothing is proved: about the secrets. */
export function secretHints({ plan: { provider }, secrets }: Subject): readonly Finding[] {
  const asymmetric = isAsymmetric(provider.algorithm);
  return secrets.flatMap((secret) => {
    const { value } = secret;
    const text = cleaned(value);
    const name = secretName(secret).replace(/^t/, 'T');
    if (VARIABLE.test(text)) {
      const observed = `${name} reads like the name of a variable, or an empty one.`;
      return [finding('secret-not-filled-in', 'likely', observed, 'No sender makes such a secret.')];
    }
    if (PLACEHOLDERS.some((pattern) => pattern.test(text))) {
      const observed = `${name} reads like a placeholder.`;
      return [finding('secret-placeholder', 'likely', observed, 'Examples and templates have such texts.')];
    }
    const kind = KINDS.find(([pattern]) => pattern.test(text));
    if (kind !== undefined && !asymmetric) {
      const why = `${provider.name} gives a secret of another form for signatures.`;
      return [finding('secret-of-another-kind', 'likely', `${name} looks like ${kind[1]}.`, why)];
    }
    if (text === value) return [];
    const code = value.trim() === value ? 'secret-quotes' : 'secret-white-space';
    const what = code === 'secret-quotes' ? 'quotes' : 'white space';
    const why =
      'It is part of the key. Without it the signature is not right either, so there is something else, too.';
    return [finding(code, 'possible', `${name} has ${what} around it.`, why)];
  });
}

/** What is believed where nothing is proved: about the body. */
export function bodyHints({ delivery, plan: compiled }: Subject): readonly Finding[] {
  const { body, headers, method } = delivery;
  if (!compiled.coversBody) return [];
  const length = headers['content-length'];
  const announced = typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  if (body.length === 0) return [emptyHint(method, announced, headers)];
  const encoding = headers['content-encoding'];
  const isText = isUtf8(body);
  if (typeof encoding === 'string' && encoding !== 'identity' && isText) {
    const observed = `Content-Encoding is "${shown(encoding)}", but the body is plain text.`;
    const why = 'Something has inflated the body; what was signed may be the compressed one.';
    return [finding('body-inflated', 'likely', observed, why)];
  }
  const text = body.toString('latin1', 0, 64);
  if (/^\[object \w+\]$/.test(text)) {
    const why = 'That is what JavaScript makes of an object that is used as a string.';
    return [finding('body-object-text', 'likely', `The body is the text "${shown(text)}".`, why)];
  }
  if (encoding === undefined && announced !== undefined && announced !== body.length) {
    const observed = `Content-Length is ${announced}, but the body has ${body.length} bytes.`;
    const why = 'The sender counted what it sent, so the body is not what came over the wire.';
    return [finding('body-length', 'likely', observed, why)];
  }
  if (body.includes('\ufffd')) {
    const observed = 'The body has the character U+FFFD, which stands for bytes that were not UTF-8.';
    const why =
      'A text decoder writes it where it meets other bytes. They are lost, so nothing can be proved.';
    return [finding('body-utf8-replaced', 'likely', observed, why)];
  }
  return [];
}

/** Headers with similar names, where one is missing. */
export function headerHints(subject: Subject, missing: readonly Finding[]): readonly Finding[] {
  const { provider } = subject.plan;
  const names: Readonly<Record<string, string>> = {
    'signature-missing': nameOf(provider.signature.header),
    'timestamp-missing': nameOf(provider.timestamp?.header),
    'id-missing': nameOf(provider.id?.header),
  };
  return missing.flatMap(({ code }) => {
    const name = names[code] ?? '';
    const similar = name === '' ? [] : lookAlikes(subject, name);
    if (similar.length === 0) return [];
    const listed = similar.slice(0, 3).map((other) => `"${shown(other)}"`);
    const observed = `${name} is missing, but there is ${listed.join(' and ')}.`;
    const why =
      'The names are alike, as after a gateway that renames headers. With its value nothing is proved.';
    return [finding('header-renamed', 'likely', observed, why)];
  });
}

function emptyHint(
  method: string,
  announced: number | undefined,
  headers: Subject['delivery']['headers'],
): Finding {
  const dropped = (announced ?? 0) > 0 || headers['content-type'] !== undefined || method === 'DELETE';
  const count = announced === undefined ? '' : `, and Content-Length is ${announced}`;
  const type = headers['content-type'] === undefined ? '' : ', though Content-Type is there';
  return finding(
    'body-empty',
    dropped ? 'likely' : 'possible',
    `The body of this ${shown(method, 10)} is empty${count}${type}.`,
    'Proxies drop the body of a DELETE or a GET, and a parser that ran before leaves nothing to read.',
  );
}
