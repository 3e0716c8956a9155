import { defineProvider } from '../core/define-provider';

/** HCP Terraform and Terraform Enterprise, notifications of a workspace that has a token: HMAC-SHA512 of the body. */
export const terraformCloud = defineProvider({
  name: 'terraform-cloud',
  group: 'code',
  docs: 'https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings/notifications',
  algorithm: 'hmac-sha512',
  signature: { header: 'X-TFE-Notification-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'notifications.[].trigger' },
  methods: ['POST'],
  retries: {
    source: 'https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings/notifications',
  },
  refusal: { status: 401 },
});
