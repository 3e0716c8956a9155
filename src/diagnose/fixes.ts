export const RAW_BODY =
  'Hand over the bytes as they came: mount hooklatch before express.json() and every other parser, ' +
  'or use express.json({ verify: keepRawBody }).';
/** The end of a fix for a body whose Content-Length fits: the server has read it as it came. */
export const BEFORE_SERVER =
  'Content-Length fits the body, so it came over the wire like this: look for the sender or the relay in front of this ' +
  'server that changed it after it was signed, and let it sign or pass on the bytes that it sends.';
const COPY_SECRET =
  'Copy the secret again from the settings of the sender, for this endpoint and this environment';
const PROXY_HEADERS = 'Let the proxies and gateways in between pass the header on under its own name.';
const PUBLIC_URL = 'Give the option "publicUrl" as the address is written in the settings of the sender';

/** The fix for each finding. The keys are the stable codes; docs/troubleshooting.md explains each. */
export const FIXES = {
  verified: 'Nothing is wrong.',
  'not-judged': 'Use verify(), which waits, and look at what the "verify" function of the provider says.',

  'secret-unknown': `${COPY_SECRET}, and compare the fingerprint with that of the secret you expect.`,
  'secret-expired': 'Remove its "notAfter" or set it later while the sender still signs with this secret.',
  'secret-not-yet-valid':
    'Set its "notBefore" earlier: the sender already signs with this secret. Check the clock, too.',
  'secret-format':
    `${COPY_SECRET}: the value alone, without NAME=, comment, JSON or Bearer around it, and without quotes, spaces or ` +
    'line breaks.',
  'secret-white-space':
    'Remove the white space and the characters that are not visible where the secret is set: use "printf %s" in place ' +
    'of "echo", and check for a line break at the end of the file or of the pasted text.',
  'secret-quotes': 'Remove the quotes where the secret is set: env files of Docker do not take them off.',
  'secret-not-filled-in':
    'Set the variable, and see that it is filled in where the secret is configured; a reference such as op:// is ' +
    'resolved by the program of the secret manager (op run, vals, External Secrets).',
  'secret-encoding':
    'Give the secret as the provider describes it ("hooklatch providers <name>" shows how it is read); ' +
    'where the sender reads it in another way, describe it with defineProvider().',
  'secret-prefix':
    'Give the secret exactly as the sender shows it, its prefix included, and let the sender use it so.',
  'secret-case': 'Give the secret in the letters that the sender shows: upper and lower case matter.',
  'secret-placeholder': `That is a placeholder, or a masked text. ${COPY_SECRET}, with the button that shows or copies it.`,
  'secret-of-another-kind': `${COPY_SECRET}: it is neither the API key nor an address.`,
  'secret-unset-at-sender': 'Set the secret at the sender: anybody can sign with the one that it uses.',

  'signature-missing':
    'Set the secret at the sender, so that it signs; see that no proxy removes the header; and that this address is ' +
    'the one that the sender calls.',
  'timestamp-missing': `See that the sender sends it. ${PROXY_HEADERS}`,
  'id-missing': `See that the sender sends it. ${PROXY_HEADERS}`,
  'id-malformed': 'The id must be visible ASCII without the separator: see what changes it on the way.',
  'header-repeated': 'Send it once: see which proxy or client adds a second one.',
  'header-joined': 'Send one value: see which proxy or client joins several headers into one.',
  'header-renamed': PROXY_HEADERS,

  'signature-prefix-missing': 'Let the sender put it in front of the signature.',
  'signature-prefix-doubled': 'Let the sender put it in front of the signature once.',
  'signature-prefix-wrong':
    'Let the sender write the signature as the provider does, or use its own provider.',
  'signature-encoding': 'Let the sender write the signature in the encoding of the provider.',
  'signature-malformed': 'Let the sender write the signature as the provider does, and nothing around it.',
  'signature-truncated': 'See where the header is cut: a column or a log that is too short, a copy by hand.',
  'signature-algorithm':
    'Let the sender sign with the algorithm of the provider; hooklatch never takes one that the sender chooses.',
  'signature-construction': 'Let the sender compute an HMAC with the secret as the key, over the content.',
  'other-provider': 'Use that provider for this address, or have the sender call the address of its own.',

  'timestamp-unit': 'Let the sender use the unit of the provider, or use the provider with this unit.',
  'timestamp-malformed': 'Let the sender write the time as the provider does.',
  'timestamp-stale':
    'Where the delivery is a copy or waited in a queue, have it sent again. Where it has just been sent, set the ' +
    'clocks of both sides (NTP). For a saved one give the time of its arrival ("now", --now).',
  'timestamp-future': 'Set the clocks of both sides (NTP).',
  'time-zone': 'Take the time in UTC on both sides.',
  'signed-without-timestamp': 'Let the sender sign the timestamp with the body, as the provider does.',
  'signed-other-content':
    'Let the sender sign what the provider signs, or describe what it signs with defineProvider().',
  'public-url-missing': `${PUBLIC_URL}.`,
  'signed-url-scheme': `${PUBLIC_URL}: with the right one of http:// and https://.`,
  'signed-url-host': `${PUBLIC_URL}: with its host.`,
  'signed-url-port': `${PUBLIC_URL}: with its port, or without.`,
  'signed-url-path': `${PUBLIC_URL}: with its path.`,
  'signed-url-slash': `${PUBLIC_URL}: with the slash at the end, or without.`,
  'signed-url-query': `${PUBLIC_URL}: with its query, or without.`,
  'signed-method': 'See what changes the method on the way: a redirect, or a method override.',

  'body-reserialised': `The body was parsed and written again. ${RAW_BODY}`,
  'body-newline': `Something added or removed the end of the line. ${RAW_BODY}`,
  'body-white-space': `Something trimmed the body. ${RAW_BODY}`,
  'body-bom': `A text decoder added or removed the byte order mark. ${RAW_BODY}`,
  'body-line-ends': `Something changed the ends of lines: an editor, git, or text mode. ${RAW_BODY}`,
  'body-utf8-replaced': `The body was decoded as UTF-8, which it is not, and encoded again. ${RAW_BODY}`,
  'body-charset': `The body was decoded in one charset and encoded in another. ${RAW_BODY}`,
  'body-escaped': `Something escaped the body, or took escapes out of it. ${RAW_BODY}`,
  'body-changed': `Something changed the body in a way that cannot be taken back. ${RAW_BODY}`,
  'body-normalised': `The accents were composed or decomposed. ${RAW_BODY}`,
  'body-empty':
    'See who drops the body: a parser before hooklatch, or a proxy that lets none through with DELETE or GET ' +
    '(have the sender use POST there).',
  'body-added':
    'The sender signed no body: see who adds this one, such as a parser that makes {} of nothing.',
  'body-inflated':
    'See who inflates the body, such as a proxy or a parser, and hand over the bytes as they came; or have the ' +
    'sender send it uncompressed.',
  'body-compressed': 'The body is compressed after it is signed: switch that off for deliveries.',
  'body-form-decoded': `The body came as a form and was decoded. ${RAW_BODY}`,
  'body-base64':
    'The platform hands the body over in base64 (isBase64Encoded): decode it with Buffer.from(body, "base64").',
  'body-wrapped': 'A relay puts the body into an envelope: hand over what is inside, or sign the envelope.',
  'body-double-encoded': `The body was made JSON twice or once too little. ${RAW_BODY}`,
  'body-object-text': `An object was made a string. ${RAW_BODY}`,
  'body-not-json': 'Let the sender send a JSON object or list: text could move into any other body.',
  'body-length': `The body was changed or cut after it was sent. ${RAW_BODY}`,
} as const satisfies Record<string, string>;

/** The stable names of the findings. */
export type FindingCode = keyof typeof FIXES;
