import examples from '@octokit/webhooks-examples';

/** What GitHub really sends, as it is documented: one payload for each of its examples. */
export const GITHUB_PAYLOADS: Readonly<Record<string, string>> = Object.fromEntries(
  examples.flatMap(({ name, examples: samples }) =>
    samples.map((sample, index) => [`${name} ${index + 1} of GitHub`, JSON.stringify(sample)]),
  ),
);

const LONG_TEXT = 'é'.repeat(20_000);

/** Bodies in which a receiver that reads, trims or writes anew loses something. All of them are JSON. */
export const PAYLOADS: Readonly<Record<string, string>> = {
  'plain JSON': '{"id":"evt_1","type":"invoice.paid","data":{"paid":true}}',
  'text outside ASCII': '{"id":"evt_1","name":"Olá ☕ 日本語 Zoë – 漢字 👩‍⚕️"}',
  escapes: '{"id":"evt_1","text":"\\u00e9 \\/ \\ud83d\\ude00 \\" \\\\ \\n"}',
  'numbers that do not survive': '{"a":12345678901234567890,"b":1.0,"c":1e3,"d":-0,"e":1E-7}',
  'white space': ' { "a" :\t1 ,  "b" : [ ] } ',
  'line breaks of Windows': '{\r\n  "a": 1,\r\n  "b": [\r\n    2\r\n  ]\r\n}\r\n',
  'a trailing line break': '{"a":1}\n',
  'pretty-printed JSON': JSON.stringify({ id: 'evt_1', list: [1, { two: 2 }] }, undefined, 2),
  'an empty object': '{}',
  'a list': '[{"event":"delivered","email":"zoë@example.org"},{"event":"open"}]',
  'deep nesting': `${'{"a":['.repeat(60)}null${']}'.repeat(60)}`,
  'the same key twice': '{"a":1,"a":2,"__proto__":{"b":1}}',
  'what templates fill in': '{"text":"$& $1 %s {body} {timestamp} ${id} v1=ab,t=1"}',
  'a long text': JSON.stringify({ id: 'evt_2', text: LONG_TEXT }),
  ...Object.fromEntries(
    ['push', 'pull_request', 'issue_comment'].map((name) => {
      const title = `${name} 1 of GitHub`;
      return [title, GITHUB_PAYLOADS[title]!];
    }),
  ),
};
