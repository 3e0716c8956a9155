import { defineProvider } from '../core/define-provider';

/** Grafana Alerting, where the header of the time is switched on under its usual name. */
export const grafana = defineProvider({
  name: 'grafana',
  group: 'code',
  docs: 'https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Grafana-Alerting-Signature', encoding: 'hex' },
  timestamp: { header: 'X-Grafana-Alerting-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'status' },
  methods: ['POST', 'PUT'],
  retries: {
    hours: 0,
    signed: 'anew',
    source:
      'https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/',
  },
  alsoSends:
    'POST or PUT, by setting; a payload template of your own may have no status; without the header of the time it is refused',
  refusal: { status: 401 },
});
