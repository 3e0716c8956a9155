import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The body sizes of the tables, in bytes. */
export const SIZES = {
  '200 B': 200,
  '1 KiB': 1024,
  '10 KiB': 10_240,
  '100 KiB': 102_400,
  '1 MiB': 1_048_576,
};

const comment = {
  id: 'xkcd_1',
  urlId: 'my-page',
  commenterName: 'Zoë',
  comment: 'Olá – très bien ☕ <b>1.0</b>',
  date: '2026-01-09T10:00:00.000Z',
  votes: 0,
  verified: true,
};

const observation = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }] },
  valueQuantity: { value: 72.5, unit: '/min' },
  note: [{ text: 'Núñez – at rest' }],
};

/** JSON of about that many bytes, made of real GitHub payloads, FastComments comments and FHIR observations. */
export function payload(bytes) {
  const examples = require('@octokit/webhooks-examples').default ?? require('@octokit/webhooks-examples');
  const push = examples.find(({ name }) => name === 'push').examples[0];
  const parts = bytes < 2000 ? [comment, observation] : [comment, observation, push];
  const list = [];
  let size = 30;
  for (let index = 0; size < bytes; index += 1) {
    const part = parts[index % parts.length];
    list.push(part);
    size += Buffer.byteLength(JSON.stringify(part)) + 1;
  }
  const text = JSON.stringify({ type: 'bench', list });
  // Cut to the size by shortening one string: what is measured depends on the size above all.
  const over = Buffer.byteLength(text) - bytes;
  if (over <= 0) return Buffer.from(text.slice(0, -1) + `,"fill":"${'x'.repeat(Math.max(0, -over - 10))}"}`);
  list.pop();
  const short = JSON.stringify({ type: 'bench', list, fill: '' });
  const fill = 'x'.repeat(Math.max(0, bytes - Buffer.byteLength(short)));
  return Buffer.from(JSON.stringify({ type: 'bench', list, fill }));
}
