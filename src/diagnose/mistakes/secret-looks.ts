import { isAsymmetric } from '../../core/signature';
import { makeFinding, type Certainty, type Finding } from '../findings';
import { capitalise, nameSecret, type Subject } from '../subject';
import { cleanSecret } from './secret';

// Names of variables, and templates that nothing has filled in.
const VARIABLE =
  /^(?:\$\{?[A-Za-z_]\w*\}?|%[A-Za-z_]\w*%|\{\{.*\}\}|\$\{\{?.*\}|<%.*%>|\$\(.*\)|process\.env\.\w+|import\.meta\.env\.\w+|os\.environ.*|\[object \w+\]|undefined|null|None)$/;
// The name itself. In two expressions, because one would take quadratic time.
const NAME = /^[A-Z][A-Z0-9_]*$/;
const NAME_OF_SECRET = /[A-Z0-9_]_(?:SECRET|KEY|TOKEN|PASSWORD)(?:_[A-Z0-9_]|$)/;
// References of 1Password, AWS, Vault, Google, Azure, Doppler, Bitwarden, Infisical, sops and vals, addresses of any
// scheme but HTTP, and files where secrets are mounted.
const REFERENCE =
  /^(?:(?!https?:)[a-z][\w+.-]*:\/\/|arn:aws[\w-]*:|vault:|projects\/[^/]+\/secrets\/|gcp-?sm:|secretsmanager:|ssm:|secret_?(?:key)?ref:|@Microsoft\.KeyVault\(|https:\/\/[\w-]+\.vault\.azure\.net\/|akv:|doppler:|infisical:|ENC\[|env:|file:|(?:\/(?:run|etc|var|mnt|home|opt|usr|secrets)|\.|~)\/[\w./-]+$)/i;
const MASK = /[\u2022\u2219\u00b7\u2026\u2588\u25a0-\u25ff\u26ab\u2b1b\u2b24]|\*{3,}|\.{3}|[xX]{6,}/;
const PLACEHOLDERS: readonly RegExp[] = [
  /^(?:<.*>|\[.*\]|\(.*\)|x{3,}|(?:change|replace)[-_ ]?(?:me|this|it).*|(?:webhook[-_ ]?)?(?:secret|password|todo)|todo.*|dummy.*|placeholder.*|example.*)$/i,
  /^whsec_(?:x*|your.*|test.{0,8}|secret|here)$/i,
  /^(?:your|my|some|test|the|insert|paste|put|enter|add)[-_ ].*(?:secret|key|token)/i,
];
// Senders that sign with their API key, so that it is the right kind there.
const SIGN_WITH_API_KEY: ReadonlySet<string> = new Set(['paystack']);
const AN_ADDRESS = /^https?:\/\//;
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:sk|rk|pk)_(?:live|test)_|^sk_[\w-]{20,}$/, 'an API key'],
  [AN_ADDRESS, 'an address'],
  [/^(?:we|ep|acct|evt)_[A-Za-z0-9]{12,}$/, 'the id of an object of the sender'],
  [/^(?:gh[pousr]_|github_pat_)/, 'an access token of GitHub'],
  [/^(?:xox[a-z][-.]|xapp-|xoxe)/, 'an access token of Slack'],
  [/^(?:shp(?:at|ca|pa|ua|atf)|atkn)_/, 'an access token of Shopify'],
  [/^AC[0-9a-f]{32}$/, 'the SID of an account of Twilio'],
  [/^SK[0-9a-f]{32}$/, 'the SID of an API key of Twilio'],
  [/^gl(?:pat|dt|ptt|rt|cbt|ft|soat|agent|oas)-/, 'an access token of GitLab'],
  [/^re_[A-Za-z0-9_]{20,}$/, 'an API key of Resend'],
  [/^lin_(?:api|oauth)_/, 'an API key of Linear'],
  [/^pdl_(?:live|sdbx)_/, 'an API key of Paddle'],
  [/^(?:sq0(?:csp|idp|atp)-|sandbox-sq0|EAAA[\w-]{30,})/, 'a credential of an application of Square'],
  [/^EAA[A-Za-z0-9]{30,}$/, 'an access token of Meta'],
  [/^pat-[a-z]{2,4}\d?-/, 'an access token of HubSpot'],
  [/^c[ks]_[0-9a-f]{40}$/, 'a key for the API of WooCommerce'],
  [/^\d{6,12}:[\w-]{30,}$/, 'the token of a bot of Telegram'],
  [/^sl\.[\w-]{20,}/, 'an access token of Dropbox'],
  [/^key-[0-9a-z]{16,}$/i, 'an API key of Mailgun'],
  [/^SG\.[\w-]{16,}\./, 'an API key of SendGrid'],
  [/^sk-(?:proj-|ant-|svcacct-)?[\w-]{20,}$/, 'an API key of OpenAI or Anthropic'],
  [/^(?:AKIA|ASIA)[A-Z0-9]{16}$/, 'the id of an access key of AWS'],
  [/^AIza[\w-]{30,}$/, 'an API key of Google'],
  [/^ya29\./, 'an access token of Google'],
  [/^rzp_(?:live|test)_/, 'the id of a key of Razorpay'],
  [/^tfp_/, 'an access token of Typeform'],
  [/^ntn_/, 'an access token of Notion'],
  [/^pat[A-Za-z0-9]{14}\.[0-9a-f]{64}$/, 'an access token of Airtable'],
  [
    /^(?:CFPAT-|mlsn\.|sntry[su]_|CCIPAT_|bkua_|polar_(?:oat|pat)_|r8_|sbp_|HRKU-|npm_|figd_|dop_v1_)/,
    'an API key',
  ],
  [/^KEY[0-9A-F]{32}_/, 'an API key of Telnyx'],
  [/^(?:api|sdk|mob)-[0-9a-f]{8}-[0-9a-f]{4}-/, 'a key of LaunchDarkly'],
  [/^[MNO][A-Za-z0-9]{23,}\.[\w-]{6}\.[\w-]{27,}$/, 'the token of a bot of Discord'],
  [/^eyJ[\w-]+\.eyJ/, 'a JSON Web Token'],
  [/-----BEGIN /, 'a key or certificate in PEM'],
  [/^whpk_/, 'a public key of Standard Webhooks'],
];

/** Finds the secrets whose text looks like a known mistake. */
export function findSecretHints(subject: Subject): readonly Finding[] {
  return subject.secrets.flatMap((secret) => describeLooks(subject, secret, 'likely'));
}

/** The same for one secret. */
export function describeLooks(
  { plan: { provider } }: Subject,
  secret: Subject['secrets'][number],
  certainty: Certainty,
): readonly Finding[] {
  const { value } = secret;
  const text = cleanSecret(value);
  const name = capitalise(nameSecret(secret));
  if (REFERENCE.test(text)) {
    const observed = `${name} is a reference to a secret, such as op:// or arn:, that nothing has resolved.`;
    return [
      makeFinding('secret-not-filled-in', certainty, observed, 'The reference itself was used as the key.'),
    ];
  }
  if (isVariable(text)) {
    const observed = `${name} reads like the name of a variable, or an empty one.`;
    return [makeFinding('secret-not-filled-in', certainty, observed, 'No sender makes such a secret.')];
  }
  if (PLACEHOLDERS.some((pattern) => pattern.test(text))) {
    const observed = `${name} reads like a placeholder.`;
    return [
      makeFinding('secret-placeholder', certainty, observed, 'Examples and templates have such texts.'),
    ];
  }
  if (MASK.test(text) && !AN_ADDRESS.test(text)) {
    const observed = `${name} reads as if it were masked, with dots or stars in place of characters.`;
    const why = 'Pages and logs show secrets so; the characters behind the mask are not in the text.';
    return [makeFinding('secret-placeholder', certainty, observed, why)];
  }
  const kind = KINDS.find(([pattern]) => pattern.test(text));
  const isOwnKind = SIGN_WITH_API_KEY.has(provider.name) && text.startsWith('sk_');
  if (kind !== undefined && !isOwnKind && !isAsymmetric(provider.algorithm)) {
    const why = `${provider.name} gives a secret of another form for signatures.`;
    return [makeFinding('secret-of-another-kind', certainty, `${name} looks like ${kind[1]}.`, why)];
  }
  return text === value || certainty === 'certain' ? [] : [describeEnds(name, value)];
}

function isVariable(text: string): boolean {
  return VARIABLE.test(text) || (NAME.test(text) && NAME_OF_SECRET.test(text));
}

function describeEnds(name: string, value: string): Finding {
  const code = value.trim() === value ? 'secret-quotes' : 'secret-white-space';
  const words = code === 'secret-quotes' ? 'quotes' : 'white space';
  const why =
    'It is part of the key. Without it the signature is not right either, so there is something else, too.';
  return makeFinding(code, 'possible', `${name} has ${words} around it.`, why);
}
