import { defineProvider } from '../core/define-provider';

/** AI agents of FastComments: the headers of its comments, with milliseconds and a named event. */
export const fastcommentsAgent = defineProvider({
  name: 'fastcomments-agent',
  group: 'support',
  docs: 'https://docs.fastcomments.com/guide-ai-agents.html',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-FastComments-Signature', prefix: 'sha256=', encoding: 'hex' },
  timestamp: { header: 'X-FastComments-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event', header: 'X-FastComments-Agent-Event' },
  methods: ['POST', 'PUT'],
  retries: { hours: 80.9, signed: 'anew', source: 'https://docs.fastcomments.com/guide-ai-agents.html' },
  alsoSends: 'a test of its settings page; statuses that end the tries can be set there',
  refusal: { status: 401 },
});
