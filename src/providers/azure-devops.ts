import { basicProvider } from '../core/token-provider';

/** Azure DevOps service hooks: basic authentication, which signs nothing. The secret is `user:password`. */
export const azureDevops = basicProvider({
  name: 'azure-devops',
  group: 'code',
  docs: 'https://learn.microsoft.com/en-us/azure/devops/service-hooks/services/webhooks',
  id: { body: 'id' },
  event: { body: 'eventType' },
  duplicates: { key: 'id' },
  methods: ['POST'],
  retries: { source: 'https://learn.microsoft.com/en-us/azure/devops/service-hooks/services/webhooks' },
  refusal: { status: 401 },
});
